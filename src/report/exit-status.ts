import type { TsplayEvent } from '../events.ts';

/** 0 all well or in sync, 1 a task failed, 2 drift, 3 a host was unreachable. */
export type ExitStatus = 0 | 1 | 2 | 3;

/** What a stream of events has come to so far. */
export interface Outcome {
  readonly check: boolean;
  readonly failed: boolean;
  readonly unreachable: boolean;
  readonly changed: boolean;
  readonly unknown: boolean;
}

/** Before the first event. */
export const noOutcome: Outcome = {
  check: false,
  failed: false,
  unreachable: false,
  changed: false,
  unknown: false,
};

/** The outcome after one more event. */
export function withEvent(outcome: Outcome, event: TsplayEvent): Outcome {
  switch (event.type) {
    case 'run':
      return { ...outcome, check: event.mode === 'check' };
    case 'unreachable':
      return { ...outcome, unreachable: true };
    case 'task':
      if (event.caught === true) return outcome;
      return event.status === 'failed' || event.status === 'changed' || event.status === 'unknown'
        ? { ...outcome, [event.status]: true }
        : outcome;
    default:
      return outcome;
  }
}

/**
 * The exit status of a run. Where several apply, a failed task wins, then an unreachable host, then drift: what
 * needs a person most.
 *
 * @param strict tasks that a check could not predict count as drift
 */
export function exitStatus(outcome: Outcome, { strict }: { readonly strict: boolean }): ExitStatus {
  if (outcome.failed) return 1;
  if (outcome.unreachable) return 3;
  const drift = outcome.changed || (strict && outcome.unknown);
  return outcome.check && drift ? 2 : 0;
}
