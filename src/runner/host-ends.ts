import type { TsplayEvent } from '../events.ts';
import type { Host } from '../inventory/inventory.ts';

/** Tells of each host when nothing more runs there: after its last play, or the first that fails. */
export class HostEnds {
  readonly #left = new Map<string, number>();
  readonly #emit: (event: TsplayEvent) => void;

  constructor(plays: readonly { readonly hosts: readonly Host[] }[], emit: (event: TsplayEvent) => void) {
    for (const { hosts } of plays) {
      for (const { name } of hosts) this.#left.set(name, (this.#left.get(name) ?? 0) + 1);
    }
    this.#emit = emit;
  }

  playEnded(host: string, failed: boolean): void {
    const left = this.#left.get(host);
    if (left === undefined) return;
    this.#left.set(host, left - 1);
    if (left === 1 || failed) this.#tell(host);
  }

  /** Tells of those that never came to their end. */
  tellRest(): void {
    for (const host of this.#left.keys()) this.#tell(host);
  }

  #tell(host: string): void {
    if (this.#left.delete(host)) this.#emit({ type: 'host', host, state: 'done' });
  }
}
