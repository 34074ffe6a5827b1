import type { TsplayEvent } from '../events.ts';
import { duration } from './duration.ts';
import { gridLines, type HostMark } from './host-grid.ts';
import { cuttable, span, type Line, type Room } from './line.ts';
import { visible } from './visible.ts';

/** Most tasks that the first line names. */
const mostTasks = 3;

/** Milliseconds after which a task on a host has a line of its own. */
const long = 3000;

/** Milliseconds without output that are worth a word. */
const quiet = 10_000;

/** Most hosts with a line of their own. */
const mostLong = 6;

/** Hosts from which on each is a sign in a grid. */
const many = 10;

/** What a host is at. */
interface Running {
  readonly what: string;
  readonly since: number;
  heard: number;
  /** The end of its output. */
  said: string;
  over: boolean;
}

/** What is going on right now, for the lines that live at the bottom of a terminal. */
export class Progress {
  readonly #clock: () => number;
  readonly #marks = new Map<string, HostMark>();
  /** What each host is at. */
  readonly #now = new Map<string, Running>();
  readonly #done = new Set<string>();
  /** Hosts that the run does not come to the end of. */
  readonly #left = new Set<string>();
  /** `batch 2 of 3: `, while there is one. */
  #batch = '';

  /** @param clock - milliseconds. @defaultValue those of this process */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  event(event: TsplayEvent): void {
    switch (event.type) {
      case 'run':
        for (const host of event.hosts) this.#marks.set(host, 'waiting');
        break;
      case 'play':
        this.#batch = '';
        break;
      case 'batch':
        this.#batch = `batch ${event.number} of ${event.of}: `;
        break;
      case 'left':
        for (const host of event.hosts) this.#left.add(host);
        break;
      case 'host':
        if (event.state === 'connecting') this.#begin(event.host, 'connecting');
        if (event.state === 'done') this.#finish(event.host);
        break;
      case 'unreachable':
        this.#mark(event.host, 'failed');
        this.#finish(event.host);
        break;
      case 'task-start':
        this.#begin(event.host, event.task);
        break;
      case 'output':
        this.#hear(event.host, event.text);
        break;
      case 'step':
        this.#hear(event.host, '');
        break;
      case 'progress':
        this.#hear(event.host, `\n${event.what}: ${portion(event.bytes, event.of)}\n`);
        break;
      case 'retry':
        this.#hear(event.host, `\nretry in ${event.delay} s (${event.left} left): ${event.reason}\n`);
        break;
      case 'task':
        this.#end(event.host, event.task);
        if (event.status === 'failed' && event.caught !== true) this.#mark(event.host, 'failed');
        else if (event.status === 'changed' && this.#marks.get(event.host) !== 'failed')
          this.#mark(event.host, 'changed');
        break;
    }
  }

  /** What is going on, the summary of it first. */
  lines({ columns, rows }: Room): readonly Line[] {
    // The last lines of what was told stay in sight.
    const room = Math.max(0, rows - 5);
    const grid =
      this.#marks.size < many ? [] : gridLines(this.#states(), { columns, rows: Math.floor(room / 2) });
    return [cuttable(this.#summary()), ...grid, ...this.#long(Math.min(mostLong, room - grid.length))];
  }

  /** `batch 1 of 2: 2/3 hosts done; sysctl[net.ipv4.ip_forward] on 1` */
  #summary(): string {
    const counts = new Map<string, number>();
    for (const { what, over } of this.#now.values()) {
      if (!over) counts.set(what, (counts.get(what) ?? 0) + 1);
    }
    const most = [...counts].toSorted(([, a], [, b]) => b - a);
    const named = most.slice(0, mostTasks).map(([what, count]) => `${visible(what)} on ${count}`);
    const more = most.length > mostTasks ? [`${most.length - mostTasks} more tasks`] : [];
    const failed = [...this.#marks.values()].filter((mark) => mark === 'failed').length;
    const bad = failed === 0 ? '' : `, ${failed} failed`;
    const parts = [...named, ...more];
    const at = parts.length === 0 ? '' : `; ${parts.join(', ')}`;
    return `${this.#batch}${this.#done.size}/${this.#marks.size} hosts done${bad}${at}`;
  }

  #states(): readonly (readonly [mark: HostMark, state: 'waiting' | 'running' | 'done'])[] {
    return [...this.#marks].map(([host, mark]) => [
      mark,
      this.#done.has(host) ? 'done' : this.#now.get(host)?.over === false ? 'running' : 'waiting',
    ]);
  }

  /** Those that take long, the longest first. */
  #long(most: number): readonly Line[] {
    const now = this.#clock();
    const those = [...this.#now]
      .filter(([, { since, over }]) => !over && now - since >= long)
      .toSorted(([, a], [, b]) => a.since - b.since);
    if (those.length === 0 || most < 1) return [];
    // One line is for those that have none.
    const shown = those.length > most ? those.slice(0, most - 1) : those;
    const more = those.length - shown.length;
    return [
      ...shown.map(([host, { what, since, heard, said }]) => {
        const silence = now - heard >= quiet ? `, no output for ${seconds(now - heard)}` : '';
        const last = lastLine(said);
        return cuttable(
          `${host}: ${what} `,
          span(`${seconds(now - since)}${silence}`, silence === '' ? 'dim' : 'changed'),
          span(last === '' ? '' : ` | ${last}`, 'dim'),
        );
      }),
      ...(more === 0 ? [] : [cuttable(span(`and ${more} more hosts that take long`, 'dim'))]),
    ];
  }

  #begin(host: string, what: string): void {
    if (this.#done.has(host)) return;
    const now = this.#clock();
    this.#now.set(host, { what, since: now, heard: now, said: '', over: false });
  }

  #end(host: string, what: string): void {
    const running = this.#now.get(host);
    if (running?.what === what) running.over = true;
  }

  #hear(host: string, text: string): void {
    const running = this.#now.get(host);
    if (running === undefined) return;
    running.heard = this.#clock();
    running.said = (running.said + text).slice(-1000);
  }

  /** Tasks may have been delegated to hosts that are not of the run. */
  #mark(host: string, mark: HostMark): void {
    if (this.#marks.has(host)) this.#marks.set(host, mark);
  }

  #finish(host: string): void {
    this.#now.delete(host);
    if (!this.#marks.has(host) || this.#left.has(host)) return;
    this.#done.add(host);
    if (this.#marks.get(host) === 'waiting') this.#marks.set(host, 'ok');
  }
}

/** `41 % of 1.0 GiB` */
function portion(bytes: number, of: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, of)) / 10));
  const size = of / 1024 ** power;
  return `${Math.floor((bytes / Math.max(1, of)) * 100)} % of ${size.toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** Whole seconds: tenths would only fidget. */
function seconds(ms: number): string {
  return duration(Math.floor(ms / 1000) * 1000).replace('.0 s', ' s');
}

/** The last line that has something on it; what draws a bar begins it anew with a carriage return. */
function lastLine(text: string): string {
  return (
    text
      .split(/[\r\n]/)
      .findLast((line) => line.trim() !== '')
      ?.trim() ?? ''
  );
}
