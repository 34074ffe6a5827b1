import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { command, file } from '../../modules/index.ts';
import { TsplayErrors } from '../../src/errors/tsplay-error.ts';
import { rc, stdout } from '../../src/steps/result-test.ts';
import { sh } from '../../src/steps/sh.ts';
import { playIn, type PlayRun } from '../support/play-in-shell.ts';
import { isRunning } from '../support/processes.ts';
import { shellNames } from '../support/shells.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-tries-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = (name: string): string => join(dir, name);
const count = (name: string): number =>
  existsSync(at(name)) ? readFileSync(at(name), 'utf8').split('\n').length - 1 : 0;
/** Writes a line each time, and fails until there are so many. */
const until = (lines: number) =>
  sh`echo try >>${at('tries')}; echo said; [ "$(grep -c . ${at('tries')})" -ge ${lines} ]`;

describe.each(shellNames)('tasks that are tried again, in %s', (shell) => {
  const play = (body: () => unknown, mode: 'apply' | 'check' = 'apply'): Promise<PlayRun> =>
    playIn(shell, at('state'), body, mode);
  const retries = ({ events }: PlayRun) => events.filter((event) => event.type === 'retry');

  it('are until they succeed, and no more', async () => {
    const run = await play(() => command('wait', { run: until(3), retries: 5, delay: 0 }));
    expect([run.error, run.tasks, count('tries')]).toEqual([undefined, ['command[wait] changed'], 3]);
    expect(retries(run)).toMatchObject([
      { left: 5, delay: 0, reason: expect.stringContaining('ended with status 1') as string },
      { left: 4 },
    ]);
  });

  it('have failed when all tries have, and the result is that of the last one', async () => {
    const results: unknown[] = [];
    const run = await play(async () => {
      const task = command('wait', { run: until(9), retries: 2, delay: 0, ignoreErrors: true });
      results.push(await task.result());
    });
    expect([count('tries'), run.tasks]).toEqual([3, ['command[wait] caught']]);
    expect(results).toMatchObject([{ failed: true, rc: 1, stdout: 'said\n' }]);
  });

  it('are tried until a predicate holds', async () => {
    const grow = sh`echo x >>${at('tries')}; cat ${at('tries')} | tr -d '\n'`;
    const run = await play(() => {
      command('status', { run: grow, reads: true, until: stdout.matches('^xxx$'), retries: 9, delay: 0 });
      command('code', { run: sh`exit 3`, until: rc.in(3), retries: 9, delay: 0 });
    });
    expect(run.tasks).toEqual(['command[status] ok', 'command[code] changed']);
    expect(count('tries')).toBe(3);
  });

  it('fail where it never holds', async () => {
    const run = await play(() => command('status', { run: ['true'], until: rc.in(7), retries: 1, delay: 0 }));
    expect(run.tasks).toEqual(['command[status] failed']);
    expect(run.error).toMatchObject({ message: expect.stringContaining('until') as string });
  });

  it('are no task of a check', async () => {
    const run = await play(
      () => command('wait', { run: until(3), reads: true, retries: 5, delay: 0 }),
      'check',
    );
    expect([run.tasks, count('tries')]).toEqual([['command[wait] failed'], 1]);
  });

  it('go on after one that needed it, and know that it has changed something', async () => {
    await play(() => {
      const first = command('wait', { run: until(2), retries: 5, delay: 0 });
      file(at('after'), { content: 'x', when: first.changed });
    });
    expect(existsSync(at('after'))).toBe(true);
  });
});

describe.each(shellNames)('a time limit, in %s', (shell) => {
  it('ends all that a task has started, and only that; the run goes on', async () => {
    const child = sh`sh -c ${`echo $$ >>${at('pids')}; exec sleep 600`}`;
    writeFileSync(at('a'), '');
    const run = await playIn(shell, at('state'), () => {
      command('beside', { run: sh`sleep 600 >/dev/null 2>&1 & echo $! >${at('beside')}` });
      command('hang', { run: sh`( ${child} & ${child} ) & ${child}`, timeLimit: 1, ignoreErrors: true });
      file(at('after'), { content: 'x', timeLimit: 30 });
    });
    const beside = Number(readFileSync(at('beside'), 'utf8'));
    expect(isRunning(beside)).toBe(true);
    process.kill(beside);
    expect([run.error, run.tasks]).toEqual([
      undefined,
      ['command[beside] changed', 'command[hang] caught', `file[${at('after')}] changed`],
    ]);
    const told = run.events.find((event) => event.type === 'task' && event.task === 'command[hang]');
    expect(told).toMatchObject({ error: { message: 'it took longer than 1 s and was ended' } });
    const pids = readFileSync(at('pids'), 'utf8').trim().split('\n').map(Number);
    expect(pids).toHaveLength(3);
    await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), 5000);
  });

  it('is that of each try', async () => {
    const run = await playIn(shell, at('state'), () =>
      command('slow', {
        run: sh`echo try >>${at('tries')}; [ "$(grep -c . ${at('tries')})" = 2 ] || sleep 600`,
        timeLimit: 1,
        retries: 3,
        delay: 0,
      }),
    );
    expect([run.tasks, count('tries')]).toEqual([['command[slow] changed'], 2]);
  });

  it('leaves nothing behind where it was long enough', async () => {
    // Nobody else sleeps that long.
    const seconds = 86_000 + process.pid;
    const run = await playIn(shell, at('state'), () => {
      command('quick', { run: ['true'], timeLimit: seconds });
      command('left', { run: sh`pgrep -f 'sleep ${seconds}' || :`, reads: true });
    });
    expect(run.tasks).toEqual(['command[quick] changed', 'command[left] ok']);
    const printed = run.events.flatMap((event) => (event.type === 'output' ? [event.text] : []));
    expect(
      printed
        .join('')
        .split('\n')
        .filter((pid) => pid !== '' && isRunning(Number(pid))),
    ).toEqual([]);
  });
});

it('refuses what makes no sense', async () => {
  const { error } = await playIn('dash', at('state'), () => {
    command('a', { run: ['true'], retries: -1 });
    command('b', { run: ['true'], retries: 1.5 });
    command('c', { run: ['true'], timeLimit: 0 });
    command('d', { run: ['true'], delay: 3 });
    command('e', { run: ['true'], until: rc.in(0) });
    command('f', { run: ['true'], until: (() => true) as never, retries: 2 });
    command('g', { run: ['true'], until: rc.in(0), failedWhen: rc.in(1), retries: 2 });
  });
  const problems = error instanceof TsplayErrors ? error.errors.map(({ message }) => message) : [];
  expect(problems).toHaveLength(7);
  expect(problems.join('\n')).toContain('without retries');
});
