import { readFileSync } from 'node:fs';
import { recordError } from '../errors/record.ts';
import type { TsplayEvent } from '../events.ts';
import { eventSchema } from '../report/event-schema.ts';
import { recordFile } from './folder.ts';

/** The beginning of a run. */
export type RunEvent = Extract<TsplayEvent, { type: 'run' }>;

/** What a record says of a run as a whole. */
export interface RecordHead {
  readonly run: RunEvent;
  readonly origin: Extract<TsplayEvent, { type: 'origin' }> | undefined;
  /** Undefined where the run was cut off, or goes on. */
  readonly summary: Extract<TsplayEvent, { type: 'summary' }> | undefined;
  /** Hosts that the run did not come to the end of, because it was ended. */
  readonly left: readonly string[];
}

const known = new Set<unknown>(eventSchema.options.map((option) => option.entries.type.literal));

/**
 * The events of a recorded run. A line that was being written when the process ended is left out, and kinds of events
 * that a later version knows.
 */
export function readRecord(project: string, run: string): readonly TsplayEvent[] {
  return parse(recordFile(project, run), () => true);
}

/** The beginning and the end of a recorded run. */
export function readHead(project: string, name: string): RecordHead {
  // The kind is the first key.
  const events = parse(recordFile(project, name), (line) =>
    /^\{"type":"(?:run|origin|left|summary)"/.test(line),
  );
  const [run] = events;
  const of = <Type extends TsplayEvent['type']>(type: Type) =>
    events.findLast((event): event is Extract<TsplayEvent, { type: Type }> => event.type === type);
  const left = new Set(events.flatMap((event) => (event.type === 'left' ? event.hosts : [])));
  return { run: run as RunEvent, origin: of('origin'), summary: of('summary'), left: [...left] };
}

function parse(file: string, isWanted: (line: string) => boolean): readonly TsplayEvent[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw recordError('unreadable', { file, problem: (error as Error).message });
  }
  // What follows the last newline is empty, or was cut off.
  const lines = text.split('\n').slice(0, -1).filter(isWanted);
  const events = lines
    .map((line, index) => parseLine(line, index, file))
    .filter(({ type }) => known.has(type));
  const [first] = events;
  if (first?.type !== 'run')
    throw recordError('unreadable', { file, problem: 'it does not begin with a run' });
  if (first.version !== 1) {
    throw recordError('unreadable', { file, problem: 'it was written by a later version of tsplay' });
  }
  return events;
}

function parseLine(line: string, index: number, file: string): TsplayEvent {
  try {
    return JSON.parse(line) as TsplayEvent;
  } catch {
    throw recordError('unreadable', { file, problem: `event ${index + 1} is not JSON` });
  }
}
