import { describe, expect, it } from 'vitest';
import { service, systemdUnit, timer } from '../../../modules/index.ts';
import { problemsOf, stepsOf } from '../../support/modules.ts';

type Call = (name: string, options: never) => unknown;
const wrong = (call: unknown, name: string, options: object) => () =>
  void (call as Call)(name, options as never);

describe('problems of services', () => {
  const cases: readonly (readonly [unknown, string, object, readonly unknown[]])[] = [
    [service, 'nginx', {}, [expect.stringContaining('there is nothing to do')]],
    [service, '/etc/init.d/x', { enabled: true }, [expect.stringContaining('it is no path')]],
    [service, '-x', { enabled: true }, [expect.stringContaining('must be that of a unit')]],
    [service, 'größe', { enabled: true }, [expect.stringContaining('must be that of a unit')]],
    [service, 'x'.repeat(250), { enabled: true }, ['the name is longer than 255 characters']],
    [service, 'getty@', { enabled: true }, [expect.stringContaining('name an instance')]],
    [service, 'x', { state: 'started' }, [expect.stringContaining("'running' or")]],
    [
      service,
      'x',
      { state: 'running', orRestart: true },
      [expect.stringContaining('orRestart makes no sense')],
    ],
    [
      service,
      'x',
      { state: 'running', enabled: true, masked: true },
      ['what is masked cannot be enabled', 'what is masked cannot be running'],
    ],
    [
      service,
      'x.timer',
      { enabled: true, masked: true, manager: 'openrc', user: 'app' },
      [
        'what is masked cannot be enabled',
        'only systemd has units such as x.timer',
        'masked needs systemd',
        'user needs systemd',
      ],
    ],
    [service, 'x', { enabled: true, user: '-a b' }, [expect.stringContaining('user must be')]],
    [systemdUnit, 'app', {}, ['give either content or sections']],
    [systemdUnit, 'app', { content: '', sections: {} }, ['give either content or sections']],
    [systemdUnit, 'app', { sections: {} }, ['sections must not be empty']],
    [
      systemdUnit,
      'app',
      { content: '[Service]', enabled: true },
      [expect.stringContaining('[Install] section')],
    ],
    [systemdUnit, 'app@', { content: '', state: 'running' }, [expect.stringContaining('only instances')]],
    [
      systemdUnit,
      'app',
      {
        sections: {
          'Ser vice': {},
          Service: { 'Exec Start': 'x', A: 'x\\', B: 'x\ny', C: [], D: Number.NaN, E: {} },
        },
      },
      [
        "'Ser vice' is not the name of a section",
        "'Exec Start' is not the name of a setting",
        expect.stringContaining('sections.Service.A must be'),
        expect.stringContaining('sections.Service.B must be'),
        'sections.Service.C must not be empty',
        expect.stringContaining('sections.Service.D must be'),
        expect.stringContaining('sections.Service.E must be'),
      ],
    ],
    [systemdUnit, 'app', { dropIn: '../x', content: '' }, [expect.stringContaining('dropIn must be')]],
    [systemdUnit, 'app', { dropIn: 'x.conf', content: '' }, [expect.stringContaining('without .conf')]],
    [
      systemdUnit,
      'app',
      { state: 'absent', content: '', enabled: false },
      ["content makes no sense with state: 'absent'", "enabled makes no sense with state: 'absent'"],
    ],
    [timer, 'backup', {}, ['give either command or unit', expect.stringContaining('it has no time')]],
    [
      timer,
      'backup.timer',
      { command: ['-x'], onUnitActive: 5, persistent: true },
      [
        expect.stringContaining('without .timer'),
        expect.stringContaining('command must begin with the path'),
        'persistent needs onCalendar',
        expect.stringContaining('never begins'),
      ],
    ],
    [
      timer,
      'backup',
      { command: [], onBoot: 'soon', onCalendar: [] },
      [
        'command must not be empty',
        expect.stringContaining('command must begin with the path'),
        'onCalendar must not be empty',
        expect.stringContaining('onBoot must be a number of seconds'),
      ],
    ],
    [
      timer,
      'backup',
      { unit: 'x.service', onCalendar: 'daily', sections: { Service: { User: 'x' } } },
      ['sections of a unit that is not ours: Service'],
    ],
  ];
  it.each(cases)('%o %s %j', async (call, name, options, problems) => {
    const found = await problemsOf(wrong(call, name, options));
    expect(found.toSorted()).toEqual(expect.arrayContaining([...problems]));
    expect(found).toHaveLength(problems.length);
  });

  it('clash where two tasks want different things, and not where one stops what another starts', async () => {
    expect(
      await problemsOf(() => {
        service('x', { enabled: true, state: 'stopped' });
        service('x.service', { enabled: false, state: 'running' });
      }),
    ).toEqual([expect.stringContaining('enabled of unit:x.service')]);
    expect(
      await problemsOf(() => {
        service('x', { state: 'stopped' });
        service('x', { state: 'running', user: 'app', enabled: true });
        service('x', { state: 'running', enabled: false });
      }),
    ).toEqual([]);
  });
});

