import type { TsplayEvent } from '../events.ts';
import { visible } from './visible.ts';

/** Most tasks that the line names. */
const mostTasks = 3;

/** What is going on right now, for the one line that lives at the bottom of a terminal. */
export class Progress {
  #hosts = new Set<string>();
  readonly #done = new Set<string>();
  /** What each host is at. */
  readonly #now = new Map<string, string>();

  event(event: TsplayEvent): void {
    switch (event.type) {
      case 'run':
        this.#hosts = new Set(event.hosts);
        break;
      case 'host':
        if (event.state === 'connecting') this.#now.set(event.host, 'connecting');
        if (event.state === 'done') this.#finish(event.host);
        break;
      case 'unreachable':
        this.#finish(event.host);
        break;
      case 'task-start':
        this.#now.set(event.host, event.task);
        break;
    }
  }

  /** `2/3 hosts done; sysctl[net.ipv4.ip_forward] on 1` */
  get text(): string {
    const counts = new Map<string, number>();
    for (const what of this.#now.values()) counts.set(what, (counts.get(what) ?? 0) + 1);
    const most = [...counts].toSorted(([, a], [, b]) => b - a);
    const named = most.slice(0, mostTasks).map(([what, count]) => `${visible(what)} on ${count}`);
    const more = most.length > mostTasks ? [`${most.length - mostTasks} more tasks`] : [];
    const parts = [...named, ...more];
    return `${this.#done.size}/${this.#hosts.size} hosts done${parts.length === 0 ? '' : `; ${parts.join(', ')}`}`;
  }

  #finish(host: string): void {
    this.#now.delete(host);
    // Tasks may have been delegated to others.
    if (this.#hosts.has(host)) this.#done.add(host);
  }
}
