import { expect, it } from 'vitest';
import type { TsplayEvent } from '../../../src/events.ts';
import { OutcomeReader } from '../../../src/runner/session/outcomes.ts';
import { action, sh } from '../../../src/steps/index.ts';
import { program } from '../../support/shells.ts';

const frame = (type: string, ...words: readonly string[]) => ({ type, words, payloads: [] });

it('tells of errors that come ahead of their task, and of none that belong to no task', () => {
  const events: TsplayEvent[] = [];
  const what = program(
    { steps: [action('a', { run: sh`true` })] },
    { steps: [action('b', { run: sh`true` })] },
  );
  const reader = new OutcomeReader(
    'web1',
    what,
    (event) => events.push(event),
    'apply',
    () => 0,
  );
  reader.output('stderr', 'a lecture\n');
  reader.frame(frame('as'));
  reader.frame(frame('task', '1'));
  reader.output('stderr', 'one\n');
  reader.frame(frame('end', '1', 'ok'));
  reader.output('stderr', 'two, ');
  reader.frame(frame('task', '2'));
  reader.output('stderr', 'and more\n');
  reader.frame(frame('end', '2', 'changed'));
  const told = events.flatMap((event) => (event.type === 'output' ? [[event.task, event.text]] : []));
  expect(told).toEqual([
    ['test[1]', 'one\n'],
    ['test[2]', 'two, '],
    ['test[2]', 'and more\n'],
  ]);
  expect([1, 2].map((number) => reader.outcomes.get(number)?.stderr)).toEqual(['one\n', 'two, and more\n']);
});

it('tells a task that nobody has looked at from one whose condition is false', () => {
  const events: TsplayEvent[] = [];
  const reader = new OutcomeReader(
    'web1',
    program({ steps: [] }, { steps: [] }),
    (event) => events.push(event),
    'check',
  );
  for (const [number, why] of [
    ['1', 'left'],
    ['2', '-'],
  ] as const) {
    reader.frame(frame('task', number));
    reader.frame({ ...frame('end', number, 'skipped', why), payloads: ['for a reason'] });
  }
  const told = events.flatMap((event) => (event.type === 'task' ? [[event.status, event.left]] : []));
  expect(told).toEqual([
    ['skipped', true],
    ['skipped', undefined],
  ]);
});

it('tells of a transfer every few seconds, and not at all of a quick one', () => {
  const events: TsplayEvent[] = [];
  let now = 0;
  const what = program({ steps: [action('a', { run: sh`true` }), action('b', { run: sh`true` })] });
  const reader = new OutcomeReader(
    'web1',
    what,
    (event) => events.push(event),
    'apply',
    () => now,
  );
  reader.frame(frame('task', '1'));
  for (now = 0; now <= 5000; now += 500) reader.progress(2, now, 9000);
  for (now = 5000; now <= 6500; now += 500) reader.progress(1, now, 9000);
  expect(events.filter(({ type }) => type === 'progress')).toEqual(
    [2000, 4000].map((bytes) => ({
      type: 'progress',
      host: 'web1',
      task: 'test[1]',
      what: 'b',
      bytes,
      of: 9000,
    })),
  );
});
