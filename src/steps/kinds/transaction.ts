import type { Secret } from '../../secrets/secret.ts';
import { statusesOf, yesNo, type StepWriter } from '../compile/step-writer.ts';
import type { LocalFile } from '../content.ts';
import type { Sh } from '../sh.ts';
import type { StepOptions } from './step-options.ts';

/** Changes that are made at once, by one command. */
export interface TransactionStep extends StepOptions {
  readonly kind: 'transaction';
  readonly what: string;
  /** Tells what differs, a line for each; nothing where all is well. */
  readonly plan: Sh;
  /** Brings the plan `$1` about. */
  readonly run: Sh;
  /** Takes the plan `$1` back; status 3 says that there was nothing to take back. */
  readonly undo: Sh | undefined;
  /** What `run` finds in `$ts_input`; the place for a secret. */
  readonly input?: string | Secret | undefined;
  /** A file of the controller, which `run` gets from `ts_body`. */
  readonly body?: LocalFile | undefined;
}

/**
 * Changes that are made at once, by one command. `plan` tells what differs, a line of fields between tabs for each: what
 * is, what will be, and `wall` where nothing can take that back, or `unknown` where what will be is a reason why it
 * cannot be told. What follows is for `run` and `undo`, which find the plan as `$1`, and the number of the step in
 * `$TS_STEP`. When it has run, nothing may differ any more.
 */
export function transaction(
  what: string,
  step: StepOptions & {
    plan: Sh;
    run: Sh;
    undo?: Sh | undefined;
    input?: string | Secret | undefined;
    body?: LocalFile | undefined;
  },
): TransactionStep {
  const { plan, run, undo, ...options } = step;
  return { kind: 'transaction', what, plan, run, undo, lifetime: 'disk', ...options };
}

export function compileTransaction(step: TransactionStep, to: StepWriter): void {
  to.half('r', 'what differs of', step.plan);
  to.function('w', `change ${step.what}`, to.input(step.input) + step.run.text);
  if (step.body !== undefined) to.asksFor(step.body);
  to.half('u', 'undo', step.undo);
  to.call('ts_transaction', yesNo(step.undo !== undefined), statusesOf(step.plan, []));
}
