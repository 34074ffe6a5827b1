import { describe, expect, it } from 'vitest';
import { law, type LawCase } from '../support/law.ts';
import { withLab } from '../support/lab.ts';
import { labProject, taskStatuses, type ToldRun } from '../support/project.ts';

const lab = withLab(1);
const project = labProject();

const units = ['plain', 'static', 'masked', 'app', 'limits', 'timed'].map((name) => `trial-${name}.service`);
units.push('trial-timed.timer', 'ipvsadm.service');

/** Units of the test, their files and links, as systemctl and find see them. */
const view = `find /etc/systemd /etc/rc?.d -name '*[tT]rial*' -printf 'file %p %y %m %l\\n' -o -name '*ipvsadm*' -printf 'file %p %y %l\\n'
find /etc/systemd -name '*.d' -type d -printf 'folder %p\\n'
find /etc/systemd -type f -path '*rial*' -exec sha256sum {} + | sed 's/^/hash /'
systemctl show -p Id -p LoadState -p ActiveState -p UnitFileState -p NeedDaemonReload -p LimitNOFILE -p TimersCalendar -- ${units.join(' ')} |
  sed 's/next_elapse=[^}]*//' | tr '\\n' ' ' | sed 's/  */ /g; s/ Id=/\\nunit /g'; echo`;

const read = (command: string): Promise<string> => lab.read('lab1', command);
const unit = (name: string, text: string): string =>
  `printf '%b' '${text}' >/etc/systemd/system/trial-${name}.service\n`;
const sleeps =
  '[Service]\\nExecStart=/bin/sleep 100000\\nExecReload=/bin/true\\n[Install]\\nWantedBy=multi-user.target\\n';

const app = (seconds: number): string =>
  `m.systemdUnit('trial-app', { sections: { Unit: { Description: 'Trial' }, Service: { ExecStart: '/bin/sleep ${seconds}', Environment: ['A=1', 'B="2 3"'] }, Install: { WantedBy: 'multi-user.target' } }, enabled: true, state: 'running' });`;

