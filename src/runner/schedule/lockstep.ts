/** Hosts of which none begins its next program before all have come to the end of theirs. */
export class Lockstep {
  /** Those that are waited for. */
  readonly #active = new Set<string>();
  readonly #begun = new Set<string>();
  readonly #waiting = new Map<string, () => void>();

  constructor(hosts: readonly string[]) {
    for (const host of hosts) this.#active.add(host);
  }

  /** Settles when every host has come to its next program. Its first one needs no company. */
  async arrive(host: string): Promise<void> {
    if (!this.#begun.has(host)) {
      this.#begun.add(host);
      return;
    }
    await this.meet(host);
  }

  /** Settles when every host has come to a barrier. */
  async meet(host: string): Promise<void> {
    this.#begun.add(host);
    await new Promise<void>((resolve) => {
      this.#waiting.set(host, resolve);
      this.#go();
    });
  }

  /** While a host waits for another one, nobody waits for it. */
  async away<T>(host: string, waiting: Promise<T>): Promise<T> {
    this.#active.delete(host);
    this.#go();
    try {
      return await waiting;
    } finally {
      this.#active.add(host);
    }
  }

  /** Nothing more comes from this host. */
  end(host: string): void {
    this.#active.delete(host);
    this.#go();
  }

  #go(): void {
    if (![...this.#active].every((host) => this.#waiting.has(host))) return;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const go of all) go();
  }
}
