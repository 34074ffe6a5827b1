import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { command, type CommandOptions } from '../../../modules/index.ts';
import { rc, secret, sh, stdout } from '../../../src/steps/index.ts';
import { problemsOf, programOf, stepsOf } from '../../support/modules.ts';
import { runIn, shellNames, shells, type Shell, type ShellRun } from '../../support/shells.ts';

describe('options', () => {
  const called = (options: object) => (): void =>
    void (command as (name: string, options: object) => unknown)('c', options);
  it.each([
    ['nothing', {}, [/^run is missing$/]],
    ['a line', { run: 'ls -l' }, [/^run must be a list of words such as .* not 'ls -l'$/]],
    ['no words', { run: [] }, [/^run must not be empty$/]],
    ['an empty word', { run: ['', 'x'] }, [/^run must begin with the name of a program, not an empty text/]],
    ['a flag first', { run: ['-c'] }, [/^run must begin with the name of a program, not '-c'/]],
    ['a number', { run: ['sleep', 1] }, [/^run\[1\] must be a text, not the number 1/]],
    ['a secret word', { run: ['echo', secret('s')] }, [/^run\[1\] must be a text, not a secret/]],
    ['a NUL', { run: ['echo', 'a\0'] }, [/^run\[1\] contains a NUL byte/]],
    ['a NUL in shell text', { run: sh`true`, unless: ['a', '\0'] }, [/^unless\[1\] contains a NUL/]],
    [
      'relative paths',
      { run: sh`x`, creates: 'x', chdir: './y' },
      [/^creates must be absolute/, /^chdir must be/],
    ],
    [
      'a secret in the environment',
      { run: sh`x`, env: { KEY: secret('s') } },
      [/^env\.KEY must be a text, not a/],
    ],
    [
      'names of variables',
      { run: sh`x`, env: { 'A-B': '', '1': '' } },
      [/^'1' cannot be the/, /^'A-B' cannot be/],
    ],
    [
      'statuses',
      { run: sh`x`, successCodes: [0, 256, 1.5] },
      [/^successCodes\[1\] must be/, /^successCodes\[2\]/],
    ],
    ['no statuses', { run: sh`x`, successCodes: [] }, [/^successCodes must not be empty/]],
    [
      'a predicate',
      { run: sh`x`, changedWhen: true, failedWhen: 'no' },
      [/^changedWhen must be rc/, /^failedWhen/],
    ],
    ['a predicate of nothing', { run: sh`x`, changedWhen: { kind: 'rc', codes: [] } }, [/must not be empty/]],
    ['two guards', { run: sh`x`, creates: '/x', reads: true }, [/^creates and reads exclude each other/]],
    ['more guards', { run: sh`x`, removes: '/x', unless: sh`y` }, [/^removes and unless exclude each other/]],
    [
      'no guard',
      { run: sh`x`, onlyIf: 'y', removes: 'x' },
      [/^onlyIf must be a/, /^removes must be absolute/],
    ],
    ['what only reads', { run: sh`x`, onlyIf: sh`y`, reads: true }, [/^onlyIf and reads exclude each other/]],
    [
      'what reading does not do',
      { run: sh`x`, reads: true, changedWhen: rc.in(0), undo: sh`y` },
      [/so changedWhen makes no sense/, /so undo makes no sense/],
    ],
    ['two ways to fail', { run: sh`x`, failedWhen: rc.in(1), successCodes: [0] }, [/exclude each other/]],
    ['a misspelt one', { run: sh`x`, unles: sh`y` }, [/did you mean unless\?/]],
  ] as const)('%s', async (_name, options, expected) => {
    expect(await problemsOf(called(options))).toEqual(expected.map((one) => expect.stringMatching(one)));
  });

  it('are one step', async () => {
    const [step] = await stepsOf(() => {
      command('c', { run: ['a b', '$c'], chdir: '/d', env: { E: "f'g" }, unless: sh`h`, undo: ['i'] });
    });
    const before = `cd '/d' || exit\nexport E='f'\\''g'\n`;
    expect(step).toMatchObject({
      kind: 'action',
      run: { text: `${before}exec 'a b' '$c'` },
      guard: { kind: 'unless', command: { text: `${before}h` } },
      undo: { text: `${before}exec 'i'` },
    });
  });
});

