import { describe, expect, it } from 'vitest';
import { pkg, rpmRepository } from '../../../modules/index.ts';
import { managerCases, managerHost, type RealManager } from './manager-cases.ts';
import { rpmGround, rpmTraces, rpmView, signedRpms } from './rpm-packages.ts';

const { packages, key, other } = await signedRpms();

const use = (which: 'old' | 'new'): string =>
  `printf '[tiny]\\nname=tiny\\nbaseurl=file://${packages.folder}/${which}\\ngpgcheck=0\\n' >/etc/yum.repos.d/tiny.repo`;

const dnf: RealManager = {
  ground: (which) => `${rpmGround(packages, 'rocky', 'rhel centos fedora')}
mkdir -p /etc/yum.repos.d; ${use(which)}; dnf -q makecache`,
  use,
  view: `{ ${rpmView}; sed -n 's/-0:.*/ held/p' /etc/dnf/plugins/versionlock.list 2>/dev/null; }`,
  traces: rpmTraces,
  install: 'dnf -y --setopt=install_weak_deps=False install',
  remove: 'rpm -e',
  index: '/var/cache/dnf',
  repositories: '/etc/yum.repos.d',
  makesRoom: true,
  holds: true,
  breaks: ':',
  mends: 'touch /root/mended',
  unknown: 'Unable to find a match: nosuch',
  needed: 'tiny-lib is needed by (installed) tiny-app',
};

managerCases(dnf, ['dash']);

describe('dnf', () => {
  const on = managerHost(dnf);
  const { told, seen } = on;

  it('keeps a version, and replaces another one only as it is told to', async () => {
    on.host.sh(`${dnf.ground('new')}; ${dnf.install} tiny-app-1.0 >/dev/null 2>&1`);
    const app = (more: object) => (): void => void pkg('tiny-app', { ...more });
    expect(await told(app({ version: '1.0-1' }))).toEqual(['ok']);
    const up = await on.host.run('dash', app({ version: '2.*' }));
    expect(up.told).toEqual(['changed']);
    expect(seen()).toContain('tiny-app 2.0-1');
    expect(on.host.undo('dash', up.name)).toContain('wall');
    const down = await on.host.run('dash', app({ version: '1.0' }));
    expect(down.told[0]).toBe('failed');
    expect(down.stderr).toContain('downgrade: true');
    expect(seen()).toContain('tiny-app 2.0-1');
    expect(await told(app({ version: '1.0', downgrade: true, hold: true }))).toEqual(['changed']);
    expect(seen()).toEqual(expect.arrayContaining(['tiny-app 1.0-1', 'tiny-app held']));

    const latest = await on.host.run('dash', app({ state: 'latest' }));
    expect(latest.stderr).toContain('tiny-app is held at 1.0-1');
    const kept = app({ state: 'latest', hold: true });
    expect(await told(kept, 'check')).toEqual(['changed']);
    expect(await told(kept)).toEqual(['changed']);
    expect(await told(kept)).toEqual(['ok']);
    expect(seen()).toEqual(expect.arrayContaining(['tiny-app 2.0-1', 'tiny-app held']));
    // As on a host without the plugin.
    on.host.sh('rm /etc/dnf/plugins/versionlock.*; rm $(find /usr/lib/python3 -name "versionlock*")');
    expect(await told(app({ hold: false }))).toEqual(['ok']);
    expect((await on.host.run('dash', app({ hold: true }))).stderr).toContain(
      'hold needs the plugin versionlock',
    );
    expect(await told(app({ state: 'latest' }))).toEqual(['ok']);
  });

  it('installs what a declared key has signed, and nothing else', async () => {
    on.host.sh(`${dnf.ground('new')}; rm /etc/yum.repos.d/*; cat >/root/key.asc`, key.armored);
    const signed = (): void => {
      rpmRepository('signed', { baseurl: `file://${packages.folder}/new`, gpgkey: 'file:///root/key.asc' });
      pkg('tiny-lib');
    };
    expect(await told(signed, 'check')).toEqual(['changed', 'unknown']);
    const run = await on.host.run('dash', signed);
    expect(run.told).toEqual(['changed', 'changed']);
    expect(on.host.sh('rpm -qa | grep -c gpg-pubkey')).toBe('1');
    expect(await told(signed)).toEqual(['ok', 'ok']);
    on.host.undo('dash', run.name);
    expect(on.host.sh('rpm -qa | grep -v tiny-release; ls /etc/yum.repos.d')).toBe('');

    on.host.sh('cat >/root/key.asc', other.armored);
    const foreign = await on.host.run('dash', signed);
    expect(foreign.told).toEqual(['changed', 'failed', expect.anything()]);
    expect(seen()).toEqual(['end']);
  });

  it('is what yum is on newer hosts', async () => {
    on.host.sh(`${dnf.ground('new')}; ln -s dnf-3 /usr/bin/yum; rm /usr/bin/dnf`);
    const app = (): void => void pkg('tiny-app', { recommends: false });
    expect(await told(app)).toEqual(['changed']);
    expect(await told(app)).toEqual(['ok']);
    const down = (): void => void pkg('tiny-app', { version: '1.0', downgrade: true });
    expect(await told(down)).toEqual(['changed']);
  });

  it('is not asked where it only was installed', async () => {
    // Of this distribution; rpm knows nothing of dpkg.
    expect(await told(() => void pkg('x', { names: ['dpkg', 'coreutils'] }))).toEqual(['ok']);
  });
});
