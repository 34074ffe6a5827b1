import type { StepWriter } from '../compile/step-writer.ts';
import type { Sh } from '../sh.ts';
import type { StepOptions } from './step-options.ts';

export interface RebootStep extends StepOptions {
  readonly kind: 'reboot';
  readonly what: string;
  readonly run: Sh;
  /** The host goes down only where this succeeds. */
  readonly onlyIf: Sh | undefined;
  /** Seconds within which it must have gone down and be back. */
  readonly limit: number;
}

/**
 * Takes the host down by `run`, and is done when it is back, which its boot id shows: with the connection lost, another
 * one goes on with this very task. Nothing takes it back.
 */
export function rebooted(
  what: string,
  step: StepOptions & { run: Sh; onlyIf?: Sh | undefined; limit: number },
): RebootStep {
  const { run, onlyIf, ...options } = step;
  return { kind: 'reboot', what, run, onlyIf, ...options };
}

/** To the runtime it is an action without a guard, whose command is one of its own. */
export function compileReboot(step: RebootStep, to: StepWriter): void {
  if (step.onlyIf !== undefined) {
    // A host that is back need not be asked again, and would answer otherwise.
    to.function('o', `only if ${step.what}`, `ts_reboot_begun && exit 0\n${step.onlyIf.text}`);
  }
  to.half('g', 'take the host down:', step.run);
  to.function('w', `go down and come back: ${step.what}`, `ts_reboot ${to.number} ${step.limit}`);
  to.optional({ o: step.onlyIf });
  to.call('ts_action', 'none', 'no', "'0'", 'no', 'no');
}
