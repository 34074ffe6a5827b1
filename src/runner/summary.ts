import type { HostSummary, TsplayEvent } from '../events.ts';

/** Counts the ends of tasks per host. */
export class Summary {
  readonly #hosts = new Map<string, { -readonly [K in keyof HostSummary]: HostSummary[K] }>();

  constructor(hosts: readonly string[]) {
    for (const host of hosts) {
      this.#hosts.set(host, { ok: 0, changed: 0, failed: 0, skipped: 0, unknown: 0, unreachable: false });
    }
  }

  add(event: TsplayEvent): void {
    if (event.type === 'task') {
      const counts = this.#hosts.get(event.host);
      if (counts === undefined) return;
      if (event.caught === true) counts.caught = (counts.caught ?? 0) + 1;
      else counts[event.status] += 1;
    } else if (event.type === 'unreachable') {
      const counts = this.#hosts.get(event.host);
      if (counts !== undefined) counts.unreachable = true;
    }
  }

  event(): TsplayEvent {
    return { type: 'summary', hosts: Object.fromEntries(this.#hosts) };
  }
}
