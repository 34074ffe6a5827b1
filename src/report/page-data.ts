import { pathFrom } from './failure-lines.ts';
import { columnKey, columnsOf } from './page-columns.ts';
import { Diffs, groupOf, pageFailure, statusOf, type PageFailure, type PageGroup } from './page-groups.ts';
import type { RunModel } from './run-model.ts';
import type { TimedTask } from './timings.ts';
import { visible } from './visible.ts';

/** What a host came to as a whole, the gravest first. */
export type HostState = 'failed' | 'unreachable' | 'changed' | 'unknown' | 'left' | 'ok';

/** Marks of cells, one character each, the gravest first. */
const marks = {
  failed: 'f',
  unfinished: 'i',
  left: 'l',
  changed: 'c',
  unknown: 'u',
  caught: 'x',
  ok: 'o',
  skipped: 's',
} as const;

const gravity = `${Object.values(marks).join('')} `;

/** All that the page's script shows. Every text in it is visible: it can hide or reorder nothing. */
export interface PageData {
  readonly check: boolean;
  readonly plays: readonly string[];
  readonly columns: readonly { readonly play: number; readonly task: string; readonly place?: string }[];
  readonly hosts: readonly {
    readonly name: string;
    readonly state: HostState;
    readonly ms?: number;
    /** Such as `2/3`, where its play has batches. */
    readonly batch?: string;
    /** A mark for each column; a blank where the task is not on this host. */
    readonly cells: string;
    readonly error?: PageFailure;
  }[];
  readonly groups: readonly PageGroup[];
  readonly diffs: readonly (readonly (readonly [tone: string, text: string])[])[];
  readonly slowest: readonly TimedTask[];
  readonly warnings: readonly Note[];
  /** What tasks were written to say. */
  readonly messages: readonly Note[];
}

/** Makes the data of the page. Places are told relative to `cwd`. */
export function pageData(model: RunModel, cwd: string): PageData {
  const names = model.hosts;
  const numbers = new Map(names.map((name, index) => [name, index]));
  const columns = columnsOf(model, names);
  const keys = new Map(columns.map((column, index) => [columnKey(column), index]));
  const diffs = new Diffs();
  const cells = names.map(() => Array.from({ length: columns.length }, () => ' '));
  const groups = new Map<string, PageGroup>();
  for (const result of model.results) {
    const host = numbers.get(result.host);
    const column = keys.get(columnKey(result));
    if (host === undefined || column === undefined) continue;
    const row = cells[host];
    // Several hosts may have delegated the same to one.
    if (row !== undefined) row[column] = graver(marks[statusOf(result)], row[column] ?? ' ');
    const { status, retries, for: asking } = result;
    if (status === 'ok' && retries.length === 0 && asking === undefined) continue;
    const group = groupOf(result, column, diffs, cwd);
    const key = JSON.stringify([group, asking === undefined ? undefined : host]);
    const known = groups.get(key) ?? { ...group, ...(asking === undefined ? {} : { for: [] }) };
    groups.set(key, known);
    if (!known.hosts.includes(host)) known.hosts.push(host);
    if (asking !== undefined) known.for?.push(visible(asking));
  }
  return {
    check: model.run?.mode === 'check',
    plays: model.plays.map(visible),
    columns: columns.map(({ play, task, where }) => ({
      play,
      task: visible(task),
      ...(where === undefined ? {} : { place: `${visible(pathFrom(cwd, where.file))}:${where.line}` }),
    })),
    hosts: names.map((name, index) => {
      const row = cells[index]?.join('') ?? '';
      const lost = model.unreachable.get(name);
      const ms = model.timings.of(name);
      const batch = model.batches.get(name)?.join(', ');
      return {
        name: visible(name),
        state: stateOf(row, lost !== undefined),
        cells: row,
        ...(ms === undefined ? {} : { ms }),
        ...(batch === undefined ? {} : { batch }),
        ...(lost === undefined ? {} : { error: pageFailure(lost, cwd) }),
      };
    }),
    groups: [...groups.values()],
    diffs: diffs.all,
    slowest: model.timings.slowest.map(({ host, task, ms }) => ({
      host: visible(host),
      task: visible(task),
      ms,
    })),
    warnings: model.warnings.map(noteOf),
    messages: model.messages.map(noteOf),
  };
}

interface Note {
  readonly about: string;
  readonly message: string;
}

function noteOf({
  host,
  task,
  message,
}: {
  readonly host?: string;
  readonly task?: string;
  readonly message: string;
}): Note {
  const about = [host, task].filter((part) => part !== undefined).map(visible);
  return { about: about.join(': '), message: visible(message) };
}

function stateOf(cells: string, lost: boolean): HostState {
  if (cells.includes('f')) return 'failed';
  // Where something is left, somebody has stopped what did not end.
  if (lost || (cells.includes('i') && !isLeft({ cells }))) return 'unreachable';
  if (cells.includes('c')) return 'changed';
  if (cells.includes('u')) return 'unknown';
  return isLeft({ cells }) ? 'left' : 'ok';
}

/** Whether something is left on a host, whatever else it came to. */
export function isLeft({ cells }: { readonly cells: string }): boolean {
  return cells.includes(marks.left);
}

function graver(one: string, other: string): string {
  return gravity.indexOf(one) < gravity.indexOf(other) ? one : other;
}
