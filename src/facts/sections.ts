/** What a probe printed, in parts: each begins behind a line with `@` and its name. */
export class Sections {
  readonly #parts = new Map<string, string[]>();

  constructor(printed: string) {
    let part: string[] | undefined;
    for (const line of printed.replace(/\n$/, '').split('\n')) {
      if (!line.startsWith('@')) {
        part?.push(line);
        continue;
      }
      // A value of the host that looks so must not take the place of a part.
      const name = line.slice(1);
      if (this.#parts.has(name)) throw new Error(`the answer has two parts '${name}'`);
      this.#parts.set(name, (part = []));
    }
  }

  has(name: string): boolean {
    return this.#parts.has(name);
  }

  /** The lines of a part that the probe always prints. */
  lines(name: string): readonly string[] {
    const lines = this.#parts.get(name);
    if (lines === undefined) throw new Error(`the answer has no part '${name}'`);
    return lines.filter((line) => line !== '');
  }

  text(name: string): string {
    return this.lines(name).join('\n');
  }

  /** The only line of a part, or undefined if it is empty. */
  line(name: string): string | undefined {
    return this.lines(name)[0];
  }

  /** As {@link line}, of a part that must not be empty. */
  word(name: string): string {
    const line = this.line(name);
    if (line === undefined) throw new Error(`the host does not tell its '${name}'`);
    return line;
  }

  /** As {@link word}, as a whole number. */
  count(name: string): number {
    const word = this.word(name);
    if (!/^\d+$/.test(word)) throw new Error(`'${name}' is not a number: ${word}`);
    return Number(word);
  }
}
