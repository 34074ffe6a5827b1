import type { RunModel, TaskResult } from './run-model.ts';

/** A task of a play. */
export type Column = Pick<TaskResult, 'play' | 'task' | 'where'>;

/** What tells one column from another. */
export function columnKey({ play, task }: Pick<TaskResult, 'play' | 'task'>): string {
  return `${play}\0${task}`;
}

/**
 * The tasks of all hosts in one order: each behind the one that comes before it on the first host that has it, else
 * before the one that comes after it there, else last in its play.
 */
export function columnsOf(model: RunModel, names: readonly string[]): readonly Column[] {
  const byHost = new Map<string, TaskResult[]>(names.map((name) => [name, []]));
  for (const result of model.results) byHost.get(result.host)?.push(result);
  const columns: Column[] = [];
  const known = new Set<string>();
  for (const results of byHost.values()) {
    for (const [index, result] of results.entries()) {
      if (known.has(columnKey(result))) continue;
      known.add(columnKey(result));
      columns.splice(placeFor(columns, results, index), 0, result);
    }
  }
  return columns;
}

function placeFor(columns: readonly Column[], results: readonly TaskResult[], index: number): number {
  const { play } = results[index] ?? { play: 0 };
  const find = (result: TaskResult | undefined): number =>
    result?.play === play ? columns.findIndex((column) => columnKey(column) === columnKey(result)) : -1;
  const before = find(results[index - 1]);
  if (before !== -1) return before + 1;
  for (const result of results.slice(index + 1)) {
    const after = find(result);
    if (after !== -1) return after;
  }
  const later = columns.findIndex((column) => column.play > play);
  return later === -1 ? columns.length : later;
}
