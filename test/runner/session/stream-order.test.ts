import { expect, it } from 'vitest';
import type { Frame } from '../../../src/runner/session/frames.ts';
import { StreamOrder } from '../../../src/runner/session/stream-order.ts';

const frame = (type: string, ...words: readonly string[]): Frame => ({ type, words, payloads: [] });

/** Everything that two tasks and their output send on each stream. */
const stdout: readonly (Frame | string)[] = [
  frame('task', '1'),
  'one',
  frame('end', '1', 'ok'),
  frame('task', '2'),
  'two',
  frame('end', '2', 'ok'),
  frame('finish'),
];
const stderr = ['error of one', { end: '1' }, 'error of two', { end: '2' }] as const;

/** What is told if the streams come in pieces: `o` is the next one of stdout, `e` of stderr. */
function told(pieces: string): readonly string[] {
  const out: string[] = [];
  const order = new StreamOrder({
    frame: ({ type, words }) => void out.push([type, ...words].join(' ')),
    output: (_stream, text) => void out.push(text),
  });
  const [ahead, behind] = [[...stdout], [...stderr]];
  for (const piece of pieces) {
    const next = piece === 'o' ? ahead.shift() : behind.shift();
    if (next === undefined) throw new Error('more pieces than there are');
    if (typeof next === 'string') order.text(piece === 'o' ? 'stdout' : 'stderr', next);
    else if ('end' in next) order.errorEnd(next.end);
    else order.frame(next);
  }
  return out;
}

/** All ways in which the pieces of two streams can arrive. */
function mixtures(o: number, e: number): readonly string[] {
  if (o === 0) return ['e'.repeat(e)];
  if (e === 0) return ['o'.repeat(o)];
  return [...mixtures(o - 1, e).map((rest) => `o${rest}`), ...mixtures(o, e - 1).map((rest) => `e${rest}`)];
}

it('gives to each task what it printed on both streams, whichever is ahead', () => {
  const all = mixtures(stdout.length, stderr.length);
  expect(all).toHaveLength(330);
  for (const pieces of all) {
    const events = told(pieces);
    const end = events.indexOf('end 1 ok');
    const rest = events.slice(end);
    expect({
      pieces,
      first: events.slice(0, end).toSorted(),
      second: rest.toSorted(),
      ordered: rest.filter((event) => event !== 'error of two'),
    }).toEqual({
      pieces,
      first: ['error of one', 'one', 'task 1'],
      second: ['end 1 ok', 'end 2 ok', 'error of two', 'finish', 'task 2', 'two'],
      ordered: ['end 1 ok', 'task 2', 'two', 'end 2 ok', 'finish'],
    });
    expect(events.slice(-2)).toEqual(['end 2 ok', 'finish']);
  }
});

it('holds back what comes behind an end that has not come on the other stream', () => {
  expect(told('ooooo')).toEqual(['task 1', 'one']);
  expect(told('ooooee')).toEqual(['task 1', 'one', 'error of one', 'end 1 ok', 'task 2']);
  expect(told('eeee')).toEqual(['error of one']);
});
