import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { programText } from '../../src/runner/session/prologue.ts';
import { compile } from '../../src/steps/compile.ts';
import { action, present, reading, sh, value, type Step } from '../../src/steps/index.ts';
import { runtimeText } from '../../src/steps/runtime.ts';
import { program, runIn, shellNames, shells } from '../support/shells.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-detached-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = (name: string): string => join(dir, name);
const home = (): string => at('state');

/** Makes a file, and says which session of processes made it. */
const flag = (name: string): Step =>
  present(name, {
    test: sh`[ -e ${at(name)} ]`,
    create: sh`cut -d ' ' -f 6 /proc/self/stat >${at(name)}`,
    remove: sh`rm ${at(name)}`,
  });
const sessionOf = (name: string): string => readFileSync(at(name), 'utf8').trim();

describe.each(shellNames)('a network section in %s', (shell) => {
  it('runs in a session of its own, tells everything once, and gives back what it found', async () => {
    const what = program(
      { steps: [flag('before')] },
      {
        network: true,
        steps: [
          value('same', { read: reading(sh`echo 1`), want: '1', write: sh`false` }),
          flag('a'),
          flag('b'),
        ],
      },
      { network: true, steps: [flag('c')] },
      { network: true, steps: [flag('c')] },
      { steps: [flag('after')], when: { op: 'changed', task: 3 } },
      { steps: [flag('never')], when: { op: 'changed', task: 4 } },
    );
    const run = await runIn(shell, what, { home: home() });
    expect(run).toMatchObject({
      statuses: ['changed', 'changed', 'changed', 'ok', 'changed', 'skipped'],
      finished: true,
      code: 0,
    });
    const steps = run.events.flatMap((event) =>
      event.type === 'step' ? [`${event.what} ${event.status}`] : [],
    );
    expect(steps).toEqual([
      'before changed',
      'same ok',
      'a changed',
      'b changed',
      'c changed',
      'c ok',
      'after changed',
    ]);
    expect(run.events.filter((event) => event.type === 'task-start')).toHaveLength(6);
    expect(sessionOf('a')).toBe(sessionOf('c'));
    expect(sessionOf('a')).not.toBe(sessionOf('before'));
    expect(sessionOf('after')).toBe(sessionOf('before'));
    expect(readdirSync(join(home(), 'runs/test')).filter((name) => name.startsWith('section'))).toEqual([]);
    expect(existsSync(join(home(), 'lock'))).toBe(false);

    const again = await runIn(shell, what, { home: home(), run: 'again' });
    expect(again.statuses).toEqual(['ok', 'ok', 'ok', 'ok', 'skipped', 'skipped']);

    const [command, ...args] = shells[shell];
    execFileSync(command, [...args, join(home(), 'runs/test/undo.sh')]);
    expect(readdirSync(dir)).toEqual(['state']);
  });

  it('gives back a failure with what the command said, and skips the rest', async () => {
    const what = program(
      {
        network: true,
        steps: [flag('a'), action('breaks', { run: sh`echo out; echo because >&2; exit 3` }), flag('b')],
      },
      { network: true, steps: [flag('c')] },
      { steps: [flag('d')] },
    );
    const run = await runIn(shell, what, { home: home() });
    expect(run.statuses).toEqual(['failed', 'skipped', 'skipped']);
    expect(run.outcomes.get(1)).toMatchObject({ rc: 3, stdout: 'out\n' });
    expect(existsSync(at('a'))).toBe(true);
    expect(existsSync(at('c')) || existsSync(at('d'))).toBe(false);
  });

  it('goes on when the connection is cut in mid-step, and leaves no lock', async () => {
    const steps = [
      flag('first'),
      present('slow', {
        test: sh`[ -e ${at('slow')} ]`,
        create: sh`while [ ! -e ${at('go')} ]; do sleep 0.05; done; : >${at('slow')}`,
      }),
      flag('last'),
    ];
    const what = program({ network: true, steps }, { steps: [flag('attached')] });

    const parameters = {
      mode: 'apply',
      nonce: 'n',
      run: 'cut',
      part: 1,
      diff: false,
      mark: 'm',
      home: home(),
    } as const;
    const [command, ...args] = shells[shell];
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    child.stdin.write(programText(parameters, runtimeText(), compile(what)));
    await until(() => existsSync(at('first')));
    // As sshd ends what belongs to a lost connection.
    child.stdout.destroy();
    child.stderr.destroy();
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    writeFileSync(at('go'), '');
    await until(() => existsSync(at('last')) && !existsSync(join(home(), 'lock')));
    expect(existsSync(at('attached'))).toBe(false);
    const next = await runIn(shell, what, { home: home(), run: 'next' });
    expect(next.statuses).toEqual(['ok', 'changed']);
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('waited 10 s in vain');
}
