import { describe, expect, it } from 'vitest';
import { pkg, rpmRepository } from '../../../modules/index.ts';
import { managerCases, managerHost, type RealManager } from './manager-cases.ts';
import { rpmGround, rpmTraces, rpmView, signedRpms } from './rpm-packages.ts';

const { packages, key, other } = await signedRpms();

const use = (which: 'old' | 'new'): string =>
  `printf '[tiny]\\nname=tiny\\nbaseurl=file://${packages.folder}/${which}\\ngpgcheck=0\\nautorefresh=1\\n' >/etc/zypp/repos.d/tiny.repo`;

const zypper: RealManager = {
  ground: (which) => `${rpmGround(packages, 'opensuse-leap', 'suse opensuse')}
mkdir -p /etc/zypp/repos.d; ${use(which)}; zypper -nq refresh`,
  use,
  view: `{ ${rpmView}; sed -n 's/^solvable_name: \\(.*\\)/\\1 held/p' /etc/zypp/locks 2>/dev/null; }`,
  traces: rpmTraces,
  install: 'zypper --non-interactive install --no-recommends',
  remove: 'rpm -e',
  index: '/var/cache/zypp',
  repositories: '/etc/zypp/repos.d',
  makesRoom: true,
  holds: true,
  breaks: ':',
  mends: 'touch /root/mended',
  unknown: "No provider of 'nosuch' found.",
  needed: 'tiny-lib is needed by (installed) tiny-app',
};

managerCases(zypper, ['dash']);

describe('zypper', () => {
  const on = managerHost(zypper);
  const { told, seen } = on;

  it('keeps a version, and replaces another one only as it is told to', async () => {
    on.host.sh(`${zypper.ground('new')}; ${zypper.install} tiny-app=1.0 >/dev/null 2>&1`);
    const app = (more: object) => (): void => void pkg('tiny-app', { ...more });
    expect(await told(app({ version: '1.*' }))).toEqual(['ok']);
    expect(await told(app({ version: '2.*' }))).toEqual(['changed']);
    const down = await on.host.run('dash', app({ version: '1.0' }));
    expect(down.told[0]).toBe('failed');
    expect(down.stderr).toContain('--oldpackage');
    expect(await told(app({ version: '1.?-*', downgrade: true, hold: true }))).toEqual(['changed']);
    expect(seen()).toEqual(expect.arrayContaining(['tiny-app 1.0-1', 'tiny-app held']));
    const latest = await on.host.run('dash', app({ state: 'latest' }));
    expect(latest.stderr).toContain('tiny-app is held at 1.0-1');
    const kept = app({ state: 'latest', hold: true });
    expect(await told(kept, 'check')).toEqual(['changed']);
    expect(await told(kept)).toEqual(['changed']);
    expect(await told(kept)).toEqual(['ok']);
    expect(seen()).toEqual(expect.arrayContaining(['tiny-app 2.0-1', 'tiny-app held']));
    // Where there is no index yet, a check fetches none.
    on.host.sh('rm -rf /var/cache/zypp/*');
    expect((await told(() => void pkg('tiny-slow'), 'check'))[0]).toBe('unknown');
    expect(on.host.sh('ls /var/cache/zypp')).toBe('');
  });

  it('installs what a declared key has signed, and nothing else', async () => {
    on.host.sh(`${zypper.ground('new')}; rm /etc/zypp/repos.d/*; cat >/root/key.asc`, key.armored);
    const signed =
      (more: object = {}) =>
      (): void => {
        const baseurl = `file://${packages.folder}/new`;
        rpmRepository('signed', { baseurl, gpgkey: 'file:///root/key.asc', manager: 'zypper', ...more });
        pkg('tiny-lib');
      };
    // Its index is not signed.
    const unsigned = await on.host.run('dash', signed());
    expect(unsigned.told[1]).toBe('failed');
    expect(unsigned.stderr).toContain("File 'repomd.xml' from repository 'signed' is unsigned");
    on.host.undo('dash', unsigned.name);
    expect(on.host.sh('rpm -qa | grep -v tiny-release; ls /etc/zypp/repos.d')).toBe('');

    const packaged = signed({ repoGpgcheck: false });
    expect((await told(packaged, 'check'))[0]).toBe('changed');
    const run = await on.host.run('dash', packaged);
    expect(run.told).toEqual(['changed', 'changed']);
    expect(await told(packaged)).toEqual(['ok', 'ok']);
    on.host.undo('dash', run.name);
    expect(on.host.sh('rpm -qa | grep -v tiny-release; ls /etc/zypp/repos.d')).toBe('');

    on.host.sh('cat >/root/key.asc', other.armored);
    const foreign = await on.host.run('dash', packaged);
    expect(foreign.told).toEqual(['changed', 'failed', expect.anything()]);
    expect(foreign.stderr).toContain('Signature verification failed');
  });
});
