import type { Failure } from '../events.ts';
import { pathFrom } from './failure-lines.ts';
import { textOf, type Line } from './line.ts';
import type { TaskResult } from './run-model.ts';
import type { StepEvent } from './step-lines.ts';
import { unifiedDiff } from './unified-diff.ts';
import { visible } from './visible.ts';

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
  /** Those that have delegated it to this host. */
  readonly for?: string[];
  /** How often it was tried again, and why. */
  readonly retries?: { readonly count: number; readonly reasons: readonly string[] };
  readonly reason?: string;
  readonly okSteps: number;
  readonly steps: readonly PageStep[];
  readonly error?: PageFailure;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** A failure as the page shows it. */
export interface PageFailure {
  readonly message: string;
  readonly hint?: string;
  readonly place?: string;
}

/** What a task came to, as the page tells it. */
export function statusOf({ status, caught }: TaskResult): PageGroup['status'] {
  return caught ? 'caught' : status;
}

/** What is to be told of one result; its host is not in it yet, nor who delegated it. */
export function groupOf(result: TaskResult, column: number, diffs: Diffs, cwd: string): PageGroup {
  const { reason, okSteps, steps, error, retries } = result;
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
    ...(retries.length === 0
      ? {}
      : { retries: { count: retries.length, reasons: [...new Set(retries)].map(visible) } }),
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

/** A failure as the page shows it. */
export function pageFailure({ message, hint, where }: Failure, cwd: string): PageFailure {
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
export class Diffs {
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
