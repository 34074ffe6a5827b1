import type { Failure } from '../events.ts';
import { pathFrom } from './failure-lines.ts';
import { textOf, type Line } from './line.ts';
import { columnKey, columnsOf } from './page-columns.ts';
import type { RunModel, TaskResult } from './run-model.ts';
import type { StepEvent } from './step-lines.ts';
import type { TimedTask } from './timings.ts';
import { unifiedDiff } from './unified-diff.ts';
import { visible } from './visible.ts';

/** What a host came to as a whole, the gravest first. */
export type HostState = 'failed' | 'unreachable' | 'changed' | 'unknown' | 'ok';

/** Marks of cells, one character each. */
const marks = {
  ok: 'o',
  changed: 'c',
  unknown: 'u',
  failed: 'f',
  skipped: 's',
  unfinished: 'i',
  caught: 'x',
} as const;

/** A step as the page shows it. */
export interface PageStep {
  readonly what: string;
  readonly status: StepEvent['status'];
  readonly reason?: string;
  /** On one line. */
  readonly before?: string;
  readonly after?: string;
  /** The number of a difference of several lines. */
  readonly diff?: number;
}

/** What one or several hosts came to in one task, the same on all of them. */
export interface PageGroup {
  readonly column: number;
  /** `caught`: it failed, which was expected. */
  readonly status: TaskResult['status'] | 'caught';
  readonly hosts: number[];
  readonly reason?: string;
  readonly okSteps: number;
  readonly steps: readonly PageStep[];
  readonly error?: PageFailure;
  readonly stdout?: string;
  readonly stderr?: string;
}

export interface PageFailure {
  readonly message: string;
  readonly hint?: string;
  readonly place?: string;
}

/** All that the page's script shows. Every text in it is visible: it can hide or reorder nothing. */
export interface PageData {
  readonly check: boolean;
  readonly plays: readonly string[];
  readonly columns: readonly { readonly play: number; readonly task: string; readonly place?: string }[];
  readonly hosts: readonly {
    readonly name: string;
    readonly state: HostState;
    readonly ms?: number;
    /** A mark for each column; a blank where the task is not on this host. */
    readonly cells: string;
    readonly error?: PageFailure;
  }[];
  readonly groups: readonly PageGroup[];
  readonly diffs: readonly (readonly (readonly [tone: string, text: string])[])[];
  readonly slowest: readonly TimedTask[];
  readonly warnings: readonly { readonly about: string; readonly message: string }[];
}

/** Makes the data of the page. Places are told relative to `cwd`. */
export function pageData(model: RunModel, cwd: string): PageData {
  const names = model.run?.hosts ?? [];
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
    if (row !== undefined) row[column] = marks[statusOf(result)];
    if (result.status === 'ok') continue;
    const group = groupOf(result, column, diffs, cwd);
    const key = JSON.stringify(group);
    const known = groups.get(key) ?? group;
    groups.set(key, known);
    known.hosts.push(host);
  }
  return {
    check: model.run?.mode === 'check',
    plays: model.plays.map(({ play }) => visible(play)),
    columns: columns.map(({ play, task, where }) => ({
      play,
      task: visible(task),
      ...(where === undefined ? {} : { place: `${visible(pathFrom(cwd, where.file))}:${where.line}` }),
    })),
    hosts: names.map((name, index) => {
      const row = cells[index]?.join('') ?? '';
      const lost = model.unreachable.get(name);
      const ms = model.timings.of(name);
      return {
        name: visible(name),
        state: stateOf(row, lost !== undefined),
        cells: row,
        ...(ms === undefined ? {} : { ms }),
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
    warnings: model.warnings.map(({ host, task, message }) => ({
      about: [host, task]
        .filter((part) => part !== undefined)
        .map(visible)
        .join(': '),
      message: visible(message),
    })),
  };
}

function stateOf(cells: string, lost: boolean): HostState {
  if (cells.includes('f')) return 'failed';
  if (lost || cells.includes('i')) return 'unreachable';
  if (cells.includes('c')) return 'changed';
  return cells.includes('u') ? 'unknown' : 'ok';
}

function statusOf({ status, caught }: TaskResult): PageGroup['status'] {
  return caught ? 'caught' : status;
}

function groupOf(result: TaskResult, column: number, diffs: Diffs, cwd: string): PageGroup {
  const { reason, okSteps, steps, error } = result;
  const status = statusOf(result);
  const failed = status === 'failed' || status === 'caught' || status === 'unfinished';
  const stderr = error?.stderr ?? result.stderr.tail.join('\n');
  const stdout = result.stdout.tail.join('\n');
  return {
    column,
    status,
    hosts: [],
    okSteps,
    steps: steps.map((step) => pageStep(step, diffs)),
    ...(reason === undefined ? {} : { reason: visible(reason) }),
    ...(error === undefined ? {} : { error: pageFailure(error, cwd) }),
    ...(failed && stdout !== '' ? { stdout: visibleLines(stdout) } : {}),
    ...(failed && stderr !== '' ? { stderr: visibleLines(stderr) } : {}),
  };
}

function pageStep({ what, status, before, after, reason }: StepEvent, diffs: Diffs): PageStep {
  const base = { what: visible(what), status, ...(reason === undefined ? {} : { reason: visible(reason) }) };
  if (before === undefined && after === undefined) return base;
  if (`${before ?? ''}${after ?? ''}`.includes('\n')) {
    return { ...base, diff: diffs.number(before ?? '', after ?? '') };
  }
  return {
    ...base,
    ...(before === undefined ? {} : { before: visible(before) }),
    ...(after === undefined ? {} : { after: visible(after) }),
  };
}

function pageFailure({ message, hint, where }: Failure, cwd: string): PageFailure {
  return {
    message: visibleLines(message),
    ...(hint === undefined ? {} : { hint: visibleLines(hint) }),
    ...(where === undefined
      ? {}
      : { place: `${visible(pathFrom(cwd, where.file))}:${where.line}:${where.column}` }),
  };
}

function visibleLines(text: string): string {
  return text.trimEnd().split('\n').map(visible).join('\n');
}

/** Differences, each once: many hosts have the same. */
class Diffs {
  readonly all: (readonly (readonly [string, string])[])[] = [];
  readonly #numbers = new Map<string, number>();

  number(before: string, after: string): number {
    const key = JSON.stringify([before, after]);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.all.length);
    return this.all.push(unifiedDiff(before, after).map(toned)) - 1;
  }
}

function toned(line: Line): readonly [string, string] {
  return [line.spans[0]?.tone ?? 'plain', textOf(line)];
}
