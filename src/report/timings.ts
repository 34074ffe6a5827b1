import type { TsplayEvent } from '../events.ts';

/** A task that has ended on a host. */
export interface TimedTask {
  readonly host: string;
  readonly task: string;
  readonly ms: number;
}

/** How long hosts and tasks have taken. */
export class Timings {
  /** The time of the last event, in milliseconds since the run began. */
  took = 0;
  readonly #hosts = new Map<string, { readonly from: number; to: number }>();
  readonly #most: number;
  #slowest: readonly TimedTask[] = [];

  /** @param most - how many of the slowest tasks are kept */
  constructor(most: number) {
    this.#most = most;
  }

  event(event: TsplayEvent): void {
    const { at } = event;
    if (at !== undefined) this.took = Math.max(this.took, at);
    if (event.type === 'task') this.#slow(event);
    if (at === undefined || !('host' in event) || event.host === undefined) return;
    const known = this.#hosts.get(event.host);
    if (known === undefined) this.#hosts.set(event.host, { from: at, to: at });
    // It may have waited for others before it was done.
    else if (event.type === 'task' || event.type === 'unreachable') known.to = at;
  }

  /** From its connection to the end of its last task. */
  of(host: string): number | undefined {
    const time = this.#hosts.get(host);
    return time === undefined ? undefined : time.to - time.from;
  }

  /** Of the tasks that took a second or more those that took longest. */
  get slowest(): readonly TimedTask[] {
    return this.#slowest;
  }

  #slow({ host, task, ms }: TimedTask): void {
    if (ms < 1000) return;
    this.#slowest = [...this.#slowest, { host, task, ms }]
      .toSorted((a, b) => b.ms - a.ms)
      .slice(0, this.#most);
  }
}
