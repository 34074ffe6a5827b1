import type { HostSummary, TsplayEvent } from '../events.ts';

type Counts = { -readonly [K in keyof HostSummary]: HostSummary[K] };

/** Counts the ends of tasks per host. */
export class Summary {
  readonly #hosts = new Map<string, Counts>();

  constructor(hosts: readonly string[]) {
    for (const host of hosts) this.#of(host);
  }

  add(event: TsplayEvent): void {
    if (event.type === 'task') {
      const counts = this.#of(event.host);
      if (event.caught === true) counts.caught = (counts.caught ?? 0) + 1;
      else counts[event.status] += 1;
    } else if (event.type === 'unreachable') this.#of(event.host).unreachable = true;
  }

  event(): TsplayEvent {
    return { type: 'summary', hosts: Object.fromEntries(this.#hosts) };
  }

  /** One that is not of the run comes when a task is delegated to it. */
  #of(host: string): Counts {
    const counts = this.#hosts.get(host) ?? {
      ok: 0,
      changed: 0,
      failed: 0,
      skipped: 0,
      unknown: 0,
      unreachable: false,
    };
    this.#hosts.set(host, counts);
    return counts;
  }
}
