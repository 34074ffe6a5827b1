import type { HostSummary, TsplayEvent } from '../events.ts';
import { displayWidth } from './display-width.ts';
import { duration } from './duration.ts';
import { indented, span, whole, type Line, type Span, type Tone } from './line.ts';
import { tableLines } from './table.ts';
import type { Timings } from './timings.ts';
import { visible } from './visible.ts';

/** What a run was for. */
export type Mode = Extract<TsplayEvent, { type: 'run' }>['mode'];

/** What one host cost. */
export type SessionEvent = Extract<TsplayEvent, { type: 'session' }>;

type Hosts = Readonly<Record<string, HostSummary>>;

/** What a run came to. */
export interface Recap {
  readonly hosts: Hosts;
  /** Hosts that the run has not come to the end of, because it was ended. */
  readonly left: ReadonlySet<string>;
}

const tones = { ok: 'good', changed: 'changed', unknown: 'unknown', failed: 'bad', skipped: 'dim' } as const;

/** What a changed task is called. */
export function changedWord(mode: Mode): string {
  return mode === 'check' ? 'would change' : mode === 'rollback' ? 'undone' : 'changed';
}

/** The end of a report: a line for each host, then what it all comes to. */
export function recapLines(
  { hosts, left }: Recap,
  mode: Mode,
  sessions: ReadonlyMap<string, SessionEvent>,
  timings?: Timings,
): readonly Line[] {
  const width = Math.max(0, ...Object.keys(hosts).map((host) => displayWidth(visible(host))));
  const perHost = Object.entries(hosts).map(([host, counts]) =>
    whole(
      host + ' '.repeat(width - displayWidth(visible(host))),
      ...countSpans(counts, mode),
      ...(counts.unreachable ? [span('  UNREACHABLE', 'bad')] : []),
      ...timeSpans(timings?.of(host)),
      ...trafficSpans(sessions.get(host)),
    ),
  );
  return [
    whole(''),
    whole(span('recap', 'strong')),
    ...indented(2, perHost),
    ...(timings === undefined ? [] : slowLines(timings)),
    ...verdictLines({ hosts, left }, mode),
  ];
}

function countSpans(counts: HostSummary, mode: Mode): readonly Span[] {
  const counted = (['ok', 'changed', 'unknown', 'failed', 'skipped'] as const).map((key) => {
    const word = key === 'changed' ? changedWord(mode) : key;
    return span(`  ${word} ${String(counts[key]).padEnd(3)}`, counts[key] === 0 ? 'dim' : tones[key]);
  });
  const { caught = 0 } = counts;
  return caught === 0 ? counted : [...counted, span(`  caught ${caught}`, 'unknown')];
}

function timeSpans(ms: number | undefined): readonly Span[] {
  return ms === undefined ? [] : [span(`  ${duration(ms)}`, 'dim')];
}

/** What took longest, and how long it all took. */
function slowLines({ slowest, took }: Timings): readonly Line[] {
  const rows = slowest.map(({ host, task, ms }) => [span(duration(ms)), span(host), span(task, 'dim')]);
  return [
    ...(rows.length === 0 ? [] : [whole(span('slowest tasks', 'strong')), ...indented(2, tableLines(rows))]),
    ...(took === 0 ? [] : [whole(`all of it took ${duration(took)}`)]),
  ];
}

function trafficSpans(session: SessionEvent | undefined): readonly Span[] {
  if (session === undefined) return [];
  const { roundTrips, bytesSent, bytesReceived } = session;
  const text = `  ${roundTrips} round trips, ${bytesSent} bytes sent, ${bytesReceived} received`;
  return [span(text, 'dim')];
}

/** The last lines: what an operator needs to know, and the names to give to `--limit`. */
function verdictLines({ hosts, left }: Recap, mode: Mode): readonly Line[] {
  const names = Object.keys(hosts);
  const those = (test: (counts: HostSummary) => boolean): readonly string[] =>
    Object.entries(hosts).flatMap(([host, counts]) => (test(counts) ? [host] : []));
  const changed = those((counts) => counts.changed > 0);
  const unknown = those((counts) => counts.unknown > 0);
  const failed = those((counts) => counts.failed > 0);
  const unreachable = those((counts) => counts.unreachable);
  // Nobody has looked at all of those where something is left.
  const same = those(
    ({ changed, unknown, failed, unreachable }) => changed + unknown + failed === 0 && !unreachable,
  ).filter((host) => !left.has(host));
  const line = (word: string, tone: Tone, some: readonly string[]): readonly Line[] =>
    some.length === 0 ? [] : [whole(span(word, tone), ` ${share(some, names.length)}`)];
  const check = mode === 'check';
  return [
    ...line(check ? 'in sync:' : 'unchanged:', 'good', same),
    ...line(check ? 'drift:' : `${changedWord(mode)}:`, 'changed', changed),
    ...line('unknown:', 'unknown', unknown),
    ...line(
      'left:',
      'unknown',
      names.filter((host) => left.has(host)),
    ),
    ...line('unreachable:', 'bad', unreachable),
    ...line('failed:', 'bad', failed),
  ];
}

/** Most names in one line. */
const mostNames = 50;

function share(some: readonly string[], all: number): string {
  if (some.length === all) return all === 1 ? (some[0] ?? '') : `all ${all} hosts`;
  const more = some.length > mostNames ? ` and ${some.length - mostNames} more` : '';
  return `${some.length} of ${all} hosts: ${some.slice(0, mostNames).join(',')}${more}`;
}
