import { afterAll } from 'vitest';
import { managerCases, type RealManager } from './manager-cases.ts';
import { RpmPackages, rpmGround, rpmTraces, rpmView } from './rpm-packages.ts';
import { TestKey } from './test-key.ts';

const key = new TestKey('rsa2048');
const packages = await RpmPackages.build(key);
afterAll(() => {
  packages.remove();
  key.remove();
});

const use = (which: 'old' | 'new'): string =>
  `printf '[tiny]\\nname=tiny\\nbaseurl=file://${packages.folder}/${which}\\ngpgcheck=0\\n' >/etc/yum.repos.d/tiny.repo`;

const dnf: RealManager = {
  ground: (which) => `${rpmGround(packages, 'rocky', 'rhel centos fedora')}
mkdir -p /etc/yum.repos.d; ${use(which)}; dnf -q makecache`,
  use,
  view: `{ ${rpmView}; dnf -q versionlock list 2>/dev/null | sed 's/-0:.*/ held/'; }`,
  traces: rpmTraces,
  install: 'dnf -y --setopt=install_weak_deps=False install',
  remove: 'rpm -e',
  index: '/var/cache/dnf',
  repositories: '/etc/yum.repos.d',
  holds: true,
  breaks: ':',
  mends: 'touch /root/mended',
  unknown: 'Unable to find a match: nosuch',
  needed: 'tiny-lib is needed by (installed) tiny-app',
};

managerCases(dnf, ['dash']);
