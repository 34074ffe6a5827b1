import { cuttable, span, type Line, type Room, type Span, type Tone } from './line.ts';

/** What a host has come to so far. */
export type HostMark = 'waiting' | 'ok' | 'changed' | 'failed';

type State = 'waiting' | 'running' | 'done';

const signs: Readonly<Record<State, string>> = { waiting: '·', running: '▸', done: '✓' };
const tones: Readonly<Record<HostMark, Tone>> = {
  waiting: 'dim',
  ok: 'good',
  changed: 'changed',
  failed: 'bad',
};

/** A sign for each host, in the order of the run; nothing where there is no room for all of them. */
export function gridLines(
  hosts: readonly (readonly [mark: HostMark, state: State])[],
  { columns, rows }: Room,
): readonly Line[] {
  if (columns < 1 || Math.ceil(hosts.length / columns) > rows) return [];
  const lines: Line[] = [];
  for (let at = 0; at < hosts.length; at += columns) {
    lines.push(cuttable(...runs(hosts.slice(at, at + columns).map(spanOf))));
  }
  return lines;
}

function spanOf([mark, state]: readonly [HostMark, State]): Span {
  const sign = mark === 'failed' ? '✗' : mark === 'changed' && state === 'done' ? '±' : signs[state];
  return span(sign, mark === 'waiting' && state === 'running' ? 'plain' : tones[mark]);
}

/** Neighbours of one tone as one span. */
function runs(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const one of spans) {
    const last = joined.at(-1);
    if (last?.tone === one.tone) joined[joined.length - 1] = span(last.text + one.text, one.tone);
    else joined.push(one);
  }
  return joined;
}
