/** Milliseconds that a connection may take before its host lets others work meanwhile; most are there by then. */
const patience = 500;
/** Most hosts that wait beside those that work: each has a socket, or a process. */
const mostBeside = 100;

/** The right of one host to work. */
export interface Place {
  /**
   * Waits for what is no work. What takes long holds no place meanwhile, and has the next free one when it has come;
   * where it fails there is nothing to work on, and none is needed.
   */
  lend<T>(waiting: Promise<T>): Promise<T>;
  /** Waits for another host, which may need a place to work; then has the next free one again, whatever came of it. */
  leave<T>(waiting: Promise<T>): Promise<T>;
}

/** For what is done beside the hosts that work. */
export const noPlace: Place = { lend: (waiting) => waiting, leave: (waiting) => waiting };

interface Held {
  is: boolean;
  left: number;
  returning: boolean;
}

/** Hosts that work at once. Those that do not answer hold up nobody, and no more than so many are waited for. */
export class Places {
  #free: number;
  #beside = 0;
  /** Those that have worked before, and need their place again, stand in front. */
  readonly #back: (() => void)[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  async run<T>(work: (place: Place) => Promise<T>): Promise<T> {
    await this.#take(this.#waiting);
    const held = { is: true, left: 0, returning: false };
    try {
      return await work({
        lend: (waiting) => this.#lend(waiting, held),
        leave: (waiting) => this.#leaveFor(waiting, held),
      });
    } finally {
      if (held.is) this.#leave();
    }
  }

  async #lend<T>(waiting: Promise<T>, held: Held): Promise<T> {
    if (!(await isLate(waiting)) || this.#beside === mostBeside) return waiting;
    this.#beside += 1;
    held.is = false;
    this.#leave();
    try {
      const come = await waiting;
      await this.#take(this.#back);
      held.is = true;
      return come;
    } finally {
      this.#beside -= 1;
    }
  }

  /** A body may wait for several hosts at once; it has one place to leave. */
  async #leaveFor<T>(waiting: Promise<T>, held: Held): Promise<T> {
    held.left += 1;
    if (held.is) {
      held.is = false;
      this.#leave();
    }
    try {
      return await waiting;
    } finally {
      held.left -= 1;
      if (held.left === 0 && !held.is && !held.returning) {
        held.returning = true;
        await this.#take(this.#back);
        Object.assign(held, { is: true, returning: false });
      }
    }
  }

  async #take(line: (() => void)[]): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => line.push(resolve));
  }

  #leave(): void {
    const next = this.#back.shift() ?? this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

async function isLate(waiting: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<true>((resolve) => {
    timer = setTimeout(() => resolve(true), patience);
  });
  const settled = waiting.then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}
