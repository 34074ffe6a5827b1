/** What the rest of a body depends on, where a check cannot know it. */
export class Beyond {
  readonly task: string;

  constructor(task: string) {
    this.task = task;
  }
}

type Outcome = { readonly value: unknown } | { readonly error: unknown } | Beyond;

interface Entry {
  leader: string;
  settled: boolean;
  readonly waiting: { readonly host: string; readonly lead: () => void }[];
  readonly outcome: Promise<Outcome>;
  readonly settle: (outcome: Outcome) => void;
}

/** Waits for another host, and lets others work meanwhile. */
export type Wait = <T>(waiting: Promise<T>) => Promise<T>;

/** What the hosts of one batch do once for all of them. The first to come does it, the others get what it came to. */
export class Once {
  readonly #entries = new Map<string, Entry>();

  /** Gives what the work came to, whoever has done it. */
  async run<T>(name: string, host: string, work: () => Promise<T>, wait: Wait): Promise<T | Beyond> {
    const found = this.#entries.get(name);
    const entry = found ?? newEntry(host);
    if (found === undefined) this.#entries.set(name, entry);
    else {
      const lead = new Promise<'lead'>((resolve) => {
        entry.waiting.push({ host, lead: () => resolve('lead') });
      });
      const come = await wait(Promise.race([entry.outcome, lead]));
      if (come instanceof Beyond) return come;
      if (come !== 'lead') {
        if ('error' in come) throw come.error;
        return come.value as T;
      }
    }
    try {
      const value = await work();
      settle(entry, host, { value });
      return value;
    } catch (error) {
      settle(entry, host, { error });
      throw error;
    }
  }

  /** A host takes no part: what it was to do, the next one does. */
  drop(host: string): void {
    for (const [name, entry] of this.#entries) {
      const at = entry.waiting.findIndex((one) => one.host === host);
      if (at >= 0) entry.waiting.splice(at, 1);
      if (entry.leader !== host || entry.settled) continue;
      const next = entry.waiting.shift();
      if (next === undefined) this.#entries.delete(name);
      else {
        entry.leader = next.host;
        next.lead();
      }
    }
  }

  /** A host has come to its end. What it has not done by now, it does not do. */
  ended(host: string, outcome: Beyond | { readonly error: unknown }): void {
    for (const entry of this.#entries.values()) settle(entry, host, outcome);
  }
}

function newEntry(leader: string): Entry {
  let settle: (outcome: Outcome) => void = () => {};
  const outcome = new Promise<Outcome>((resolve) => {
    settle = resolve;
  });
  return { leader, settled: false, waiting: [], outcome, settle };
}

/** One that was passed over is not heard any more. */
function settle(entry: Entry, host: string, outcome: Outcome): void {
  if (entry.leader !== host || entry.settled) return;
  entry.settled = true;
  entry.settle(outcome);
}
