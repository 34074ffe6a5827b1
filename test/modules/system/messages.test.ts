import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assert, command, debug, fail } from '../../../modules/index.ts';
import { secret, sh } from '../../../src/steps/index.ts';
import { attempt } from '../../../src/steps/flow.ts';
import { problemsOf, programOf } from '../../support/modules.ts';
import { runIn, shellNames, type ShellRun } from '../../support/shells.ts';

describe('what is known is said before anything is connected to', () => {
  it('by assert', async () => {
    expect(await problemsOf(() => void assert('two uplinks', { that: false }))).toEqual([
      "'two uplinks' does not hold",
    ]);
    const both = (): void => {
      assert('a', { that: false, message: 'not so' });
      assert('b', {} as never);
      assert('c', { that: true, test: ['x'] } as never);
      assert('d', { that: 'yes' } as never);
    };
    expect(await problemsOf(both)).toEqual([
      'not so',
      'that or test is missing',
      'that and test exclude each other',
      "that must be true or false, not 'yes'",
    ]);
  });

  it('by debug', async () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const all = (): void => {
      debug('a', {} as never);
      debug('b', { message: 'x', value: 1 } as never);
      debug('c', { value: circle });
      debug('d', { message: 1 } as never);
      fail('x\ny');
    };
    expect(await problemsOf(all)).toEqual([
      'give either message or value',
      'give either message or value',
      'value cannot be shown: it leads back to itself',
      'message must be a text or a secret, not the number 1',
      expect.stringContaining('the name must have no newlines'),
    ]);
  });
});

describe.each(shellNames)('in %s', (shell) => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tsplay-messages-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const play = async (body: () => void, mode: 'check' | 'apply' = 'apply'): Promise<ShellRun> =>
    runIn(shell, await programOf(body), { home: join(dir, 'state'), mode });
  const messages = ({ events }: ShellRun): readonly unknown[] =>
    events.flatMap((event): readonly unknown[] =>
      event.type === 'task'
        ? [event.error?.message ?? event.status]
        : event.type === 'message'
          ? [{ says: event.message }]
          : [],
    );

  it('debug says it where the run comes to it', async () => {
    const body = (): void => {
      const probe = command('probe', { run: ['false'], reads: true, ignoreErrors: true });
      const fine = command('fine', { run: ['true'] });
      debug('a', { message: "it's\n$(id)" });
      debug('b', {
        value: { n: 1n, key: secret('geheim'), map: new Map([['a', new Set([1])]]), no: undefined },
      });
      debug('c', { message: 'failed', when: probe.failed });
      debug('d', { message: 'not failed', when: fine.failed });
      debug('e', { message: secret('geheim') });
      debug('f', { value: undefined });
    };
    const said = [
      { says: "it's\n$(id)" },
      'ok',
      { says: JSON.stringify({ n: '1', key: '‹secret›', map: { a: [1] } }, undefined, 2) },
      'ok',
      { says: 'failed' },
      'ok',
      'skipped',
      { says: '‹secret›' },
      'ok',
      { says: 'undefined' },
      'ok',
    ];
    for (const mode of ['check', 'apply'] as const)
      expect(messages(await play(body, mode)).slice(2)).toEqual(said);
  });

  it('fail and assert end it, in a check too', async () => {
    const body = (): void => {
      const probe = command('probe', { run: ['false'], reads: true, ignoreErrors: true });
      fail('never', { when: command('good', { run: ['true'], reads: true }).failed });
      attempt(() => void fail("it's bad", { when: probe.failed }));
      assert('holds', { test: ['true'] });
      attempt(() => void assert('asked', { test: sh`echo "only 3 of 5"; exit 4`, message: 'too few' }));
      assert('more', { test: ['false'] });
      debug('not said', { message: 'x' });
    };
    for (const mode of ['check', 'apply'] as const)
      expect(messages(await play(body, mode)).slice(1)).toEqual([
        'ok',
        'skipped',
        "it's bad",
        'ok',
        'too few: only 3 of 5',
        "'more' does not hold",
        'skipped',
      ]);
  });

  it('assert does not know, in a check, what an earlier task may bring', async () => {
    const body = (): void => {
      command('make', { run: ['touch', join(dir, 'x')] });
      assert('made', { test: ['test', '-e', join(dir, 'x')] });
    };
    expect((await play(body, 'check')).statuses).toEqual(['changed', 'unknown']);
    expect((await play(body)).statuses).toEqual(['changed', 'ok']);
  });
});
