import { createInterface, type Interface } from 'node:readline';

/** Lines that somebody types, or that come through a pipe. */
export class Lines {
  readonly #lines: Interface;
  readonly #waiting: string[] = [];
  #next: ((line: string | undefined | typeof interrupted) => void) | undefined;
  #ended = false;
  readonly isTerminal = process.stdin.isTTY;
  /** What was typed, the newest first. */
  history: readonly string[];

  /** What stands in the lines before, where several belong together. */
  before = '';

  constructor(
    complete: (text: string) => Promise<[candidates: string[], word: string]>,
    history: readonly string[],
  ) {
    this.history = history;
    this.#lines = createInterface({
      input: process.stdin,
      output: this.isTerminal ? process.stdout : undefined,
      terminal: this.isTerminal,
      history: [...history],
      historySize: 1000,
      removeHistoryDuplicates: true,
      completer: (line: string, done: (problem: null, found: [string[], string]) => void) => {
        const tell = (found: [string[], string]): void => done(null, found);
        complete(this.before + line).then(tell, () => tell([[], '']));
      },
    } as Parameters<typeof createInterface>[0]);
    this.#lines.on('line', (line) => this.#give(line));
    this.#lines.on('history', (lines) => (this.history = lines));
    this.#lines.on('SIGINT', () => {
      process.stdout.write('^C\n');
      // What stands there is dropped, without a trace in the history.
      this.#lines.write(null, { ctrl: true, name: 'e' });
      this.#lines.write(null, { ctrl: true, name: 'u' });
      this.#answer(interrupted);
    });
    this.#lines.on('close', () => {
      this.#ended = true;
      this.#answer(undefined);
    });
  }

  /** The next line; undefined at the end. */
  async next(prompt: string): Promise<string | undefined | typeof interrupted> {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting;
    if (this.#ended) return undefined;
    if (this.isTerminal) {
      this.#lines.setPrompt(prompt);
      this.#lines.prompt();
    }
    return new Promise((resolve) => {
      this.#next = resolve;
    });
  }

  /** Leaves the terminal to what runs meanwhile: Ctrl-C is a signal then. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    if (!this.isTerminal) return work();
    this.#lines.pause();
    process.stdin.setRawMode(false);
    try {
      return await work();
    } finally {
      process.stdin.setRawMode(true);
      this.#lines.resume();
    }
  }

  close(): void {
    this.#lines.close();
  }

  #give(line: string): void {
    if (this.#next === undefined) this.#waiting.push(line);
    else this.#answer(line);
  }

  #answer(line: string | undefined | typeof interrupted): void {
    const next = this.#next;
    this.#next = undefined;
    next?.(line);
  }
}

/** Somebody has dropped what he was typing. */
export const interrupted = Symbol('interrupted');