const cases: Record<string, LawCase> = {
  service: {
    ground: `${unit('plain', sleeps)}${unit('masked', sleeps)}${unit('static', '[Service]\\nExecStart=/bin/sleep 100000\\n')}mv /etc/systemd/system/trial-masked.service /lib/systemd/system
systemctl daemon-reload; systemctl start trial-static trial-masked; systemctl -q enable trial-masked; update-rc.d ipvsadm disable; systemctl daemon-reload`,
    declared: `m.service('trial-plain', { state: 'running', enabled: true });
  m.service('trial-static.service', { state: 'stopped' });
  m.service('trial-masked', { state: 'stopped', enabled: false, masked: true });
  m.service('ipvsadm', { enabled: true });`,
    varied: `m.service('trial-plain', { state: 'running', enabled: false });
  m.service('trial-static.service', { state: 'stopped' });
  m.service('trial-masked', { state: 'stopped', enabled: false, masked: true });
  m.service('ipvsadm', { enabled: true });`,
    variation: /trial-plain/,
    drift:
      'systemctl stop trial-plain; systemctl -q disable trial-plain; systemctl start trial-static; systemctl -q unmask trial-masked; update-rc.d ipvsadm disable',
    absent: `m.service('trial-plain', { state: 'stopped', enabled: false });
  m.service('trial-static.service', { state: 'running' });
  m.service('trial-masked', { masked: false, enabled: true, state: 'running' });
  m.service('ipvsadm', { enabled: false });`,
    there: async () => {
      expect(await read('systemctl is-active trial-plain; systemctl is-enabled trial-plain')).toBe(
        'active\nenabled',
      );
      expect(await read('systemctl is-active trial-static trial-masked || :')).toBe('inactive\ninactive');
      expect(await read('systemctl is-enabled trial-masked || :')).toBe('masked');
      expect(await read('ls /etc/rc3.d')).toMatch(/S\d\dipvsadm/);
    },
    gone: async () =>
      expect(await read('systemctl is-enabled trial-plain || :; systemctl is-active trial-plain || :')).toBe(
        'disabled\ninactive',
      ),
  },
  systemdUnit: {
    ground: `${unit('limits', sleeps)}systemctl daemon-reload; systemctl start trial-limits`,
    declared: `${app(100100)}
  m.systemdUnit('trial-limits', { dropIn: 'limits', sections: { Service: { LimitNOFILE: 4321 } } });
  m.systemdUnit('trial-tmpl@', { content: '[Service]\\nExecStart=/bin/sleep 1004\\n' });`,
    varied: `${app(100200)}
  m.systemdUnit('trial-limits', { dropIn: 'limits', sections: { Service: { LimitNOFILE: 4321 } } });
  m.systemdUnit('trial-tmpl@', { content: '[Service]\\nExecStart=/bin/sleep 1004\\n' });`,
    variation: /trial-app/,
    drift:
      'systemctl stop trial-app; rm /etc/systemd/system/trial-app.service; rm -r /etc/systemd/system/trial-limits.service.d; echo "#" >>/etc/systemd/system/trial-tmpl@.service',
    absent: `m.systemdUnit('trial-app', { state: 'absent' });
  m.systemdUnit('trial-limits', { dropIn: 'limits', state: 'absent' });
  m.systemdUnit('trial-tmpl@', { state: 'absent' });`,
    there: async () => {
      expect(
        await read('systemctl show -p Environment --value trial-app; systemctl is-enabled trial-app'),
      ).toBe('A=1 "B=2 3"\nenabled');
      expect(await read('systemctl show -p LimitNOFILE --value trial-limits')).toBe('4321');
      expect(
        await read('systemctl start trial-tmpl@x; systemctl stop trial-tmpl@x; pgrep -f "sleep 100[12]00"'),
      ).not.toBe('');
    },
    gone: async () => {
      expect(await read('systemctl show -p LoadState --value trial-app')).toBe('not-found');
      expect(await read('systemctl show -p LimitNOFILE --value trial-limits')).not.toBe('4321');
    },
  },
  timer: {
    declared: `m.timer('trial-timed', { command: ['/bin/touch', '/srv/it\\'s $HOME 100%'], onCalendar: ['daily', 'Mon 03:30'], persistent: true, randomizedDelay: 5 });`,
    varied: `m.timer('trial-timed', { command: ['/bin/touch', '/srv/it\\'s $HOME 100%'], onCalendar: ['daily', 'Mon 04:30'], persistent: true, randomizedDelay: 5 });`,
    variation: /trial-timed/,
    drift: 'systemctl -q disable --now trial-timed.timer; echo x >/etc/systemd/system/trial-timed.service',
    absent: `m.timer('trial-timed', { state: 'absent' });`,
    there: async () => {
      expect(
        await read('systemctl is-active trial-timed.timer; systemctl is-enabled trial-timed.timer'),
      ).toBe('active\nenabled');
      expect(await read('systemctl start trial-timed.service; ls /srv; rm /srv/it*')).toBe("it's $HOME 100%");
    },
    gone: async () =>
      expect(await read('systemctl show -p LoadState --value trial-timed.timer trial-timed.service')).toBe(
        'not-found\n\nnot-found',
      ),
  },
};

law(lab, cases, view);

/** What each of several bodies fails with, or its status, with what it said. */
async function told(mode: 'check' | 'run', bodies: readonly string[]): Promise<readonly unknown[]> {
  project.write(
    'more.ts',
    `import { attempt, play } from 'tsplay';
import * as m from 'tsplay/modules';
export default play('More', { hosts: 'lab1' }, () => {
${bodies.map((body) => `  m.command('seen', { run: ['true'], reads: true, when: attempt(() => {\n    ${body}\n  }).failed });`).join('\n')}
});
`,
  );
  const run: ToldRun = await project.play(mode, 'more.ts', '--limit', 'lab1');
  const tasks = run.events.filter(
    (event) => event['type'] === 'task' && !String(event['task']).startsWith('command[seen]'),
  );
  return tasks.map((event) => {
    const { message, stderr } = (event['error'] ?? {}) as { message?: string; stderr?: string };
    return message === undefined ? (event['reason'] ?? event['status']) : `${message} ${stderr ?? ''}`.trim();
  });
}

