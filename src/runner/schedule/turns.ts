interface Line {
  readonly held: string[];
  readonly waiting: { readonly host: string; readonly go: () => void }[];
}

/** Parts of bodies that only so many hosts are in at once. */
export class Turns {
  readonly #lines = new Map<string, Line>();

  /** Settles when it is this host's turn. */
  async take(name: string, most: number, host: string): Promise<void> {
    const line = this.#lines.get(name) ?? { held: [], waiting: [] };
    this.#lines.set(name, line);
    if (line.held.length < most) line.held.push(host);
    else await new Promise<void>((go) => line.waiting.push({ host, go }));
  }

  /** This host is through. */
  give(name: string, host: string): void {
    const line = this.#lines.get(name);
    const at = line?.held.indexOf(host) ?? -1;
    if (line === undefined || at < 0) return;
    line.held.splice(at, 1);
    const next = line.waiting.shift();
    if (next === undefined) return;
    line.held.push(next.host);
    next.go();
  }

  /** This host has come to its end, wherever it was. */
  end(host: string): void {
    for (const [name, line] of this.#lines) {
      const left = line.waiting.filter((one) => one.host !== host);
      line.waiting.splice(0, line.waiting.length, ...left);
      while (line.held.includes(host)) this.give(name, host);
    }
  }
}