describe.each(shellNames)('in %s', (shell) => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tsplay-command-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const at = (name: string): string => join(dir, name);
  const text = (name: string): string => readFileSync(at(name), 'utf8');
  const home = (): string => at('state');
  const play = async (
    commands: readonly CommandOptions[],
    mode: 'check' | 'apply' = 'apply',
    run = 'test',
  ): Promise<ShellRun> =>
    runIn(shell, await programOf(() => commands.forEach((one, i) => void command(`c${i}`, one))), {
      home: home(),
      mode,
      run,
    });
  /** Each by itself, since a failure keeps those behind it from running. */
  const messages = async (
    commands: readonly CommandOptions[],
    mode: 'check' | 'apply' = 'apply',
  ): Promise<readonly (string | undefined)[]> => {
    const found: (string | undefined)[] = [];
    for (const one of commands) {
      const run = await play([one], mode);
      found.push(run.outcomes.get(1)?.error?.message.replace(/^\S+ /, '') ?? run.statuses[0]);
    }
    return found;
  };

  it('runs words as they are, by no shell, in its folder and with its environment', async () => {
    const words = ['a b', '', "it's", '$(id)', '*', '-n', 'line\nline', 'ä€'];
    const ran = await play([
      { run: ['printf', '<%s>', ...words] },
      { run: ['env'], chdir: dir, env: { EMPTY: '', LINES_: "a\n'b'" }, reads: true },
      { run: sh`echo "$PWD $A"; exit 3`, chdir: dir, env: { A: '1' }, successCodes: [0, 3] },
      { run: sh`cat; echo "[$?]"` },
    ]);
    expect(ran.statuses).toEqual(['changed', 'ok', 'changed', 'changed']);
    const outputs = [...ran.outcomes.values()].map((outcome) => outcome.stdout);
    expect(outputs[0]).toBe(words.map((word) => `<${word}>`).join(''));
    expect(outputs[1]).toContain(`PWD=${dir}\n`);
    expect(outputs[1]).toContain(`LINES_=a\n'b'\n`);
    expect(outputs[1]).toContain('EMPTY=\n');
    expect(outputs[2]).toBe(`${dir} 1\n`);
    // It finds an end at once on its standard input.
    expect(outputs[3]).toBe('[0]\n');
    expect([...ran.outcomes.values()].map((outcome) => outcome.rc)).toEqual([0, 0, 3, 0]);
  });

  it('gives it what it is to read, secrets too, and says nothing of them', async () => {
    const long = 'x€\n'.repeat(50_000);
    const ran = await play([
      { run: ['tee', at('plain')], stdin: 'a\0b\n' },
      { run: sh`cat >${at('long')}`, stdin: long },
      { run: sh`tr a-z A-Z >${at('key')}`, stdin: secret('geheim') },
      { run: sh`exit 0`, stdin: long },
      { run: sh`cat; exit 4`, stdin: 'in', failedWhen: stdout.lacks('^in$') },
    ]);
    expect(ran.statuses).toEqual(['changed', 'changed', 'changed', 'changed', 'changed']);
    expect([text('plain'), text('key')]).toEqual(['a\0b\n', 'GEHEIM']);
    expect(text('long') === long).toBe(true);
    expect(JSON.stringify(ran.events)).not.toContain('geheim');
    expect(execFileSync('sh', ['-c', `grep -r geheim ${dir} || :`], { encoding: 'utf8' })).toBe('');
  });

  it('says what a status means', async () => {
    writeFileSync(at('script'), '#!/bin/sh\n');
    expect(
      await messages([
        { run: sh`exit 7` },
        { run: sh`no-such-program` },
        { run: sh`${at('script')}` },
        { run: ['sh', '-c', 'kill -TERM $$'] },
        { run: ['sh', '-c', 'kill -9 $$'] },
        { run: sh`sh -c 'kill -USR1 $$'`, successCodes: [138] },
      ]),
    ).toEqual([
      'c0 ended with status 7',
      'c0 ended with status 127: a program that it calls is not on this host',
      'c0 ended with status 126: it is there, but could not be run',
      'c0 ended with status 143 (killed by signal TERM)',
      'c0 ended with status 137 (killed by signal KILL)',
      'changed',
    ]);
  });

  it('finds in a check what would keep it from running, where it would run', async () => {
    mkdirSync(at('here'));
    const cannot: readonly CommandOptions[] = [
      { run: ['no-such-program'] },
      { run: ['ts_frame'] },
      { run: ['w1'] },
      { run: ['./none'], chdir: at('here') },
      { run: sh`:`, chdir: at('none') },
      { run: ['tool'], env: { PATH: at('here') } },
    ];
    const expected = [
      ...['no-such-program', 'ts_frame', 'w1', './none'].map(
        (name) => `there is no program ${name} on this host`,
      ),
      `there is no folder ${at('none')}`,
      'there is no program tool on this host',
    ];
    expect(await messages(cannot, 'check')).toEqual(expected);
    expect(await messages(cannot)).toEqual(expected);
    const guarded = cannot.map((one) => ({ ...one, creates: at('here') }));
    expect(await messages(guarded, 'check')).toEqual(expected.map(() => 'ok'));
    // What an earlier task may bring, a check does not know.
    const after = await play([{ run: ['mkdir', at('none')] }, { run: sh`:`, chdir: at('none') }], 'check');
    expect(after.statuses).toEqual(['changed', 'unknown']);
    writeFileSync(at('here/tool'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(at('here/none'), '#!/bin/sh\n', { mode: 0o755 });
    expect(await messages([...cannot.slice(3, 4), ...cannot.slice(5)])).toEqual(['changed', 'changed']);
  });

  it('keeps to its guards, and takes back what they say is there', async () => {
    const made: CommandOptions = {
      run: ['touch', 'made'],
      chdir: dir,
      creates: at('made'),
      undo: ['rm', 'made'],
    };
    const put: CommandOptions = {
      run: sh`echo "$V" >put`,
      unless: sh`grep -q "^$V\$" put`,
      undo: sh`rm put`,
      chdir: dir,
      env: { V: 'v' },
    };
    const never: CommandOptions = { run: sh`echo ran >>${at('never')}`, unless: ['true'] };
    expect((await play([made, put, never], 'check')).statuses).toEqual(['changed', 'changed', 'ok']);
    expect(existsSync(home())).toBe(false);
    expect((await play([made, put, never])).statuses).toEqual(['changed', 'changed', 'ok']);
    expect((await play([made, put, never], 'apply', 'again')).statuses).toEqual(['ok', 'ok', 'ok']);
    expect(text('put')).toBe('v\n');
    rmSync(at('made'));
    const [program, ...args] = shells[shell as Shell];
    // With an `rm` that fails for what is gone already: it is not even tried.
    const said = execFileSync(program, [...args, join(home(), 'runs/test/undo.sh')], { encoding: 'utf8' });
    expect(said).toContain('undo already');
    expect([existsSync(at('put')), existsSync(at('never'))]).toEqual([false, false]);
    expect(await messages([{ run: ['true'], creates: at('made') }])).toEqual([
      'c0 has run, but what it says it creates is not there, or what it removes still is, so it would run every time',
    ]);
  });

  it('reads in a check too, changes nothing, and leaves no trace', async () => {
    const reads: readonly CommandOptions[] = [
      { run: ['echo', 'out'], reads: true },
      { run: sh`echo bad >&2; exit 2`, reads: true, successCodes: [2] },
      { run: sh`exit 1`, reads: true, failedWhen: rc.notIn(0, 1) },
    ];
    for (const mode of ['check', 'apply'] as const) {
      const ran = await play(reads, mode);
      expect(ran.statuses).toEqual(['ok', 'ok', 'ok']);
      expect([...ran.outcomes.values()].map((outcome) => [outcome.rc, outcome.stdout])).toEqual([
        [0, 'out\n'],
        [2, ''],
        [1, ''],
      ]);
    }
    expect(existsSync(home())).toBe(false);
  });

  it('is changed and failed when its predicates say so', async () => {
    const says = sh`printf 'one\nupdated 3\n'; exit 5`;
    const any = { successCodes: [5] };
    const cases: readonly (readonly [CommandOptions, string])[] = [
      [{ run: says, ...any, changedWhen: rc.in(0) }, 'ok'],
      [{ run: says, ...any, changedWhen: rc.in(5, 6) }, 'changed'],
      [{ run: says, ...any, changedWhen: rc.notIn(5) }, 'ok'],
      [{ run: says, ...any, changedWhen: stdout.matches('^updated [1-9]') }, 'changed'],
      [{ run: says, ...any, changedWhen: stdout.matches('^updated 0') }, 'ok'],
      [{ run: says, ...any, changedWhen: stdout.lacks('error') }, 'changed'],
      [{ run: says, failedWhen: rc.in(1) }, 'changed'],
      [{ run: says, failedWhen: rc.in(5) }, 'c0 ended with status 5'],
      [{ run: says, failedWhen: stdout.matches('^one$') }, 'c0 ended with status 5'],
      [{ run: says, failedWhen: stdout.lacks('two'), changedWhen: rc.in(0) }, 'c0 ended with status 5'],
      [{ run: says, ...any, changedWhen: stdout.matches('(') }, 'its changedWhen could not be decided'],
    ];
    expect(await messages(cases.map(([options]) => options))).toEqual(cases.map(([, status]) => status));
    const unknown = await play(
      cases.slice(0, 6).map(([options]) => options),
      'check',
    );
    expect(new Set(unknown.statuses)).toEqual(new Set(['unknown']));
  });

  it('takes output that is no text, and 10 MB of it, also where a predicate looks at it', async () => {
    const bytes = sh`printf '\001\377\n'; head -c 10000000 /dev/zero | tr '\000' x; echo; echo end`;
    const ran = await play([{ run: bytes }, { run: bytes, changedWhen: stdout.matches('^end$') }]);
    expect(ran.statuses).toEqual(['changed', 'changed']);
    for (const { stdout: kept } of ran.outcomes.values()) expect(kept).toMatch(/^x{1048571}\nend\n$/);
  });

  it('runs where something is to be removed, or another command says so', async () => {
    writeFileSync(at('old'), 'x');
    const commands: readonly CommandOptions[] = [
      { run: ['mv', at('old'), at('new')], removes: at('old'), undo: ['mv', at('new'), at('old')] },
      { run: ['cp', at('new'), at('copy')], onlyIf: ['test', '-e', at('new')], creates: at('copy') },
      { run: ['touch', at('never')], onlyIf: ['test', '-e', at('nothing')] },
    ];
    expect((await play(commands, 'check')).statuses).toEqual(['changed', 'ok', 'ok']);
    expect((await play(commands)).statuses).toEqual(['changed', 'changed', 'ok']);
    expect([existsSync(at('old')), text('new'), text('copy'), existsSync(at('never'))]).toEqual([
      false,
      'x',
      'x',
      false,
    ]);
    expect((await play(commands, 'apply', 'again')).statuses).toEqual(['ok', 'ok', 'ok']);
    execFileSync(shells[shell][0], [...shells[shell].slice(1), join(home(), 'runs/test/undo.sh')]);
    expect([text('old'), existsSync(at('new'))]).toEqual(['x', false]);
  });

  it('says what has not come about, and what could not be asked', async () => {
    const told = async (one: CommandOptions): Promise<unknown> =>
      (await play([one])).events.flatMap((event) => (event.type === 'task' ? [event.error?.message] : []))[0];
    writeFileSync(at('old'), 'x');
    expect(await told({ run: ['true'], removes: at('old') })).toMatch(/or what it removes still is/);
    expect(await told({ run: ['true'], onlyIf: ['frobnicate'] })).toMatch(
      /could not be asked: its onlyIf ended with status 127: a program/,
    );
  });
});
