import type { Handler } from './handler.ts';
import type { TaskOptions } from './task-options.ts';

/** How the program goes on around a task. */
export interface Control {
  /** Whom it runs as, as the call has it. */
  readonly become: boolean | string | undefined;
  /** By which it is chosen. */
  readonly tags: readonly string[];
  readonly notify: readonly Handler[];
  /** Its failure is no end. */
  readonly ignoreErrors: boolean;
  readonly tries: Tries | undefined;
}

/** How often a task is tried, and how long. */
export interface Tries {
  /** After the first one. */
  readonly retries: number;
  /** Seconds between two. */
  readonly delay: number;
  /** Seconds that each may take; 0: as many as it wants. */
  readonly limit: number;
}

/** Of a task that says nothing of it. */
export const noControl: Control = {
  become: undefined,
  tags: [],
  notify: [],
  ignoreErrors: false,
  tries: undefined,
};

/** What the options of a call say of it. */
export function controlOf(options: TaskOptions): Control {
  const {
    become,
    tags = [],
    notify = [],
    ignoreErrors = false,
    retries = 0,
    delay = 5,
    timeLimit = 0,
  } = options;
  return {
    become,
    tags,
    notify: [notify].flat(),
    ignoreErrors,
    tries: retries > 0 || timeLimit > 0 ? { retries, delay, limit: timeLimit } : undefined,
  };
}
