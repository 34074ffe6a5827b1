/** Most characters that wait for the end of their line. */
const longest = 8192;

/** Lines of a task's output that are kept for the case that it fails. */
const kept = 20;

/** Makes lines of text that comes in pieces, and keeps the last ones. */
export class OutputLines {
  #rest = '';
  #count = 0;
  #tail: readonly string[] = [];

  /** Takes a piece; gives the lines that it ended. */
  push(text: string): readonly string[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > longest) {
      lines.push(this.#rest);
      this.#rest = '';
    }
    return this.#keep(lines);
  }

  /** Nothing follows; gives the line that was never ended, if any. */
  end(): readonly string[] {
    const last = this.#rest === '' ? [] : [this.#rest];
    this.#rest = '';
    return this.#keep(last);
  }

  /** The last lines. */
  get tail(): readonly string[] {
    return this.#tail;
  }

  /** How many lines there were in all. */
  get count(): number {
    return this.#count;
  }

  #keep(lines: readonly string[]): readonly string[] {
    this.#count += lines.length;
    this.#tail = [...this.#tail, ...lines].slice(-kept);
    return lines;
  }
}
