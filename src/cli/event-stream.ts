import type { TsplayEvent } from '../events.ts';

type Summary = Extract<TsplayEvent, { type: 'summary' }>;

/** Adds to what the engine tells when each event came, and where the run comes from. */
export class EventStream {
  readonly #tell: (event: TsplayEvent) => void;
  readonly #originOf: () => Promise<TsplayEvent>;
  #begun = 0;
  #origin: Promise<void> | undefined;
  #summary: Summary | undefined;

  /** @param originOf - called when the run has begun; nothing but the summary waits for it */
  constructor(tell: (event: TsplayEvent) => void, originOf: () => Promise<TsplayEvent>) {
    this.#tell = tell;
    this.#originOf = originOf;
  }

  event(event: TsplayEvent): void {
    if (event.type === 'run') {
      this.#begun = performance.now();
      this.#tell(event);
      this.#origin = this.#originOf().then((origin) => this.#tell(this.#timed(origin)));
    } else if (event.type === 'summary') this.#summary = this.#timed(event);
    else this.#tell(this.#timed(event));
  }

  /** Nothing follows. */
  async end(): Promise<void> {
    await this.#origin;
    if (this.#summary !== undefined) this.#tell(this.#summary);
  }

  #timed<Event extends TsplayEvent>(event: Event): Event {
    return { ...event, at: Math.round(performance.now() - this.#begun) };
  }
}
