/** The keys of the `each` calls that a body is within: they make its ids independent of the order of lists. */
export class Keys {
  #path: readonly string[] = [];

  /** What stands behind the name in an id: `@web1`, or `@web1@eth0` from the outer to the inner one. */
  get suffix(): string {
    return this.#path.map((key) => `@${key}`).join('');
  }

  /** Calls the body within one more key. */
  within<R>(key: string, body: () => R): R {
    const outer = this.#path;
    this.#path = [...outer, shown(key)];
    try {
      return body();
    } finally {
      this.#path = outer;
    }
  }

  /** Calls the body for each item, within its key. A key that is no good is a problem, and its body is called still. */
  each<T, R>(
    list: Iterable<T>,
    keyOf: (item: T) => string | number,
    body: (item: T) => R,
    problem: (code: 'bad-key' | 'key-twice', args: { readonly key: string; readonly item: number }) => void,
  ): R[] {
    const outer = this.#path;
    const seen = new Set<string>();
    const given: R[] = [];
    try {
      for (const one of list) {
        this.#path = outer;
        const item = given.length + 1;
        const key = keyOf(one);
        const text = shown(key);
        if (!isKey(key)) problem('bad-key', { key: text, item });
        else if (seen.has(text)) problem('key-twice', { key: text, item });
        seen.add(text);
        this.#path = [...outer, text];
        given.push(body(one));
      }
    } finally {
      this.#path = outer;
    }
    return given;
  }
}

function isKey(key: unknown): boolean {
  return typeof key === 'number' ? Number.isFinite(key) : typeof key === 'string' && /^\P{Cc}+$/u.test(key);
}

/** Quoted, where an id with it could be taken for another one. */
function shown(key: unknown): string {
  const text = String(key);
  return /^[\p{L}\p{N}_.:/+-]+$/u.test(text) ? text : JSON.stringify(text);
}
