/** Calls back once its time is up. It can be stopped while a person is asked, and started anew after that. */
export class Deadline {
  readonly #milliseconds: number;
  readonly #passed: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number, passed: () => void) {
    this.#milliseconds = milliseconds;
    this.#passed = passed;
  }

  start(): void {
    this.stop();
    this.#timer = setTimeout(this.#passed, this.#milliseconds);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
