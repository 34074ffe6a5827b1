import { statusesOf, type StepWriter } from '../compile/step-writer.ts';
import type { Sh } from '../sh.ts';
import type { StepOptions } from './step-options.ts';

export interface PollStep extends StepOptions {
  readonly kind: 'poll';
  readonly what: string;
  readonly until: Sh;
  /** Seconds before the first look, where something is waited for. */
  readonly delay: number;
  /** Seconds. */
  readonly every: number;
  /** Seconds. */
  readonly limit: number;
}

/** Waits until a command succeeds; status 1 means "not yet", and what it printed then says why not. */
export function poll(
  what: string,
  step: StepOptions & { until: Sh; delay?: number; every?: number; limit: number },
): PollStep {
  return { kind: 'poll', what, delay: 0, every: 1, ...step };
}

export function compilePoll(step: PollStep, to: StepWriter): void {
  to.half('r', 'until', step.until);
  const statuses = statusesOf(step.until, [1]);
  to.call('ts_poll', `${step.every}`, `${step.limit}`, `${step.delay}`, statuses);
}
