import type { Program, Verdict } from '../steps/program.ts';
import type { TaskOutcome } from './barriers.ts';

/**
 * A failure inside an attempt is a condition, not an exception.
 *
 * @param attempts - how many are open where the items begin
 */
export function caught(items: Program['items'], number: number, attempts = 0): boolean {
  const at = items.findIndex((item) => item.kind === 'task' && item.number === number);
  return at >= 0 && attempts + attemptsBefore(items.slice(0, at)) > 0;
}

/** How many attempts are open behind these items. */
export function attemptsBefore(items: Program['items']): number {
  const count = (kind: string): number => items.filter((item) => item.kind === kind).length;
  return count('attempt') - count('attempt-end');
}

/** What follows a task that is judged here has to wait for that. */
export function splitBehindJudged(items: Program['items']): readonly Program['items'][] {
  const parts: Program['items'][number][][] = [[]];
  for (const item of items) {
    parts.at(-1)?.push(item);
    if (item.kind === 'task' && item.judge !== undefined) parts.push([]);
  }
  return parts.filter((part) => part.length > 0);
}

/** Each task by itself, with what stands behind it up to the next one. */
export function splitBehindEach(items: Program['items']): readonly Program['items'][] {
  return splitBehindJudged(items).flatMap((judged) => {
    const parts: Program['items'][number][][] = [[]];
    for (const item of judged) {
      if (item.kind === 'task' && parts.at(-1)?.some(({ kind }) => kind === 'task') === true) parts.push([]);
      parts.at(-1)?.push(item);
    }
    return parts;
  });
}

/** What the last task of a part came to, where that was judged here. */
export function verdictOf(
  part: Program['items'],
  outcomes: ReadonlyMap<number, TaskOutcome>,
): Verdict | undefined {
  const last = part.at(-1);
  if (last?.kind !== 'task' || last.judge === undefined) return undefined;
  const outcome = outcomes.get(last.number);
  if (outcome?.rc === undefined || outcome.status === 'skipped' || outcome.status === 'unknown')
    return undefined;
  return { task: last.number, status: outcome.status, marks: last.marks };
}
