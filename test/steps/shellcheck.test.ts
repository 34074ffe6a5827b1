import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as modules from '../../modules/index.ts';
import { programText } from '../../src/runner/session/prologue.ts';
import { compile, type Compiled } from '../../src/steps/compile.ts';
import {
  absent,
  action,
  edit,
  entries,
  file,
  poll,
  present,
  procFile,
  query,
  rc,
  reading,
  release,
  requires,
  secret,
  sh,
  stdout,
  tool,
  value,
  around,
  type Step,
} from '../../src/steps/index.ts';
import { optionalParts, runtimeText } from '../../src/steps/runtime.ts';
import { functionsOf } from '../../src/steps/runtime-calls.ts';
import { everyModule } from '../support/every-module.ts';
import { FolderHost } from '../support/folder-host.ts';
import { Hostile } from '../support/hostile.ts';
import { playProgram } from '../support/play-program.ts';
import {
  ownCode,
  runtimePart,
  runtimeSource,
  shellcheck,
  shellcheckAll,
  withoutAlike,
} from '../support/shellcheck.ts';
import { program, type TestTask } from '../support/shells.ts';

// Always the same ones: what ShellCheck thinks of quoted text is no law.
const hostile = new Hostile('tsplay-canary', 1);
const text = (): string => hostile.text({ value: true });

let host: FolderHost;
beforeEach(() => {
  host = new FolderHost();
});
afterEach(() => host.close());

/** Every kind of step that a folder is enough for, with hostile texts in it. */
function kinds(): readonly Step[] {
  const at = (name: string): string => host.at(name);
  for (const name of ['value', 'gone', 'ini', 'list', 'shared']) host.write(name, 'old\n');
  const list = query('list', sh`cat ${at('list')}`);
  const setting = { read: reading(sh`cat ${at('shared')}`), write: sh`printf '%s' "$1" >${at('shared')}` };
  const shared = { resource: 'file:shared', owner: 'test' } as const;
  return [
    tool('cat', { debian: 'coreutils' }),
    requires(text(), { test: sh`[ -e ${at('value')} ]`, otherwise: text() }),
    present(text(), {
      test: sh`[ -e ${at('flag')} ]`,
      create: sh`: >${at('flag')}`,
      remove: sh`rm ${at('flag')}`,
      provides: 'flag:x',
    }),
    absent(text(), {
      test: sh`[ -e ${at('gone')} ]`,
      save: sh`cat ${at('gone')}`,
      remove: sh`rm ${at('gone')}`,
      create: sh`printf '%s' "$1" >${at('gone')}`,
    }),
    value(text(), {
      read: reading(sh`cat ${at('value')}`, [1]),
      want: text(),
      write: sh`printf '%s' "$1" >${at('value')}`,
      inside: 'flag:x',
      fresh: { value: text() },
    }),
    value(text(), { read: procFile('/proc/sys/kernel/ostype'), want: 'Linux', write: sh`false` }),
    around(
      'lo',
      value(text(), {
        read: reading(sh`cat ${at('value2')} 2>/dev/null`, [1]),
        want: 'x',
        write: sh`printf '%s' "$1" >${at('value2')}`,
      }),
    ),
    value('shared', { ...setting, want: 'x', shared }),
    release('shared', { ...setting, shared }),
    entries(text(), {
      uses: [list],
      list: sh`printf '%s\n' ${list.output}`,
      want: [['a', text() || 'x'].map((field) => field.replaceAll(/[\n\t]/g, ' ')), ['b', '2']],
      add: sh`printf '%s\t%s\n' "$@" >>${at('list')}`,
      change: sh`printf '%s\t%s\n' "$@" >>${at('list')}`,
      remove: sh`sed -i '1d' ${at('list')}`,
    }),
    file(at('conf'), { content: hostile.text(), mode: '640' }),
    file(at('binary'), { content: `${hostile.text()}\0` }),
    file(at('key'), { content: secret(hostile.text()) }),
    edit(at('ini'), { filter: sh`sed 's/old/new/'` }),
    poll(text(), { until: sh`true`, limit: 1 }),
    action(text(), {
      run: sh`printf '%s' ${text()}`,
      changed: stdout.matches(''),
      failed: rc.in(9),
      undo: sh`:`,
    }),
    action(text(), { run: sh`: >${at('made')}`, guard: { kind: 'creates', path: at('made') } }),
    action(text(), { run: sh`:`, guard: { kind: 'unless', command: sh`false` } }),
  ];
}

/** A text with other texts in the place of lines that get them when they run. */
function unfolded(text: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((all, [line, part]) => {
    const start = `\n${all}`.indexOf(`\n${line}`);
    if (start < 0) throw new Error(`there is no line ${line}`);
    return all.slice(0, start) + part + all.slice(start + line.length);
  }, text);
}

