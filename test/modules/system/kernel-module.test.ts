import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { command, file, kernelModule } from '../../../modules/index.ts';
import { problemsOf, programOf, stepsOf } from '../../support/modules.ts';
import { runIn, shellNames, shells, type Shell, type ShellRun } from '../../support/shells.ts';
import { FakeKernel } from './fake-kernel.ts';

describe('options', () => {
  const called = (name: unknown, options: object) => (): void =>
    void (kernelModule as (name: unknown, options: object) => unknown)(name, options);
  it.each([
    ['a path', '../x', {}, [/^the name must be at most 55 letters/]],
    ['too long a name', 'x'.repeat(56), {}, [/^the name must be at most 55 letters/]],
    ['a name in Unicode', 'modül', {}, [/^the name must be at most 55 letters/]],
    ['parameters as text', 'x', { parameters: 'a=1' }, [/^parameters must be an object, not 'a=1'/]],
    [
      'parameters that are none',
      'x',
      { parameters: { 'a b': 1, c: 'd e', f: true, g: 1.5, h: '', i: ['x'] } },
      [
        /^'a b' is not the name/,
        /^parameters\.c must/,
        /^parameters\.f must/,
        /^parameters\.g must/,
        /^parameters\.h must/,
        /^parameters\.i must/,
      ],
    ],
    ['words for a flag', 'x', { persist: 'yes' }, [/^persist must be true or false/]],
    [
      'what is not to be there',
      'x',
      { state: 'absent', parameters: {}, persist: false },
      [/^parameters makes/, /^persist makes/],
    ],
    ['a misspelt one', 'x', { params: {} }, [/^there is no option 'params'; there are parameters, persist/]],
  ] as const)('%s', async (_name, name, options, expected) => {
    expect(await problemsOf(called(name, options))).toEqual(
      expected.map((one) => expect.stringMatching(one)),
    );
  });

  it('clash over a module by any of its names, over parameters and over files', async () => {
    const problems = await problemsOf(() => {
      kernelModule('ip-vs', { parameters: { a: 1 } });
      kernelModule('ip_vs', { parameters: { a: 2 } });
      kernelModule('dummy');
      kernelModule('dummy', { state: 'absent' });
      file('/etc/modules-load.d/tsplay-dummy.conf', { content: '' });
    });
    const about = problems.map((problem) => / wants (.*) to be (.*), but /.exec(problem)?.slice(1));
    expect(about).toEqual([
      ['parameter a of module:ip_vs', '2'],
      ['file:/etc/modprobe.d/tsplay-ip_vs.conf', expect.any(String)],
      ['module:dummy', 'absent'],
      ['file:/etc/modules-load.d/tsplay-dummy.conf', 'absent'],
      ['file:/etc/modules-load.d/tsplay-dummy.conf', expect.any(String)],
    ]);
    expect(
      await problemsOf(() => {
        kernelModule('dummy');
        kernelModule('dummy', { parameters: { numdummies: 2 } });
      }),
    ).toEqual([]);
  });

  it('say which files are kept, and which are taken away', async () => {
    const files = async (options: object): Promise<readonly unknown[]> => {
      const steps = await stepsOf(() => void kernelModule('a-b', options));
      return steps.flatMap((step) => (step.kind === 'file' ? [[step.path, step.content]] : []));
    };
    const load = '/etc/modules-load.d/tsplay-a_b.conf';
    const set = '/etc/modprobe.d/tsplay-a_b.conf';
    const managed = (line: string): string => `# Managed by tsplay.\n${line}\n`;
    expect(await files({})).toEqual([[load, managed('a_b')]]);
    expect(await files({ parameters: {} })).toEqual([
      [load, managed('a_b')],
      [set, undefined],
    ]);
    expect(await files({ parameters: { x: 1, y: 'z,w' } })).toEqual([
      [load, managed('a_b')],
      [set, managed('options a_b x=1 y=z,w')],
    ]);
    const gone = [
      [load, undefined],
      [set, undefined],
    ];
    expect(await files({ parameters: { x: 1 }, persist: false })).toEqual(gone);
    expect(await files({ state: 'absent' })).toEqual(gone);
  });
});

