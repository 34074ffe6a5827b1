import type { Place } from '../errors/tsplay-error.ts';
import type { ProgramTask } from '../steps/program.ts';

/** A task that a body has registered. */
export interface Registered {
  readonly id: string;
  readonly tags: readonly string[];
  readonly where: Place | undefined;
  /** It is part of a handler, which runs if one of those that notify it has run. */
  readonly handles: boolean;
}

/** Which of the tasks that a body registers on one host are run there. */
export interface Choice {
  /** Asked for each task when it is registered. One that is not taken claims nothing. */
  takes(task: Registered): boolean;
  /**
   * Which of the tasks that are about to be sent are left out after all.
   *
   * @param awaited - numbers of those whose result the body waits for
   */
  omits(tasks: readonly ProgramTask[], awaited: ReadonlySet<number>): ReadonlySet<number>;
  /** Asked before each task, which is a program of its own then; false leaves it out. */
  readonly asks?: ((task: ProgramTask) => Promise<boolean>) | undefined;
}

const none: ReadonlySet<number> = new Set();

/** All tasks are run. */
export const everything: Choice = { takes: () => true, omits: () => none };