/** The text that is sent to a shell, with what its `eval` gets standing there. */
function sent(compiled: Compiled): string {
  const become = { method: 'sudo', password: "it's" } as const;
  const fixed = {
    mode: 'apply',
    nonce: 'n0nce',
    run: 'run',
    part: 1,
    diff: true,
    mark: 'm4rk',
    become,
  } as const;
  // As values they are one word each, in which nothing is to be found, slowly.
  const whole = programText(fixed, '', { ...compiled, body: '' });
  return unfolded(whole, {
    'eval "$TS_BODY"': ownCode(compiled.body),
    'eval "$TS_RUNTIME"': runtimeSource(),
  });
}

describe('ShellCheck finds nothing', { timeout: 600_000 }, () => {
  it('in what is sent to a host, and in what it writes there', async () => {
    const steps = kinds();
    const copy = sh`cp ${join(host.dir, 'state/runs/test')}/section-*.sh ${host.at('section')}`;
    const tasks: TestTask[] = [
      { steps },
      { steps: [action('copy', { run: sh`set +f; ${copy}`, undo: sh`:` })], network: true },
      {
        steps: [file(host.at('last'), { content: secret('x') })],
        network: true,
        when: { op: 'changed', task: 1 },
      },
    ];
    const compiled = compile(program(...tasks));
    const run = await host.run('dash', tasks);
    expect(run.statuses).toEqual(['changed', 'changed', 'changed']);
    const folder = join(host.dir, 'state/runs/test');
    const written = (name: string): string => readFileSync(join(folder, name), 'utf8');
    expect(written('program-000001.sh')).toContain(compiled.body);
    const section = unfolded(host.read('section').toString(), {
      '. "$here/program-$TS_STEM.sh"': ':',
      '. "$here/runtime.sh"': ':',
    });

    const journal = readdirSync(folder).filter((name) => name.endsWith('.undo'));
    expect(journal.length).toBeGreaterThan(10);
    const undo = unfolded(written('undo.sh'), {
      ts_undo_all: `${journal.map(written).join('\n')}\nts_undo_all`,
      'for program do . "$program"; done': ':',
      '. "$here/runtime.sh"': ':',
    });

    const rollback = runtimePart('rollback.sh');
    const spool = join(host.dir, "it's");
    const write = `TS_NONCE=n0nce ts_spool=$1; ts_write_rollback "o'ther" "/home/o'ther/runs/1"`;
    // An argument has no more than 128 KiB.
    execFileSync('sh', ['-s', spool], { input: `${runtimeText()}\n${rollback}\n${write}` });
    const script = readFileSync(`${spool}.sh`, 'utf8');
    const line = script.split('\n').find((one) => one.startsWith('. ')) ?? 'the runtime';

    // The runtime takes ShellCheck five seconds, so it stands there once for all that is run with it.
    const scripts = { section, undo, rollback: unfolded(script, { [line]: ':' }) };
    const functions = Object.entries(scripts).map(([name, text]) => `${name}() {\n${text}\n}`);
    // Some are called by the programs of modules only.
    const others = optionalParts.flatMap((part) => [...functionsOf(runtimePart(part)).keys()]);
    const calls = [...Object.keys(scripts), 'ts_rollback_start', ...others].map(
      (name) => `${name}) ${name} ;;`,
    );
    const all = [sent(compiled), rollback, ...functions, 'case $1 in', ...calls, 'esac', ''];
    expect(shellcheck(all.join('\n'))).toEqual([]);
  });

  it('in the modules', async () => {
    const programs: Record<string, string> = {};
    for (const [name, play] of Object.entries(everyModule)) {
      const { body, segments } = compile(await playProgram(() => play((o) => o)));
      const bodies = [body, ...segments.map((segment) => segment.body)];
      for (const [index, one] of bodies.entries()) programs[`${name} ${index}`] = ownCode(one);
    }
    expect(shellcheckAll(withoutAlike(programs))).toEqual([]);
  });
});

it('no function of the runtime stands in the way of another one', () => {
  const all = `${runtimeSource()}\n${runtimePart('rollback.sh')}`;
  const names: readonly string[] = all.match(/^\w+(?=\(\))/gm) ?? [];
  expect(names.length).toBeGreaterThan(200);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe('every module', () => {
  it('is among these', async () => {
    const programs = await Promise.all(
      Object.values(everyModule).map((body) => playProgram(() => body((o) => o))),
    );
    const used = programs.flatMap(({ items }) =>
      items.flatMap((item) => (item.kind === 'task' ? [item.id] : [])),
    );
    const missing = Object.keys(modules).filter((name) => !used.some((id) => id.startsWith(`${name}[`)));
    expect(missing).toEqual([]);
  });
});
