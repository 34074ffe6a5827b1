import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { findProject } from '../../playbook/load/project.ts';

/** What a group's probe printed, and when, in ms since 1970. */
export interface Gathered {
  readonly printed: string;
  readonly at: number;
}

/** What is known of one host, by the question that was asked there. */
export type GatheredByQuestion = ReadonlyMap<string, Gathered>;

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
    const kept = this.#kept(host);
    const now = this.#now();
    const isYoung = ({ at }: Gathered): boolean => at <= now && now - at <= this.#maxAge;
    return new Map(Object.entries(kept?.gathered ?? {}).filter(([, one]) => isYoung(one)));
  }

  /** Adds to what is kept of a host. */
  keep(host: Host, gathered: GatheredByQuestion): void {
    if (this.#maxAge === 0 || gathered.size === 0) return;
    try {
      this.#write(host, gathered);
    } catch (error) {
      this.#warn(`facts are not kept: ${(error as Error).message}`);
      this.#warn = () => {};
    }
  }

  #write(host: Host, gathered: GatheredByQuestion): void {
    const all = Object.fromEntries([...this.read(host), ...gathered]);
    const kept: Kept = { format, host: host.name, gathered: all };
    const file = this.#file(host);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(dirname(this.#folder), '.gitignore'), '*\n');
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, JSON.stringify(kept), { mode: 0o600 });
    renameSync(fresh, file);
  }

  /** Forgets a host. */
  drop(host: Host): void {
    rmSync(this.#file(host), { force: true });
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
