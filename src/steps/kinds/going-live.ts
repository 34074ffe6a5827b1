import type { StepWriter } from '../compile/step-writer.ts';
import type { Sh } from '../sh.ts';

/** What can be said of a file before its new version takes its place. */
export interface GoingLive {
  /** Gets the path of the new file as `$1` before that goes live, and fails if it must not. */
  readonly validate?: Sh | undefined;
  /** The version that a change of content replaces is kept beside it, with a `~` behind its name. */
  readonly backup?: boolean | undefined;
}

/** `others`: letters of what else holds for the step. */
export function compileGoingLive(
  { validate, backup }: GoingLive,
  to: StepWriter,
  others: Readonly<Record<string, unknown>> = {},
): void {
  to.half('v', 'may it go live:', validate);
  to.optional({ v: validate, o: backup === true ? true : undefined, ...others });
}