async function rollback(): Promise<void> {
  const { code, stdout, stderr } = await project.cli('rollback', '-i', 'lab', '--limit', 'lab1');
  if (code !== 0) throw new Error(stdout + stderr);
}

describe('beside the law', () => {
  it('says what cannot be done, and why, in a check as in a run', async () => {
    await read(
      `${unit('named', '[Service]\\nExecStart=/bin/sleep 100000\\n[Install]\\nAlias=trial-alias.service\\n')}systemctl daemon-reload; systemctl -q enable trial-named`,
    );
    const bodies = [
      `m.service('nosuch', { state: 'running' });`,
      `m.service('systemd-logind', { enabled: true });`,
      `m.service('uuidd', { enabled: true });`,
      `m.service('apt-daily.timer', { state: 'running' });`,
      `m.service('ssh', { state: 'running', user: 'admin' });`,
      `m.service('ssh', { state: 'running', user: 'nosuch' });`,
      `m.systemdUnit('trial-bad', { content: '[Service]\\nExecStart=bin/relative/x\\n' });`,
      `m.timer('trial-badtimer', { command: ['true'], onCalendar: 'Sometimes 25:99' });`,
      `m.service('trial-alias', { enabled: false, state: 'stopped' });`,
      `m.systemdUnit('trial-bad', { user: 'admin', content: '[Service]\\nExecStart=/bin/true\\n' });`,
    ];
    const expected = [
      'there is no unit nosuch.service that could be used on this host',
      expect.stringMatching(
        /^systemd-logind\.service can be neither enabled nor disabled: it has no \[Install\]/,
      ),
      expect.stringMatching(
        /^uuidd\.service can be neither enabled nor disabled: its \[Install\] section only/,
      ),
      expect.stringMatching(/masked: false lifts that$/),
      expect.stringMatching(/of admin that could be used on this host: no systemd of this account runs/),
      expect.stringMatching(/of nosuch that could be used on this host: there is no such account$/),
      expect.stringMatching(/^systemd would not take trial-bad\.service \(verify.*\): .*bin\/relative\/x/s),
      expect.stringMatching(
        /^systemd would not take trial-badtimer\.timer and trial-badtimer\.service .*25:99/s,
      ),
      expect.stringMatching(/it is another name of trial-named\.service, which goes when that is disabled/),
      expect.stringMatching(/of admin could be neither read nor used: no systemd of this account runs/),
    ];
    expect(await told('check', bodies)).toEqual(expected);
    expect(await told('run', bodies)).toEqual(expected);
    expect(await read('ls /etc/systemd/* /tmp')).not.toMatch(/trial-bad|tmp\./);
  });

  it('tells of what dies at once, with its last words', async () => {
    await read(
      `${unit('dies', '[Service]\\nExecStart=/bin/sh -c "echo it is broken; exit 3"\\n')}${unit('loops', '[Service]\\nExecStart=/bin/false\\nRestart=always\\nRestartSec=300ms\\n')}${unit('once', '[Service]\\nType=oneshot\\nExecStart=/bin/true\\n')}systemctl daemon-reload`,
    );
    const bodies = [
      `m.service('trial-dies', { state: 'running' });`,
      `m.service('trial-dies', { state: 'restarted' });`,
      `m.service('trial-loops', { state: 'running' });`,
      `m.service('trial-once', { state: 'running' });`,
      `m.service('trial-static', { state: 'reloaded' });`,
    ];
    const dies =
      /trial-dies\.service did not stay up: it is failed \(exit-code\), its main process ended with status 3\n.*it is broken/s;
    expect(await told('run', bodies)).toEqual([
      expect.stringMatching(dies),
      expect.stringMatching(dies),
      expect.stringMatching(/trial-loops\.service did not stay up/),
      expect.stringMatching(/has run and ended, as a unit of Type=oneshot does/),
      expect.stringMatching(/cannot read its configuration anew without a restart/),
    ]);
  });

  it('restarts and reloads what runs, starts what does not, and does both again last in a rollback', async () => {
    await read(
      `${unit('conf', '[Service]\\nExecStart=/bin/sh -c "cat /srv/conf >>/srv/seen; exec sleep 100000"\\nExecReload=/bin/sh -c "echo reload >>/srv/seen; cat /srv/conf >>/srv/seen"\\n')}echo old >/srv/conf; systemctl daemon-reload; systemctl start trial-conf`,
    );
    const body = (state: string): string => `m.file('/srv/conf', { content: 'new\\n' });
    m.service('trial-conf', { state: '${state}' });`;
    expect(await told('check', [body('restarted')])).toEqual(['changed', 'changed']);
    expect(await told('run', [body('restarted')])).toEqual(['changed', 'changed']);
    expect(await read('cat /srv/seen')).toBe('old\nnew');
    await rollback();
    expect(await read('cat /srv/seen /srv/conf')).toBe('old\nnew\nold\nold');
    await read('rm /srv/seen');
    expect(await told('run', [body('reloaded')])).toEqual(['changed', 'changed']);
    await rollback();
    expect(await read('cat /srv/seen')).toBe('reload\nnew\nreload\nold');
    await read('rm /srv/seen; systemctl stop trial-conf');
    expect(await told('run', [body('restarted')])).toEqual(['changed', 'changed']);
    expect(await read('cat /srv/seen')).toBe('new');
    await rollback();
    expect(await read('systemctl is-active trial-conf || :; cat /srv/seen /srv/conf')).toBe(
      'inactive\nnew\nold',
    );
  });

  it('takes what holds until the next boot for what it is, and brings it back', async () => {
    await read(
      `${unit('soon', sleeps)}${unit('hidden', sleeps)}mv /etc/systemd/system/trial-hidden.service /lib/systemd/system
systemctl -q --runtime enable trial-soon; systemctl -q --runtime mask trial-hidden`,
    );
    const states = (): Promise<string> => read('systemctl is-enabled trial-soon trial-hidden || :');
    const before = 'enabled-runtime\nmasked-runtime';
    expect(await states()).toBe(before);
    const changes: readonly (readonly [enabled: boolean, masked: boolean, after: string])[] = [
      [false, false, 'disabled\ndisabled'],
      [true, true, 'enabled\nmasked'],
    ];
    for (const [enabled, masked, after] of changes) {
      const body = `m.service('trial-soon', { enabled: ${enabled} });
    m.service('trial-hidden', { masked: ${masked} });`;
      expect(await told('run', [body])).toEqual(['changed', 'changed']);
      expect(await states()).toBe(after);
      await rollback();
      expect(await states()).toBe(before);
    }
  });

  it('asks once about all units of a play', async () => {
    const names = await read(
      `systemctl list-units --plain --no-legend --type=service --state=running | cut -d' ' -f1`,
    );
    const bodies = names
      .split('\n')
      .slice(0, 8)
      .map((name) => `m.service('${name}', { state: 'running' });`);
    project.write(
      'many.ts',
      `import { play } from 'tsplay';\nimport * as m from 'tsplay/modules';\nexport default play('Many', { hosts: 'lab1' }, () => {\n${bodies.join('\n')}\n});\n`,
    );
    const run = await project.play('run', 'many.ts', '--limit', 'lab1');
    expect([...taskStatuses(run, 'lab1').values()]).toEqual(bodies.map(() => 'ok'));
  });

  it('has units of accounts, in their own systemd', async () => {
    // What PAM would do, if the guest had its module for that.
    await read(
      `mkdir /etc/systemd/system/user@.service.d; printf '[Service]\\nEnvironment=XDG_RUNTIME_DIR=/run/user/%%i\\n' >/etc/systemd/system/user@.service.d/x.conf
systemctl daemon-reload; systemctl start user@$(id -u admin).service`,
    );
    const calls = (state: string): readonly string[] => [
      `m.systemdUnit('trial-own', { user: 'admin', sections: { Service: { ExecStart: '/bin/sleep 1003' }, Install: { WantedBy: 'default.target' } }, enabled: true, state: 'running' });
    m.service('trial-own', { user: 'admin', state: '${state}' });`,
    ];
    expect(await told('check', calls('running'))).toEqual(['changed', 'changed']);
    expect(await told('run', calls('running'))).toEqual(['changed', 'ok']);
    expect(await read('ps -o user= -C sleep')).toContain('admin');
    expect(await told('run', calls('running'))).toEqual(['ok', 'ok']);
  });
});