describe('unit files', () => {
  const texts = async (body: () => void): Promise<Readonly<Record<string, unknown>>> =>
    Object.fromEntries(
      (await stepsOf(body)).flatMap((step) => (step.kind === 'file' ? [[step.path, step.content]] : [])),
    );

  it('are made of sections', async () => {
    const sections = {
      Unit: { Description: "it's" },
      Service: { ExecStart: ['', '/bin/x %n'], PrivateTmp: true, LimitNOFILE: 5 },
    } as const;
    expect(
      await texts(() => {
        systemdUnit('app', { sections });
        systemdUnit('nginx', { dropIn: 'a', user: 'app', sections: { Service: { Nice: 1 } } });
      }),
    ).toEqual({
      '/etc/systemd/system/app.service':
        "# Managed by tsplay.\n[Unit]\nDescription=it's\n\n[Service]\nExecStart=\nExecStart=/bin/x %n\nPrivateTmp=true\nLimitNOFILE=5\n",
      '/etc/systemd/user/nginx.service.d/a.conf': '# Managed by tsplay.\n[Service]\nNice=1\n',
    });
  });

  it('of a timer that goes are those that are its own', async () => {
    const gone = async (options: { readonly unit?: string }): Promise<readonly string[]> =>
      (await stepsOf(() => void timer('b', { ...options, state: 'absent' }))).flatMap((step) =>
        step.kind === 'file' && step.content === undefined ? [step.path] : [],
      );
    expect(await gone({})).toEqual(['/etc/systemd/system/b.timer', '/etc/systemd/system/b.service']);
    expect(await gone({ unit: 'other.service' })).toEqual(['/etc/systemd/system/b.timer']);
  });

  it('of timers hold what is to be run word by word', async () => {
    expect(
      await texts(() => {
        timer('b', {
          command: ['/bin/x', '', "it's", 'a b', '$HOME', '100%', '"\\', 'one\ntwo', ';', '--a=b'],
          onCalendar: ['daily', 'Mon 03:30'],
          onBoot: 90,
          accuracy: '1s',
          sections: { Service: { User: 'app', Type: 'exec' }, Timer: { WakeSystem: true } },
        });
        timer('c', { unit: 'nginx.service', onCalendar: 'daily', persistent: true });
      }),
    ).toEqual({
      '/etc/systemd/system/b.service':
        '# Managed by tsplay.\n[Unit]\nDescription=b\n\n[Service]\nType=exec\n' +
        `ExecStart=/bin/x "" "it's" "a b" $$HOME 100%% "\\"\\\\" "one\\ntwo" ";" --a=b\nUser=app\n`,
      '/etc/systemd/system/b.timer':
        '# Managed by tsplay.\n[Unit]\nDescription=b\n\n[Timer]\nOnCalendar=daily\nOnCalendar=Mon 03:30\nOnBootSec=90\nAccuracySec=1s\nWakeSystem=true\n\n[Install]\nWantedBy=timers.target\n',
      '/etc/systemd/system/c.timer':
        '# Managed by tsplay.\n[Unit]\nDescription=c\n\n[Timer]\nUnit=nginx.service\nOnCalendar=daily\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n',
    });
  });
});
