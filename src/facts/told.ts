/** What a probe printed as lines `key=value`: no value can be taken for a key, whatever the host puts in it. */
export class Told {
  readonly #values = new Map<string, string[]>();

  constructor(printed: string) {
    for (const line of printed.split('\n')) {
      if (line === '') continue;
      const [, key, value] = /^([\w-]+)=(.*)$/s.exec(line) ?? [];
      if (key === undefined || value === undefined)
        throw new Error(`the answer has a line that means nothing: ${JSON.stringify(line.slice(0, 100))}`);
      const values = this.#values.get(key);
      if (values === undefined) this.#values.set(key, [value]);
      else values.push(value);
    }
  }

  /** All values of a key that may come several times or not at all. */
  all(key: string): readonly string[] {
    return this.#values.get(key) ?? [];
  }

  /** A value without blanks around it; undefined if the host does not tell it. */
  maybe(key: string): string | undefined {
    const value = this.#values.get(key)?.[0]?.trim();
    return value === '' ? undefined : value;
  }

  /** As {@link maybe}, of what every host tells. */
  word(key: string): string {
    const value = this.maybe(key);
    if (value === undefined) throw new Error(`the host does not tell its '${key}'`);
    return value;
  }

  /** As {@link word}, as a whole number. */
  count(key: string): number {
    return whole(key, this.word(key));
  }

  /** As {@link maybe}, as a whole number. */
  maybeCount(key: string): number | undefined {
    const value = this.maybe(key);
    return value === undefined ? undefined : whole(key, value);
  }
}

function whole(key: string, word: string): number {
  if (!/^\d+$/.test(word)) throw new Error(`'${key}' is not a number: ${word}`);
  return Number(word);
}
