import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reading, release, sh, value, type Step } from '../../src/steps/index.ts';
import { program, runIn, shellNames, shells, type ShellRun } from '../support/shells.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-shared-'));
  writeFileSync(at('forward'), "it's 0\n");
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = (name: string): string => join(dir, name);
const host = (): string => readFileSync(at('forward'), 'utf8').trim();
const halves = () => ({
  read: reading(sh`cat ${at('forward')}`),
  write: sh`printf '%s\n' "$1" >${at('forward')}`,
});
const shared = (owner: string) => ({ resource: 'sysctl:net/forward' as const, owner });
const needs = (owner: string): Step => value('forward', { ...halves(), want: '1', shared: shared(owner) });
const leaves = (owner: string): Step => release('forward', { ...halves(), shared: shared(owner) });
const records = (): readonly string[] =>
  existsSync(at('state/shared')) ? readdirSync(at('state/shared')) : [];

describe.each(shellNames)('a value that several tasks need, in %s', (shell) => {
  let runs = 0;
  const run = (mode: 'check' | 'apply', ...tasks: readonly Step[]): Promise<ShellRun> =>
    runIn(shell, program(...tasks.map((step) => ({ steps: [step] }))), {
      home: at('state'),
      mode,
      run: `run${(runs += 1)}`,
    });
  const undo = (): void => {
    const [command, ...args] = shells[shell];
    execFileSync(command, [...args, at(`state/runs/run${runs}/undo.sh`)]);
  };
  const reasons = ({ events }: ShellRun): readonly string[] =>
    events.flatMap((event) => (event.type === 'step' && event.reason !== undefined ? [event.reason] : []));

  it('is put back by the last one who leaves, and not before', async () => {
    expect((await run('apply', needs('a'), needs('b'))).statuses).toEqual(['changed', 'ok']);
    expect((await run('apply', needs('a'), needs('b'))).statuses).toEqual(['ok', 'ok']);
    expect(existsSync(at(`state/runs/run${runs}`))).toBe(false);

    const first = await run('check', leaves('a'));
    expect(first.statuses).toEqual(['ok']);
    expect(reasons(first)).toEqual(['forward stays as it is: it is needed by b']);
    expect((await run('apply', leaves('a'))).statuses).toEqual(['ok']);
    expect(host()).toBe('1');

    expect((await run('check', leaves('b'))).statuses).toEqual(['changed']);
    expect(host()).toBe('1');
    expect((await run('apply', leaves('b'))).statuses).toEqual(['changed']);
    expect(host()).toBe("it's 0");
    expect(records()).toEqual([]);
    undo();
    expect(host()).toBe('1');
    expect((await run('apply', leaves('b'))).statuses).toEqual(['changed']);
    expect((await run('apply', leaves('b'))).statuses).toEqual(['ok']);
    expect(host()).toBe("it's 0");
  });

  it('is foreseen to be put back by the last of several who leave in one run', async () => {
    await run('apply', needs('a'), needs('b'));
    const all = [leaves('a'), leaves('b'), leaves('b')];
    expect((await run('check', ...all)).statuses).toEqual(['ok', 'changed', 'ok']);
    expect(host()).toBe('1');
    expect((await run('apply', ...all)).statuses).toEqual(['ok', 'changed', 'ok']);
    expect(host()).toBe("it's 0");
  });

  it('is put back once, by an undo of the run that set it', async () => {
    await run('apply', needs('a'));
    undo();
    expect(host()).toBe("it's 0");
    expect(records()).toEqual([]);
    expect((await run('apply', leaves('a'))).statuses).toEqual(['ok']);
  });

  it('stays where another task of the same run needs it', async () => {
    await run('apply', needs('a'));
    expect((await run('apply', leaves('a'), needs('b'))).statuses).toEqual(['ok', 'ok']);
    expect(host()).toBe('1');
    expect((await run('apply', leaves('b'))).statuses).toEqual(['changed']);
    expect(host()).toBe("it's 0");
  });

  it('is left alone where we have not set it, or somebody else has set it since', async () => {
    writeFileSync(at('forward'), '1\n');
    expect((await run('apply', needs('a'))).statuses).toEqual(['ok']);
    const none = await run('apply', leaves('a'));
    expect(none.statuses).toEqual(['ok']);
    expect(reasons(none)).toEqual(['forward stays as it is: tsplay has not set it for this task']);
    expect(host()).toBe('1');

    writeFileSync(at('forward'), '0\n');
    await run('apply', needs('a'));
    writeFileSync(at('forward'), '2\n');
    const foreign = await run('apply', leaves('a'));
    expect(foreign.statuses).toEqual(['ok']);
    expect(reasons(foreign)).toEqual([expect.stringContaining('was not tsplay')]);
    expect(host()).toBe('2');
    expect(records()).toEqual([]);
  });

  it('is not put back where the record cannot hold what was found', async () => {
    for (const old of ['0\nb\nc', '0\0']) {
      writeFileSync(at('forward'), old);
      expect((await run('apply', needs('a'))).statuses).toEqual(['changed']);
      expect((await run('apply', leaves('c'))).statuses).toEqual(['ok']);
      const left = await run('apply', leaves('a'));
      expect(reasons(left)).toEqual([expect.stringContaining('was not tsplay')]);
      expect(host()).toBe('1');
      expect(records()).toEqual([]);
    }
  });

  it('was found anew after a reboot', async () => {
    await run('apply', needs('a'));
    const [record = ''] = records();
    const file = at(`state/shared/${record}`);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^.*/, 'another-boot'));
    writeFileSync(at('forward'), '7\n');
    await run('apply', needs('a'));
    expect((await run('apply', leaves('a'))).statuses).toEqual(['changed']);
    expect(host()).toBe('7');
  });
});
