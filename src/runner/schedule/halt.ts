import { runnerError } from '../../errors/runner.ts';

/** Whether a run goes on. It ends when it is interrupted, or when too much has failed. */
export class Halt {
  #reason: string | undefined;

  /** Why it ends; undefined while it goes on. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Ends it, unless there is no reason or it ends already. */
  now(reason: string | undefined): void {
    this.#reason ??= reason;
  }

  /** Throws where it has ended. */
  check(host: string): void {
    if (this.#reason === undefined) return;
    throw runnerError('stopped', { host, reason: this.#reason }, { host });
  }
}
