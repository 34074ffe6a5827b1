import { statusesOf, yesNo, type StepWriter } from '../compile/step-writer.ts';
import { quote, type Sh } from '../sh.ts';
import type { StepOptions } from './step-options.ts';

/** Something that must hold before the task may go on; in check mode too. */
export interface RequiresStep extends StepOptions {
  readonly kind: 'requires';
  readonly what: string;
  readonly test: Sh;
  readonly otherwise: string;
  /** An earlier task may bring it: where one would change something, a check does not know. */
  readonly later: boolean;
}

/**
 * Something that must hold before the task may go on, in check mode too. Where `test` fails the task fails with the
 * message `otherwise` and what `test` has printed, such as a reason. With `later`, a check in which an earlier
 * task would change something says unknown instead.
 */
export function requires(
  what: string,
  step: StepOptions & { test: Sh; otherwise: string; later?: boolean },
): RequiresStep {
  return { kind: 'requires', what, later: false, ...step };
}

export function compileRequires(step: RequiresStep, to: StepWriter): void {
  to.half('r', 'is it so:', step.test);
  const words = [quote(step.otherwise), yesNo(step.later), statusesOf(step.test, [])];
  to.before(`ts_requires ${to.number} ${words.join(' ')}`);
}
