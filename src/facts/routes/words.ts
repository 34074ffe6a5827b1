/** The words of a line of `ip`, from its beginning to its end. */
export class Words {
  readonly #words: readonly string[];
  readonly #line: string;
  #at = 0;

  /** @param line where `-o` has joined lines there is a backslash and a tab; alone it can be a name */
  constructor(line: string) {
    this.#line = line;
    this.#words = line
      .replaceAll('\\\t', ' ')
      .split(/\s+/)
      .filter((word) => word !== '');
  }

  get ended(): boolean {
    return this.#at >= this.#words.length;
  }

  peek(): string {
    return this.#words[this.#at] ?? '';
  }

  /** Throws at the end of the line. */
  next(): string {
    const word = this.#words[this.#at];
    if (word === undefined) throw new Error(`a line of ip ends too early: ${this.#line}`);
    this.#at += 1;
    return word;
  }

  /** As {@link next}, as a whole number. */
  number(): number {
    const word = this.next();
    if (!/^(?:0x[\da-f]+|\d+)$/i.test(word)) throw new Error(`not a number in a line of ip: ${word}`);
    return Number(word);
  }

  /** Leaves out what stands before one of these. */
  skipTo(...words: readonly string[]): void {
    while (!this.ended && !words.includes(this.peek())) this.#at += 1;
  }
}
