import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { command } from '../../modules/index.ts';
import { TsplayErrors } from '../../src/errors/tsplay-error.ts';
import type { Program } from '../../src/steps/program.ts';
import { sh } from '../../src/steps/sh.ts';
import { playIn } from '../support/play-in-shell.ts';
import { playProgram } from '../support/play-program.ts';
import { runIn, shellNames } from '../support/shells.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-jobs-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = (name: string): string => join(dir, name);
const state = (): string => at('state');

/** A job that says what it is and ends when a file lets it. */
const body = (): void => {
  command("it's", {
    run: sh`printf '%s\n' "it's $0" begun; echo err >&2; echo x >>${at('begun')}
while [ ! -e ${at('go')} ]; do sleep 0.1; done; cd /; pwd; exit 4`,
    chdir: dir,
    env: { WORD: "it's" },
    successCodes: [4],
    detach: true,
  });
  command('after', { run: sh`echo x >>${at('after')}` });
};

describe.each(shellNames)('jobs, in %s', (shell) => {
  it('give what they print and how they end, as if they were no jobs', async () => {
    writeFileSync(at('go'), '');
    const results: unknown[] = [];
    const run = await playIn(shell, state(), async () => {
      const job = command('job', {
        run: sh`echo out; echo "$WORD"; echo err >&2; pwd; exit 4`,
        chdir: dir,
        env: { WORD: "it's" },
        successCodes: [4],
        detach: true,
      });
      results.push(await job.result());
    });
    expect(run.error).toBeUndefined();
    expect(results).toMatchObject([{ changed: true, rc: 4, stdout: `out\nit's\n${dir}\n` }]);
    expect(readdirSync(at('state/jobs'))).toEqual([]);
  });

  it('have failed where their status is none of success, and none is left over then', async () => {
    const run = await playIn(shell, state(), () =>
      command('job', { run: ['sh', '-c', 'exit 9'], detach: true }),
    );
    expect(run.tasks).toEqual(['command[job] failed']);
    expect(readdirSync(at('state/jobs'))).toEqual([]);
  });

  it('are followed by the session that comes after a lost one, which puts the former shell out', async () => {
    const program = await playProgram(body);
    const first = runIn(shell, program, { home: state() });
    await vi.waitFor(() => expect(existsSync(at('begun'))).toBe(true), 10_000);
    const resumed: Program = { ...program, resumed: { from: 1, statuses: new Map() } };
    const second = runIn(shell, resumed, { home: state(), part: 2 });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    writeFileSync(at('go'), '');
    const run = await second;
    expect([run.finished, run.statuses]).toEqual([true, ['changed', 'changed']]);
    expect((await first).finished).toBe(false);
    for (const name of ['begun', 'after']) expect(readFileSync(at(name), 'utf8')).toBe('x\n');
  });
});

it('refuses what a job cannot have', async () => {
  const { error } = await playIn('dash', state(), () => {
    command('a', { run: ['true'], detach: true, reads: true });
    command('b', { run: ['true'], detach: true, stdin: 'x' });
  });
  const problems = error instanceof TsplayErrors ? error.errors.map(({ message }) => message) : [];
  expect(problems).toEqual([
    expect.stringContaining('detach and reads exclude each other'),
    expect.stringContaining('detach and stdin exclude each other'),
  ]);
});
