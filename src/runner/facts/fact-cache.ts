import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { findProject, ignoredByGit } from '../../playbook/load/project.ts';

/** What a group's probe printed, and when, in ms since 1970. */
export interface Gathered {
  readonly printed: string;
  readonly at: number;
}

/** What is known of one host, by the question that was asked there. */
export type GatheredByQuestion = ReadonlyMap<string, Gathered>;

/** Milliseconds between two times that what was learnt is written, so that a run that is cut off has kept most of it. */
const betweenWrites = 3_000;

/** To be raised when a file of another form would be misread. */
const format = 1;

interface Kept {
  readonly format: number;
  readonly host: string;
  readonly gathered: Readonly<Record<string, Gathered>>;
}

/**
 * Facts of former runs, one file a host in `.tsplay/facts` of the project. A host's file goes before a program that
 * may change that host is sent, and comes back if it has changed nothing: so that nobody reads what is not so.
 */
export class FactCache {
  readonly #folder: string;
  readonly #maxAge: number;
  readonly #now: () => number;
  #warn: (message: string) => void;
  /** What was learnt and is not written yet, by the file of its host. */
  readonly #learnt = new Map<string, { readonly host: Host; readonly gathered: GatheredByQuestion }>();
  #written = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param maxAge - in ms; 0: nothing is read or kept
   * @param warn - told, once, that the project cannot be written to
   */
  constructor(folder: string, maxAge: number, warn: (message: string) => void, now: () => number = Date.now) {
    this.#folder = folder;
    this.#maxAge = maxAge;
    this.#warn = warn;
    this.#now = now;
  }

  /** What is known of a host and not too old. */
  read(host: Host): GatheredByQuestion {
    if (this.#maxAge === 0) return new Map();
    const kept = Object.entries(this.#kept(host)?.gathered ?? {});
    const learnt = this.#learnt.get(this.#file(host))?.gathered ?? [];
    const now = this.#now();
    const isYoung = ({ at }: Gathered): boolean => at <= now && now - at <= this.#maxAge;
    return new Map([...kept, ...learnt].filter(([, one]) => isYoung(one)));
  }

  /** Adds to what is kept of a host: at once, or with what is learnt of others in the next seconds. */
  keep(host: Host, gathered: GatheredByQuestion): void {
    if (this.#maxAge === 0 || gathered.size === 0) return;
    const file = this.#file(host);
    const before = this.#learnt.get(file)?.gathered ?? [];
    this.#learnt.set(file, { host, gathered: new Map([...before, ...gathered]) });
    const due = this.#written + betweenWrites - this.#now();
    if (due <= 0) this.write();
    else this.#timer ??= setTimeout(() => this.write(), due).unref();
  }

  /** Writes what was learnt and is not written yet. */
  write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#written = this.#now();
    try {
      for (const [file, { host }] of this.#learnt) this.#writeOne(file, host);
    } catch (error) {
      this.#warn(`facts are not kept: ${(error as Error).message}`);
      this.#warn = () => {};
    }
    this.#learnt.clear();
  }

  #writeOne(file: string, host: Host): void {
    const gathered = this.read(host);
    const known = this.#kept(host)?.gathered ?? {};
    const isNew = ([question, { at }]: readonly [string, Gathered]): boolean => known[question]?.at !== at;
    if (![...gathered].some(isNew)) return;
    const kept: Kept = { format, host: host.name, gathered: Object.fromEntries(gathered) };
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    ignoredByGit(dirname(this.#folder));
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, JSON.stringify(kept), { mode: 0o600 });
    renameSync(fresh, file);
  }

  /** Forgets a host. */
  drop(host: Host): void {
    const file = this.#file(host);
    this.#learnt.delete(file);
    rmSync(file, { force: true });
  }

  #kept(host: Host): Kept | undefined {
    try {
      const kept = JSON.parse(readFileSync(this.#file(host), 'utf8')) as Partial<Kept> | null;
      return kept?.format === format && kept.host === host.name ? (kept as Kept) : undefined;
    } catch {
      // There is none, or it is none.
      return undefined;
    }
  }

  /** A host that is elsewhere now is another one. */
  #file({ name, address, port, connection }: Host): string {
    const identity = JSON.stringify([name, address, port ?? 22, connection]);
    return join(this.#folder, `${createHash('sha256').update(identity).digest('hex').slice(0, 32)}.json`);
  }
}

/** Where the project of an inventory keeps facts. */
export function factFolder({ source }: Inventory, cwd: string): string {
  const project = findProject(isAbsolute(source) ? source : join(cwd, source));
  return join(project, '.tsplay', 'facts');
}
