/** A value that was read, and what is behind it. */
interface Read {
  readonly value: unknown;
  readonly end: number;
}

/** Thrown where a text is no literal, and never out of this file. */
class NoLiteral extends Error {}

/**
 * A value of an Ansible inventory in INI. It is read as a literal of Python (a number, quoted text, True, False, None,
 * a list, tuple, set or dict of these); what is none is text as it stands. What JSON has no value for stays text as
 * well: complex and infinite numbers, and whole ones too large to be exact.
 *
 * @example iniValue("['a', 1]") // a list
 * @example iniValue('yes') // the text yes
 * @see https://docs.python.org/3/library/ast.html#ast.literal_eval
 */
export function iniValue(text: string): unknown {
  try {
    const { value, end } = new Reader(text).value(0);
    return new Reader(text).skip(end) === text.length ? value : text;
  } catch (error) {
    if (error instanceof NoLiteral) return text;
    throw error;
  }
}

const constants: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};

/** Deeper than this, nobody means it. */
const deepest = 100;

class Reader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where what is neither a blank nor a comment comes next. */
  skip(at: number): number {
    const blanks = /(?:\s|#[^\n]*)*/y;
    blanks.lastIndex = at;
    return at + (blanks.exec(this.#text)?.[0].length ?? 0);
  }

  value(from: number, depth = 0): Read {
    const at = this.skip(from);
    if (depth > deepest) throw new NoLiteral();
    const character = this.#text[at] ?? '';
    if (character === '[') return this.#list(at + 1, ']', depth);
    if (character === '(') return this.#list(at + 1, ')', depth);
    if (character === '{') return this.#braces(at + 1, depth);
    if (/^(?:[rRuUbB]|[rR][bB]|[bB][rR])?['"]/.test(this.#text.slice(at, at + 3))) return this.#strings(at);
    if (/^[-+.\d]/.test(character)) return this.#number(at);
    const [word = ''] = /^\w+/.exec(this.#text.slice(at)) ?? [];
    if (word === 'set' && /^set\s*\(\s*\)/.test(this.#text.slice(at))) {
      return { value: [], end: this.#text.indexOf(')', at) + 1 };
    }
    if (!constants.has(word)) throw new NoLiteral();
    return { value: constants.get(word), end: at + word.length };
  }

  /** A list or tuple, behind its bracket. One value in parentheses without a comma is that value. */
  #list(from: number, close: string, depth: number): Read {
    const items: unknown[] = [];
    let at = this.skip(from);
    let commas = 0;
    while (this.#text[at] !== close) {
      const { value, end } = this.value(at, depth + 1);
      items.push(value);
      at = this.skip(end);
      if (this.#text[at] === ',') {
        commas += 1;
        at = this.skip(at + 1);
      } else if (this.#text[at] !== close) throw new NoLiteral();
    }
    const isTuple = close === ')' && items.length === 1 && commas === 0;
    return { value: isTuple ? items[0] : items, end: at + 1 };
  }

  /** A dict, or a set, which becomes a list. */
  #braces(from: number, depth: number): Read {
    const entries: [string, unknown][] = [];
    const members: unknown[] = [];
    let at = this.skip(from);
    while (this.#text[at] !== '}') {
      const key = this.value(at, depth + 1);
      at = this.skip(key.end);
      if (this.#text[at] === ':') {
        const { value, end } = this.value(at + 1, depth + 1);
        entries.push([keyOf(key.value), value]);
        at = this.skip(end);
      } else members.push(key.value);
      if (this.#text[at] === ',') at = this.skip(at + 1);
      else if (this.#text[at] !== '}') throw new NoLiteral();
    }
    if (members.length > 0 && entries.length > 0) throw new NoLiteral();
    return { value: members.length > 0 ? members : Object.fromEntries(entries), end: at + 1 };
  }

  /** Quoted texts, which are joined where they stand side by side. */
  #strings(from: number): Read {
    let value = '';
    let end = from;
    let bytes: boolean | undefined;
    for (;;) {
      const at = end === from ? from : this.skip(end);
      const [, prefix, quote] = /^([rRuUbB]{0,2})('''|"""|'|")/.exec(this.#text.slice(at, at + 5)) ?? [];
      if (prefix === undefined || quote === undefined) return { value, end };
      const isBytes = /b/i.test(prefix);
      if (bytes !== undefined && bytes !== isBytes) throw new NoLiteral();
      bytes = isBytes;
      const read = this.#string(at + prefix.length + quote.length, quote, /r/i.test(prefix));
      value += String(read.value);
      end = read.end;
    }
  }

  #string(from: number, quote: string, isRaw: boolean): Read {
    let value = '';
    let at = from;
    for (;;) {
      const character = this.#text[at];
      if (character === undefined || (character === '\n' && quote.length === 1)) throw new NoLiteral();
      if (this.#text.startsWith(quote, at)) return { value, end: at + quote.length };
      if (character !== '\\') {
        value += character;
        at += 1;
      } else if (isRaw) {
        value += this.#text.slice(at, at + 2);
        at += 2;
      } else {
        const read = this.#escape(at + 1);
        value += String(read.value);
        at = read.end;
      }
    }
  }

  /** What stands behind a backslash. An unknown one keeps its backslash. */
  #escape(at: number): Read {
    const rest = this.#text.slice(at, at + 9);
    const [found, digits = ''] =
      /^x([\da-fA-F]{2})/.exec(rest) ??
      /^u([\da-fA-F]{4})/.exec(rest) ??
      /^U([\da-fA-F]{8})/.exec(rest) ??
      [];
    if (found !== undefined) {
      const code = Number.parseInt(digits, 16);
      if (code > 0x10ffff) throw new NoLiteral();
      return { value: String.fromCodePoint(code), end: at + found.length };
    }
    const [octal] = /^[0-7]{1,3}/.exec(rest) ?? [];
    if (octal !== undefined) {
      return { value: String.fromCodePoint(Number.parseInt(octal, 8)), end: at + octal.length };
    }
    const character = rest[0] ?? '';
    // Of \N{NAME}, the names are not known here.
    if (character === '' || 'xuUN'.includes(character)) throw new NoLiteral();
    return { value: escapes[character] ?? `\\${character}`, end: at + 1 };
  }

  #number(from: number): Read {
    const [sign = '', body = ''] =
      /^([-+]?\s*)(0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.?(?:\d(?:_?\d)*)?(?:[eE][-+]?\d(?:_?\d)*)?)/
        .exec(this.#text.slice(from))
        ?.slice(1) ?? [];
    const plain = body.replaceAll('_', '');
    const isWhole = /^(?:0[xXoObB]\w+|\d+)$/.test(plain);
    const end = from + sign.length + body.length;
    const value = Number(plain) * (sign.startsWith('-') ? -1 : 1);
    const isNone =
      plain === '' || plain === '.' || /^0+[1-9]/.test(isWhole ? plain : '') || /^\.?[eE]/.test(plain);
    const isInexact = !Number.isFinite(value) || (isWhole && !Number.isSafeInteger(value));
    if (isNone || isInexact || /^\w/.test(this.#text.slice(end))) throw new NoLiteral();
    return { value: value === 0 ? 0 : value, end };
  }
}

/** The key of a dict, as JSON writes it. */
function keyOf(key: unknown): string {
  return typeof key === 'string' ? key : JSON.stringify(key);
}