describe.each(shellNames)('in %s', (shell) => {
  let kernel: FakeKernel;
  beforeEach(() => {
    kernel = new FakeKernel();
    kernel.available('udp_tunnel');
    kernel.available('vx-lan', { brings: ['udp_tunnel'] });
    kernel.write('plans/vx_lan', kernel.read('plans/vx-lan'));
    kernel.available('mod', { parameters: 'debug N 644\ncount 16 444\nlist 1,2 444\nhidden 1 none\n' });
  });
  afterEach(() => kernel.close());
  const play = async (body: () => void, mode: 'check' | 'apply' = 'apply', run = 'test'): Promise<ShellRun> =>
    runIn(shell, kernel.here(await programOf(body)), { home: kernel.at('state'), mode, run });
  const undo = (run = 'test'): void => {
    const [program, ...args] = shells[shell as Shell];
    execFileSync(program, [...args, kernel.at(`state/runs/${run}/undo.sh`)]);
  };
  const problem = (run: ShellRun): string | undefined =>
    [...run.outcomes.values()].at(-1)?.error?.message.replace(/^\S+ /, '');

  it('loads, keeps, and takes back all that it has brought along', async () => {
    const before = kernel.state();
    const body = (): void => {
      kernelModule('vx-lan');
      kernelModule('mod', { parameters: { debug: 1, count: '0x20', list: '3,4', hidden: 5 } });
      kernelModule('i2c-dev', { persist: false });
    };
    const statuses = ['changed', 'changed', 'ok'];
    expect((await play(body, 'check')).statuses).toEqual(statuses);
    expect(kernel.state()).toEqual(before);
    expect((await play(body)).statuses).toEqual(statuses);
    expect(kernel.read('proc/modules').replaceAll(/ .*/g, '').split('\n')).toEqual([
      'udp_tunnel',
      'vx_lan',
      'mod',
      '',
    ]);
    expect(kernel.read('sys/module/mod/parameters/count')).toBe('0x20\n');
    // As the kernel shows them.
    kernel.write('sys/module/mod/parameters/count', '32\n');
    kernel.write('sys/module/mod/parameters/debug', 'Y\n');
    expect((await play(body, 'apply', 'again')).statuses).toEqual(['ok', 'ok', 'ok']);
    undo();
    expect(kernel.state()).toEqual(before);
  });

  it('leaves what it needs where that was there before, or is used since', async () => {
    kernel.available('other', { brings: ['used'] });
    kernel.write('proc/modules', 'udp_tunnel 16384 0 - Live 0x0\n');
    kernel.write('sys/module/udp_tunnel/initstate', 'live\n');
    kernel.write('sys/module/udp_tunnel/refcnt', '0\n');
    expect(
      (
        await play(() => {
          kernelModule('vx_lan', { persist: false });
          kernelModule('other', { persist: false });
        })
      ).statuses,
    ).toEqual(['changed', 'changed']);
    kernel.write('proc/modules', kernel.read('proc/modules').replace('used 16384 0', 'used 16384 1'));
    undo();
    expect(kernel.read('proc/modules').replaceAll(/ .*/g, '')).toBe('udp_tunnel\nused\n');
  });

  it('sets parameters that can be set, and says which cannot, after it has written them down', async () => {
    await play(() => void kernelModule('mod'));
    const settable = (): void => void kernelModule('mod', { parameters: { debug: 'on', hidden: 7 } });
    expect((await play(settable, 'check')).statuses).toEqual(['changed']);
    expect((await play(settable, 'apply', 'set')).statuses).toEqual(['changed']);
    expect(kernel.read('sys/module/mod/parameters/debug')).toBe('on\n');
    undo('set');
    expect(kernel.read('sys/module/mod/parameters/debug')).toBe('N\n');
    const fixed = (): void => void kernelModule('mod', { parameters: { count: 17 } });
    const message =
      'kernel module mod takes count only when it is loaded. It is written down for the next boot: reboot, or unload it first by hand: it is 16, and wanted is 17';
    expect(problem(await play(fixed, 'check'))).toBe(message);
    expect(problem(await play(fixed))).toBe(message);
    expect(kernel.read('etc/modprobe.d/tsplay-mod.conf')).toContain('options mod count=17\n');
    expect(kernel.read('sys/module/mod/parameters/count')).toBe('16\n');
  });

  it('finds in a check what cannot be loaded, and why', async () => {
    kernel.write('plans/nvme', 'insmod /lib/modules/6.1/kernel/nvme-core.ko\n');
    kernel.write('plans/usb_storage', 'install /bin/false \n');
    kernel.write('plans/net_pf_10', 'builtin ipv6\n');
    const cases: Readonly<Record<string, () => void>> = {
      'the kernel of this host has no module none': () => void kernelModule('none'),
      'the kernel of this host has no module nvme: the name stands for nvme-core': () =>
        void kernelModule('nvme'),
      'the kernel of this host has no module net_pf_10: the name stands for ipv6': () =>
        void kernelModule('net-pf-10'),
      'the kernel of this host has no module usb_storage: modprobe is configured to run "/bin/false" instead':
        () => void kernelModule('usb-storage'),
      'kernel module mod has no such parameter: dbug': () =>
        void kernelModule('mod', { parameters: { debug: 1, dbug: 1 } }),
    };
    for (const [message, body] of Object.entries(cases)) {
      for (const mode of ['check', 'apply'] as const) expect(problem(await play(body, mode))).toBe(message);
    }
    rmSync(kernel.at('lib/modules/6.1'), { recursive: true });
    expect(problem(await play(() => void kernelModule('none'), 'check'))).toMatch(
      /updated without a reboot\?$/,
    );
    // An earlier task may bring it.
    const after = await play(() => {
      command('install', { run: ['true'] });
      kernelModule('none');
    }, 'check');
    expect(after.statuses).toEqual(['changed', 'unknown']);
  });

  it('absent unloads it and nothing else, and an undo loads it as it was kept', async () => {
    const parameters = { count: 17 };
    await play(() => void kernelModule('mod', { parameters }));
    await play(() => void kernelModule('vx_lan'), 'apply', 'more');
    const before = kernel.state();
    const body = (): void => {
      for (const name of ['mod', 'vx-lan', 'none']) kernelModule(name, { state: 'absent' });
    };
    const statuses = ['changed', 'changed', 'ok'];
    expect((await play(body, 'check')).statuses).toEqual(statuses);
    expect(kernel.state()).toEqual(before);
    expect((await play(body, 'apply', 'gone')).statuses).toEqual(statuses);
    expect(kernel.read('proc/modules')).toMatch(/^udp_tunnel .*\n$/);
    expect(Object.keys(kernel.state()).filter((name) => name.startsWith('etc/'))).toEqual([]);
    expect((await play(body)).statuses).toEqual(['ok', 'ok', 'ok']);
    kernel.write('params/mod', 'debug N 644\ncount 17 444\nlist 1,2 444\nhidden 1 none\n');
    undo('gone');
    expect({ ...kernel.state(), 'proc/modules': '' }).toEqual({ ...before, 'proc/modules': '' });
  });

  it('does not unload what is in use, and names by whom', async () => {
    await play(() => void kernelModule('mod'));
    const absent = (name: string) => (): void => void kernelModule(name, { state: 'absent' });
    kernel.write('sys/module/mod/holders/other/x', '');
    kernel.write('sys/module/mod/refcnt', '1\n');
    expect(problem(await play(absent('mod'), 'check'))).toBe(
      'kernel module mod cannot be unloaded: it is used by module other',
    );
    rmSync(kernel.at('sys/module/mod/holders/other'), { recursive: true });
    expect(problem(await play(absent('mod')))).toBe(
      'kernel module mod cannot be unloaded: it is used by others (counted 1), such as mounted file systems or open devices',
    );
    const builtIn = 'kernel module i2c_dev cannot be unloaded: it is built into the kernel';
    expect(problem(await play(absent('i2c-dev'), 'check'))).toBe(builtIn);
    kernel.write('sys/module/i2c_dev/parameters/x', '');
    expect(problem(await play(absent('i2c-dev')))).toBe(builtIn);
  });
});
