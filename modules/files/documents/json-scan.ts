/** A value in the text of a JSON file, and where it stands. */
export interface JsonNode {
  readonly start: number;
  readonly end: number;
  readonly kind: 'object' | 'list' | 'plain';
  /** Of an object or a list, in order; those of a list have no key. */
  readonly members: readonly JsonMember[];
}

export interface JsonMember {
  readonly key: string | undefined;
  /** Where it begins: with its key, if it has one. */
  readonly start: number;
  readonly value: JsonNode;
}

/** What is wrong with a text, and in which line. */
export class BadJson extends Error {}

/** Finds the values in a text. Comments and commas behind the last member, which some programs take, are passed over. */
export function scanJson(text: string): JsonNode {
  return new Scanner(text).read();
}

const plain = /(?:"(?:[^"\\\u0000-\u001f]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w"])/y;
const between = /(?:[ \t\r\n]|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith('\uFEFF')) this.#at = 1;
  }

  read(): JsonNode {
    const whole = this.#value();
    this.#skip();
    if (this.#at < this.#text.length) this.#fail();
    return whole;
  }

  #value(): JsonNode {
    this.#skip();
    const start = this.#at;
    const first = this.#text[start];
    if (first === '{') return this.#members('object', '}');
    if (first === '[') return this.#members('list', ']');
    this.#plain();
    return { start, end: this.#at, kind: 'plain', members: [] };
  }

  #members(kind: 'object' | 'list', close: string): JsonNode {
    const start = this.#at;
    this.#at += 1;
    const members: JsonMember[] = [];
    for (;;) {
      this.#skip();
      if (this.#text[this.#at] === close) break;
      members.push(this.#member(kind));
      this.#skip();
      if (this.#text[this.#at] === ',') this.#at += 1;
      else if (this.#text[this.#at] !== close) this.#fail();
    }
    this.#at += 1;
    return { start, end: this.#at, kind, members };
  }

  #member(kind: 'object' | 'list'): JsonMember {
    const start = this.#at;
    if (kind === 'list') return { key: undefined, start, value: this.#value() };
    if (this.#text[start] !== '"') this.#fail();
    const key = this.#plain();
    this.#skip();
    if (this.#text[this.#at] !== ':') this.#fail();
    this.#at += 1;
    return { key: String(key), start, value: this.#value() };
  }

  #plain(): unknown {
    plain.lastIndex = this.#at;
    const [found] = plain.exec(this.#text) ?? [];
    if (found === undefined) this.#fail();
    try {
      const value: unknown = JSON.parse(found);
      this.#at += found.length;
      return value;
    } catch {
      return this.#fail();
    }
  }

  #skip(): void {
    between.lastIndex = this.#at;
    this.#at += between.exec(this.#text)?.[0].length ?? 0;
  }

  #fail(): never {
    const before = this.#text.slice(0, this.#at).split('\n');
    throw new BadJson(`line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`);
  }
}

/** The value of a node. */
export function jsonValue(text: string, node: JsonNode): unknown {
  if (node.kind === 'plain') return JSON.parse(text.slice(node.start, node.end));
  if (node.kind === 'list') return node.members.map(({ value }) => jsonValue(text, value));
  return Object.fromEntries(node.members.map(({ key = '', value }) => [key, jsonValue(text, value)]));
}
