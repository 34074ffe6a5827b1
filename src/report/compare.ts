import type { TaskStatus, TsplayEvent } from '../events.ts';
import type { StepEvent } from './step-lines.ts';

/** What an audit found of a task, or of a host as a whole; `absent`: it did not come to it. */
export type Finding = TaskStatus | 'unreachable' | 'absent';

/** Something of which two audits say different things. */
export interface Difference {
  readonly host: string;
  /** Absent where it is the host that was or is unreachable. */
  readonly task: string | undefined;
  readonly was: Finding;
  readonly is: Finding;
  /** The steps in which the newer audit found something else than what is declared. */
  readonly steps: readonly StepEvent[];
}

/** Two audits of the same. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** Tasks that have drifted in both, in the same way. */
  readonly still: number;
}

interface Entry {
  readonly host: string;
  readonly task: string | undefined;
  readonly finding: Finding;
  readonly steps: readonly StepEvent[];
}

/** What one audit says other than the one before it. */
export function compareAudits(older: readonly TsplayEvent[], newer: readonly TsplayEvent[]): Comparison {
  const was = findings(older);
  const is = findings(newer);
  const differences: Difference[] = [];
  let still = 0;
  for (const key of new Set([...is.keys(), ...was.keys()])) {
    const [before, now] = [was.get(key), is.get(key)];
    const { host = '', task } = now ?? before ?? {};
    const [from, to] = [before?.finding ?? 'absent', now?.finding ?? 'absent'];
    // That a host cannot be reached says it all of its tasks.
    if (task !== undefined && to === 'absent' && is.has(keyOf(0, host, undefined))) continue;
    if (to === 'ok' && from === 'absent' && was.has(keyOf(0, host, undefined))) continue;
    const same = from === to && seen(before) === seen(now);
    if (!same) differences.push({ host, task, was: from, is: to, steps: now?.steps ?? [] });
    else if (to === 'changed') still += 1;
  }
  return { differences, still };
}

/** Of each task on each host what it came to; the same task may stand in several plays. */
function findings(events: readonly TsplayEvent[]): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  const steps = new Map<string, StepEvent[]>();
  let play = 0;
  for (const event of events) {
    if (event.type === 'play') play += 1;
    else if (event.type === 'unreachable') {
      const { host } = event;
      found.set(keyOf(0, host, undefined), { host, task: undefined, finding: 'unreachable', steps: [] });
    } else if (event.type === 'step' && event.status !== 'ok') {
      const key = keyOf(play, event.host, event.task);
      steps.set(key, [...(steps.get(key) ?? []), event]);
    } else if (event.type === 'task') {
      const { host, task, status } = event;
      const key = keyOf(play, host, task);
      found.set(key, { host, task, finding: status, steps: steps.get(key) ?? [] });
    }
  }
  return found;
}

function keyOf(play: number, host: string, task: string | undefined): string {
  return JSON.stringify([play, host, task]);
}

/** What stood on the host where it should have been something else. */
function seen(entry: Entry | undefined): string {
  return JSON.stringify(entry?.steps.map(({ what, status, before }) => [what, status, before]));
}
