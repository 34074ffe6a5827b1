import type { Frame } from './frames.ts';

/** What {@link StreamOrder} calls. */
export interface OrderedListener {
  frame(frame: Frame): void;
  output(stream: 'stdout' | 'stderr', text: string): void;
}

/**
 * Puts the two streams of a session together again: either may be ahead of the other. The end of a task stands on
 * both, so what comes behind it on one of them waits until the other has come as far.
 */
export class StreamOrder {
  readonly #listener: OrderedListener;
  #stdout: (Frame | string)[] = [];
  #stderr: ({ readonly end: string } | string)[] = [];

  constructor(listener: OrderedListener) {
    this.#listener = listener;
  }

  frame(frame: Frame): void {
    this.#stdout.push(frame);
    this.#drain();
  }

  /** The end of a task, on standard error. */
  errorEnd(task: string): void {
    this.#stderr.push({ end: task });
    this.#drain();
  }

  text(stream: 'stdout' | 'stderr', text: string): void {
    if (stream === 'stdout') this.#stdout.push(text);
    else this.#stderr.push(text);
    this.#drain();
  }

  #drain(): void {
    this.#errors();
    for (let item = this.#stdout[0]; item !== undefined; item = this.#stdout[0]) {
      if (typeof item === 'string') {
        this.#listener.output('stdout', item);
      } else {
        if (item.type === 'end' && !this.#passEnd(item.words[0])) return;
        // The shell of another user has begun, which stands on both, too.
        if (item.type === 'as' && !this.#passEnd('as')) return;
        this.#listener.frame(item);
        this.#errors();
      }
      this.#stdout.shift();
    }
  }

  /** Has standard error come to the end of this task? Its errors have been told then, and the end is taken off. */
  #passEnd(task: string | undefined): boolean {
    const [first] = this.#stderr;
    if (typeof first !== 'object' || first.end !== task) return false;
    this.#stderr.shift();
    return true;
  }

  /** Tells what stands before the next end on standard error. */
  #errors(): void {
    for (let item = this.#stderr[0]; typeof item === 'string'; item = this.#stderr[0]) {
      this.#stderr.shift();
      this.#listener.output('stderr', item);
    }
  }
}
