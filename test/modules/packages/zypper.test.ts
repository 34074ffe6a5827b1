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
  `printf '[tiny]\\nname=tiny\\nbaseurl=file://${packages.folder}/${which}\\ngpgcheck=0\\nautorefresh=1\\n' >/etc/zypp/repos.d/tiny.repo`;

const zypper: RealManager = {
  ground: (which) => `${rpmGround(packages, 'opensuse-leap', 'suse opensuse')}
mkdir -p /etc/zypp/repos.d; ${use(which)}; zypper -nq refresh`,
  use,
  view: `{ ${rpmView}; zypper -nq locks | awk '/^[0-9]/ { print $3, "held" }'; }`,
  traces: rpmTraces,
  install: 'zypper --non-interactive install --no-recommends',
  remove: 'rpm -e',
  index: '/var/cache/zypp',
  repositories: '/etc/zypp/repos.d',
  holds: true,
  breaks: ':',
  mends: 'touch /root/mended',
  unknown: "No provider of 'nosuch' found.",
  needed: 'tiny-lib is needed by (installed) tiny-app',
};

managerCases(zypper, ['dash']);
