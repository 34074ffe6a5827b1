import { afterAll, expect, it } from 'vitest';
import { pkg } from '../../../modules/index.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { shellNames } from '../../support/shells.ts';
import { managerCases, type RealManager } from './manager-cases.ts';
import { PacmanPackages } from './pacman-packages.ts';

const packages = new PacmanPackages();
afterAll(() => packages.remove());

const pacman: RealManager = {
  ground: (which) => packages.ground(which),
  use: (which) => packages.use(which),
  view: 'pacman -Q',
  traces:
    /[ /]var\/(?:tmp|log|cache|lib\/pacman)(?:\/| |$)| (?:\.\/)?etc\/ld\.so\.cache$|^d \d+ \S+ (?:var|etc|usr)\/\S*$/,
  install: 'pacman -S --noconfirm',
  remove: 'pacman -R --noconfirm',
  index: '/var/lib/pacman/sync',
  repositories: '/etc/pacman.conf',
  makesRoom: false,
  holds: false,
  // What a script of a package ends with counts for nothing there.
  breaks: 'mkdir /usr/share/tiny-broken; touch /usr/share/tiny-broken/version',
  mends: 'rm -r /usr/share/tiny-broken',
  unknown: 'target not found: nosuch',
  needed: "breaks dependency 'tiny-lib' required by tiny-app",
};

managerCases(pacman, shellNames);

it('has one version, which takes the place of a newer one only where that is allowed', async () => {
  const host = await OverlayHost.start(['managers']);
  host.sh(`${packages.ground('new')}; pacman -S --noconfirm tiny-app >/dev/null`);
  const told = async (more: object): Promise<readonly string[]> =>
    (await host.run('dash', () => void pkg('tiny-app', more))).told;
  expect(await told({ version: '2.*' })).toEqual(['ok']);
  host.sh(`${packages.use('old')}; pacman -Syy >/dev/null`);
  for (const version of ['1.0-1', '1.*']) {
    const down = await host.run('dash', () => void pkg('tiny-app', { version }));
    expect(down.told[0]).toBe('failed');
    expect(down.stderr).toContain('downgrade: true');
  }
  expect(host.sh('pacman -Q tiny-app')).toBe('tiny-app 2.0-1');
  const gone = await host.run('dash', () => void pkg('tiny-app', { version: '3.0-1', downgrade: true }));
  expect(gone.stderr).toContain('target not found: tiny-app=3.0-1');
  expect(await told({ version: '1.*', downgrade: true })).toEqual(['changed']);
  expect(host.sh('pacman -Q tiny-app')).toBe('tiny-app 1.0-1');
  expect((await host.run('dash', () => void pkg('tiny-app', { hold: true }))).stderr).toContain(
    'holds no packages',
  );
  await host.close();
});
