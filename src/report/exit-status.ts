import type { TsplayEvent } from '../events.ts';

/** Exit statuses of a run; the first that applies wins: a failed task, an unreachable host, drift. */
export type ExitStatus = 0 | 1 | 2 | 3;

/** Works out the exit status from the events of a run. */
export class ExitStatusReader {
  readonly #strict: boolean;
  #check = false;
  #failed = false;
  #unreachable = false;
  #drift = false;

  constructor(options: { readonly strict: boolean }) {
    this.#strict = options.strict;
  }

  event(event: TsplayEvent): void {
    if (event.type === 'run') this.#check = event.mode === 'check';
    else if (event.type === 'unreachable') this.#unreachable = true;
    else if (event.type === 'task') {
      if (event.status === 'failed') this.#failed = true;
      if (event.status === 'changed' || (this.#strict && event.status === 'unknown')) this.#drift = true;
    }
  }

  get status(): ExitStatus {
    if (this.#failed) return 1;
    if (this.#unreachable) return 3;
    return this.#check && this.#drift ? 2 : 0;
  }
}
