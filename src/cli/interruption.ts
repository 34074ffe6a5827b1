import { setMaxListeners } from 'node:events';

/** Exit status that each signal leads to, as shells count it. */
const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const told =
  'Interrupted: every host stops before its next step; what is done stays done. Ctrl-C again leaves at once.\n';

/**
 * Watches for the end of patience. The first signal aborts in good order, the second one ends the process; a
 * reader that has gone aborts without a word.
 */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #tell: (text: string) => void;
  #status: number | undefined;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
    // Every host watches it.
    setMaxListeners(0, this.#controller.signal);
    for (const name of Object.keys(statuses)) process.on(name, this.#onSignal);
    process.stdout.on('error', this.#onError);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Exit status of what was interrupted; undefined where nothing was. */
  get status(): number | undefined {
    return this.#status;
  }

  /** Stops watching: signals do again what they always do. */
  dispose(): void {
    for (const name of Object.keys(statuses)) process.off(name, this.#onSignal);
    process.stdout.off('error', this.#onError);
  }

  readonly #onSignal = (name: keyof typeof statuses): void => {
    if (this.#status !== undefined) process.exit(statuses[name]);
    this.#tell(told);
    this.#stop(statuses[name]);
  };

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE' && this.#status === undefined) this.#stop(141);
  };

  #stop(status: number): void {
    this.#status = status;
    this.#controller.abort();
  }
}
