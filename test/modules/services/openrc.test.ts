import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { service } from '../../../modules/index.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { overlayLaw } from '../../support/overlay-law.ts';
import { shellNames } from '../../support/shells.ts';

// OpenRC as Debian packages it. It has booted nothing here, which a file of it says otherwise.
const booted = 'mkdir -p /run/openrc && touch /run/openrc/softlevel';

const script = (name: string, lines: string): string =>
  `printf '%s\\n' '#!/sbin/openrc-run' ${lines} >/etc/init.d/${name} && chmod 755 /etc/init.d/${name}`;
const daemon = 'command=/bin/sleep command_args=100000 command_background=true';
const trial = script('trial', `${daemon} pidfile=/run/trial.pid`);
const ground = `${booted}; ${trial}; rc-status -s >/dev/null 2>&1`;

overlayLaw(
  {
    'a service of OpenRC': {
      ground,
      declared: () => void service('trial', { state: 'running', enabled: true }),
      there: {
        'rc-service trial status; kill -0 $(cat /run/trial.pid) && readlink /etc/runlevels/default/trial':
          ' * status: started\n/etc/init.d/trial',
      },
      varied: () => void service('trial', { state: 'stopped', enabled: true }),
      variation: /^trial /,
      drift: 'rc-service trial stop >/dev/null; rc-update -q del trial default',
      absent: () => void service('trial', { state: 'stopped', enabled: false }),
      gone: { 'rc-service trial status || :; ls /etc/runlevels/default': ' * status: stopped' },
      view: 'echo "trial $(rc-service trial status)"',
      // It stays up, or not, at once.
      rewritten: (text) => text.replaceAll(/^ *sleep 1$/gm, 'sleep 0.1'),
      // A folder that only was written to.
      traces: /^d .* etc\/runlevels(?:\/\w+)?$/,
    },
  },
  shellNames,
  ['openrc'],
);

describe('a host that OpenRC has booted', () => {
  let host: OverlayHost;
  beforeEach(async () => {
    host = await OverlayHost.start(['openrc']);
    host.sh(ground);
  });
  afterEach(() => host.close());

  it('restarts, and reloads what can do that', async () => {
    host.sh(
      script(
        'reloads',
        `${daemon} pidfile=/run/reloads.pid extra_started_commands=reload 'reload() { touch /run/reloaded; }'`,
      ),
    );
    const pid = (name: string): string => host.sh(`cat /run/${name}.pid`);
    await host.run('dash', () => {
      service('trial', { state: 'running' });
      service('reloads', { state: 'running' });
    });
    const before = [pid('trial'), pid('reloads')];
    const again = await host.run('dash', () => {
      service('trial', { state: 'restarted' });
      service('reloads', { state: 'reloaded' });
    });
    expect(again.told).toEqual(['changed', 'changed']);
    expect(pid('trial')).not.toBe(before[0]);
    expect(pid('reloads')).toBe(before[1]);
    expect(host.sh('ls /run/reloaded')).toBe('/run/reloaded');
    const refused = await host.run('dash', () => void service('trial', { state: 'reloaded' }));
    expect(refused.told[0]).toBe('failed');
    expect(refused.stderr).toContain("unknown function `reload'");
    const instead = await host.run(
      'dash',
      () => void service('trial', { state: 'reloaded', orRestart: true }),
    );
    expect(instead.told).toEqual(['changed']);
  });

  it('knows its runlevels, and services that are supervised', async () => {
    host.sh(`${script('kept', 'supervisor=supervise-daemon command=/bin/sleep command_args=100000 pidfile=/run/kept.pid')}
rc-update -q add trial boot`);
    const enabled = (flag: boolean): void => void service('trial', { enabled: flag });
    expect((await host.run('ash', () => enabled(true))).told).toEqual(['ok']);
    const off = await host.run('ash', () => enabled(false));
    expect(off.told).toEqual(['changed']);
    host.undo('ash', off.name);
    expect(host.sh('ls /etc/runlevels/boot /etc/runlevels/default')).toContain('trial');
    const kept = (): void => void service('kept', { state: 'running' });
    expect((await host.run('ash', kept)).told).toEqual(['changed']);
    expect((await host.run('ash', kept)).told).toEqual(['ok']);
    expect((await host.run('ash', () => void service('kept', { state: 'stopped' }))).told).toEqual([
      'changed',
    ]);
  });

  it('says what is wrong', async () => {
    host.sh(script('fails', `'start() { eerror "nothing to start"; return 1; }'`));
    const fails = await host.run('dash', () => void service('fails', { state: 'running' }));
    expect(fails.stderr).toContain('nothing to start');
    const nosuch = await host.run('dash', () => void service('nosuch', { state: 'running' }));
    expect(nosuch.told.join()).toContain('there is no unit nosuch.service');
    host.sh('rm -r /run/openrc');
    const foreign = await host.run('dash', () => void service('trial', { state: 'running' }));
    expect(foreign.stderr).toContain('which openrc did not boot');
  });
});
