import type { TaskStatus, TsplayEvent } from '../events.ts';
import { leftText, type LeftEvent } from './left-line.ts';
import type { StepEvent } from './step-lines.ts';

/**
 * What an audit found of a task, or of a host as a whole; `left`: it ended before it came to it; `absent`: nothing is said
 * of it.
 */
export type Finding = TaskStatus | 'unreachable' | 'left' | 'absent';

/** Something of which two audits say different things. */
export interface Difference {
  readonly host: string;
  /** Absent where it is the host that was or is unreachable. */
  readonly task: string | undefined;
  readonly was: Finding;
  readonly is: Finding;
  /** The steps in which the newer audit found something else than what is declared. */
  readonly steps: readonly StepEvent[];
  /** Why the newer audit did not come to it. */
  readonly why?: string | undefined;
}

/** What neither of two audits has looked at. */
export interface Unseen {
  readonly host: string;
  /** Absent where it is the host. */
  readonly task: string | undefined;
  /** Why the newer one has not. */
  readonly why: string;
}

/** Two audits of the same. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** Tasks that have drifted in both, in the same way. */
  readonly still: number;
  /** Of these nobody knows whether they have drifted. */
  readonly unseen: readonly Unseen[];
  /** Which of the two was cut off: it has no end. */
  readonly cut: readonly ('older' | 'newer')[];
}

interface Entry {
  readonly host: string;
  readonly task: string | undefined;
  readonly finding: Finding;
  readonly steps: readonly StepEvent[];
  readonly why?: string | undefined;
}

/** What one audit says other than the one before it. */
export function compareAudits(older: readonly TsplayEvent[], newer: readonly TsplayEvent[]): Comparison {
  const was = findings(older);
  const is = findings(newer);
  const differences: Difference[] = [];
  const unseen: Unseen[] = [];
  let still = 0;
  for (const key of new Set([...is.keys(), ...was.keys()])) {
    const [before, now] = [was.get(key), is.get(key)];
    const { host = '', task } = now ?? before ?? {};
    const [from, to] = [before?.finding ?? 'absent', now?.finding ?? 'absent'];
    // That a host cannot be reached says it all of its tasks.
    if (task !== undefined && to === 'absent' && is.has(keyOf(0, host, undefined))) continue;
    if (to === 'ok' && from === 'absent' && was.has(keyOf(0, host, undefined))) continue;
    const same = from === to && seen(before) === seen(now);
    const why = now?.why;
    if (!same) differences.push({ host, task, was: from, is: to, steps: now?.steps ?? [], why });
    else if (why !== undefined) unseen.push({ host, task, why });
    else if (to === 'changed') still += 1;
  }
  const cut = (['older', 'newer'] as const).filter((which) => isCut(which === 'older' ? older : newer));
  return { differences, still, unseen, cut };
}

function isCut(events: readonly TsplayEvent[]): boolean {
  return !events.some(({ type }) => type === 'summary');
}

/** Of each task on each host what it came to; the same task may stand in several plays. */
function findings(events: readonly TsplayEvent[]): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  const steps = new Map<string, StepEvent[]>();
  const plays: string[] = [];
  let play = 0;
  for (const event of events) {
    if (event.type === 'play') play = plays.push(event.play);
    else if (event.type === 'unreachable') {
      const { host, error } = event;
      const why = error.message;
      found.set(keyOf(0, host, undefined), { host, task: undefined, finding: 'unreachable', steps: [], why });
    } else if (event.type === 'left') {
      // One that has not begun is none of those that were told.
      const number = plays.indexOf(event.play, play - 1) + 1 || plays.push(event.play);
      for (const one of leftOf(event)) {
        const key = keyOf(number, one.host, one.task);
        if (!found.has(key)) found.set(key, one);
      }
    } else if (event.type === 'step' && event.status !== 'ok') {
      const key = keyOf(play, event.host, event.task);
      steps.set(key, [...(steps.get(key) ?? []), event]);
    } else if (event.type === 'task') {
      const { host, task, status, reason, left } = event;
      const key = keyOf(play, host, task);
      const about = left === true ? ({ finding: 'left', why: reason } as const) : { finding: status };
      found.set(key, { host, task, ...about, steps: steps.get(key) ?? [] });
    }
  }
  return found;
}

/** Where the tasks are not known, it is the play as a whole. */
function leftOf(event: LeftEvent): readonly Entry[] {
  const { hosts, play, tasks = [], reason } = event;
  const names = tasks.length === 0 ? [`play[${play}]`] : tasks;
  const why = tasks.length === 0 ? leftText(event) : reason;
  return hosts.flatMap((host) =>
    names.map((task) => ({ host, task, finding: 'left' as const, steps: [], why })),
  );
}

function keyOf(play: number, host: string, task: string | undefined): string {
  return JSON.stringify([play, host, task]);
}

/** What stood on the host where it should have been something else. */
function seen(entry: Entry | undefined): string {
  return JSON.stringify(entry?.steps.map(({ what, status, before }) => [what, status, before]));
}
