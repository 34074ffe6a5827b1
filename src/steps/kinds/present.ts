import { statusesOf, yesNo, type StepWriter } from '../compile/step-writer.ts';
import type { Sh } from '../sh.ts';
import type { StepOptions } from './step-options.ts';

export interface PresentStep extends StepOptions {
  readonly kind: 'present';
  readonly what: string;
  readonly want: boolean;
  /** Status 0: it is there; a status of `absent`: it is not; any other: it cannot be told. */
  readonly test: Sh;
  readonly absent: readonly number[];
  readonly create: Sh | undefined;
  readonly remove: Sh | undefined;
  /** Prints what `create` needs as `$1` to bring a removed thing back. */
  readonly save: Sh | undefined;
  readonly around: string | undefined;
}

/** Something that is there or not: `create` makes it where `test` fails. */
export function present(
  what: string,
  step: StepOptions & { test: Sh; absent?: readonly number[]; create: Sh; remove?: Sh },
): PresentStep {
  const { test, absent = [1], create, remove, ...options } = step;
  return {
    kind: 'present',
    what,
    want: true,
    test,
    absent,
    create,
    remove,
    save: undefined,
    around: undefined,
    ...options,
  };
}

/** The same with its halves exchanged: `remove` where `test` succeeds; `create` gets what `save` printed. */
export function absent(
  what: string,
  step: StepOptions & { test: Sh; absent?: readonly number[]; remove: Sh; create?: Sh; save?: Sh },
): PresentStep {
  const { test, absent: statuses = [1], create, remove, save, ...options } = step;
  return {
    kind: 'present',
    what,
    want: false,
    test,
    absent: statuses,
    create,
    remove,
    save,
    around: undefined,
    ...options,
  };
}

export function compilePresent(step: PresentStep, to: StepWriter): void {
  const statuses = statusesOf(step.test, step.absent);
  to.absent(statuses);
  to.half('r', 'is there:', step.test);
  to.half('w', 'make', step.create);
  to.half('x', 'remove', step.remove);
  const [doing, undoing] = step.want ? [step.create, step.remove] : [step.remove, step.create];
  if (!step.want) {
    if (step.save === undefined) to.line(`s${to.number}() { :; }`);
    else to.half('s', 'what is needed to bring back', step.save);
  }
  if (doing === undefined) throw new Error(`${step.what}: a step without the half that it needs`);
  to.call('ts_present', yesNo(step.want), statuses, yesNo(undoing !== undefined));
}
