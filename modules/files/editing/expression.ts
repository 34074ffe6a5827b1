import { option } from '../../../src/steps/index.ts';

/** A POSIX extended regular expression, read. */
export type Expression =
  | { readonly kind: 'any' | 'start' | 'end' }
  | { readonly kind: 'char'; readonly char: string }
  | {
      readonly kind: 'set';
      readonly inverted: boolean;
      readonly members: readonly (readonly [string, string])[];
    }
  | { readonly kind: 'group'; readonly number: number; readonly of: Expression }
  | { readonly kind: 'repeat'; readonly of: Expression; readonly least: number; readonly most: number }
  | { readonly kind: 'all' | 'either'; readonly of: readonly Expression[] };

/** What the classes of POSIX are in the C locale. */
const classes: Readonly<Record<string, string>> = {
  alnum: '09AZaz',
  alpha: 'AZaz',
  blank: '\t\t  ',
  digit: '09',
  graph: '!~',
  lower: 'az',
  print: ' ~',
  punct: '!/:@[`{~',
  space: '\t\r  ',
  upper: 'AZ',
  xdigit: '09AFaf',
};

/** What people write who come from other kinds of expression. */
const others: Readonly<Record<string, string>> = {
  d: '[0-9]',
  D: '[^0-9]',
  s: '[[:space:]]',
  S: '[^[:space:]]',
  w: '[[:alnum:]_]',
  W: '[^[:alnum:]_]',
  b: 'what stands beside the word, such as (^|[[:space:]])',
};

class Wrong extends Error {}

/**
 * Reads an expression, or says what is wrong with it. It is read here, so that a mistake is found before anything is
 * connected to, and so that it means the same to every awk: old ones of Debian have no `{2}`.
 */
export function readExpression(text: string): Expression | string {
  const reader = new Reader(text);
  try {
    return reader.read();
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return error.message;
  }
}

/** The rule of an option that is an expression. */
export const expression: (name: string, value: unknown) => readonly string[] = (name, value) => {
  const wrong = option.line()(name, value);
  if (wrong.length > 0) return wrong;
  const read = readExpression(String(value));
  return typeof read === 'string'
    ? [`${name} is no extended regular expression of POSIX: ${read}, in ${option.quoted(String(value))}`]
    : [];
};

class Reader {
  readonly #chars: readonly string[];
  #at = 0;
  #groups = 0;

  constructor(text: string) {
    this.#chars = Array.from(text);
  }

  read(): Expression {
    const whole = this.#either();
    if (this.#at < this.#chars.length) throw new Wrong("there is a ')' too many");
    return whole;
  }

  #either(): Expression {
    const of = [this.#all()];
    while (this.#chars[this.#at] === '|') {
      this.#at += 1;
      of.push(this.#all());
    }
    const [only] = of;
    return of.length === 1 && only !== undefined ? only : { kind: 'either', of };
  }

  #all(): Expression {
    const of: Expression[] = [];
    for (let next = this.#chars[this.#at]; next !== undefined && !'|)'.includes(next);) {
      of.push(this.#repeated(this.#atom()));
      next = this.#chars[this.#at];
    }
    if (of.length === 0) throw new Wrong('there is nothing before or behind a |, or between parentheses');
    return { kind: 'all', of };
  }

  #repeated(of: Expression): Expression {
    let whole = of;
    for (;;) {
      const next = this.#chars[this.#at];
      if (next === undefined || !'*+?{'.includes(next)) return whole;
      if (of.kind === 'start' || of.kind === 'end')
        throw new Wrong(`there is nothing that ${next} could repeat`);
      this.#at += 1;
      const [least, most] =
        next === '*'
          ? [0, Infinity]
          : next === '+'
            ? [1, Infinity]
            : next === '?'
              ? [0, 1]
              : this.#interval();
      whole = { kind: 'repeat', of: whole, least, most };
    }
  }

  #interval(): readonly [number, number] {
    const rest = this.#chars.slice(this.#at, this.#at + 10).join('');
    const [all, least = '', comma, most = ''] = /^(\d{1,3})(,?)(\d{0,3})\}/.exec(rest) ?? [];
    if (all === undefined)
      throw new Wrong('a { begins how often something is repeated; one that is meant is [{]');
    this.#at += all.length;
    const low = Number(least);
    const high = comma === '' ? low : most === '' ? Infinity : Number(most);
    if (low > high || Math.max(low, Number(most)) > 255) throw new Wrong(`{${all} cannot be`);
    if (high === 0) throw new Wrong(`{${all} is nothing at all`);
    return [low, high];
  }

  #atom(): Expression {
    const char = this.#chars[this.#at] ?? '';
    this.#at += 1;
    switch (char) {
      case '.':
        return { kind: 'any' };
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '[':
        return this.#set();
      case '(':
        return this.#group();
      case '\\':
        return this.#escaped();
      case '*':
      case '+':
      case '?':
      case '{':
        throw new Wrong(`there is nothing that ${char} could repeat; one that is meant is [${char}]`);
      default:
        return { kind: 'char', char };
    }
  }

  #group(): Expression {
    if (this.#chars[this.#at] === '?') throw new Wrong('(? is of other kinds of expression');
    const number = (this.#groups += 1);
    const of = this.#either();
    if (this.#chars[this.#at] !== ')') throw new Wrong("a '(' is not closed");
    this.#at += 1;
    return { kind: 'group', number, of };
  }

  #escaped(): Expression {
    const char = this.#chars[this.#at];
    if (char === undefined) throw new Wrong('it ends in a backslash');
    this.#at += 1;
    if (char === 't') return { kind: 'char', char: '\t' };
    if (/[^0-9A-Za-z]/.test(char)) return { kind: 'char', char };
    const instead = others[char];
    throw new Wrong(
      `\\${char} is of other kinds of expression${instead === undefined ? '' : `; write ${instead}`}`,
    );
  }

  #set(): Expression {
    const inverted = this.#chars[this.#at] === '^';
    if (inverted) this.#at += 1;
    const members: (readonly [string, string])[] = [];
    for (let first = true; first || this.#chars[this.#at] !== ']'; first = false) {
      const low = this.#member();
      if (typeof low !== 'string') {
        members.push(...low);
        continue;
      }
      const next = this.#chars[this.#at + 1];
      if (this.#chars[this.#at] !== '-' || next === ']' || next === undefined) {
        members.push([low, low]);
        continue;
      }
      this.#at += 1;
      const high = this.#member();
      if (typeof high !== 'string' || low > high) throw new Wrong('a range between [ and ] runs backwards');
      if (low === ']' || high === ']') throw new Wrong('a range between [ and ] cannot begin or end with ]');
      members.push([low, high]);
    }
    this.#at += 1;
    if (members.some(([low, high]) => low > '\x7f' || high > '\x7f')) return beyondAscii(members, inverted);
    return { kind: 'set', inverted, members };
  }

  #member(): string | readonly (readonly [string, string])[] {
    const char = this.#chars[this.#at];
    const next = this.#chars[this.#at + 1] ?? '';
    if (char === undefined) throw new Wrong("a '[' is not closed");
    this.#at += 1;
    if (char === '\\') {
      if (next !== '\\') throw new Wrong('between [ and ] a backslash means itself; write it twice');
      this.#at += 1;
    }
    if (char !== '[' || !'.=:'.includes(next) || next === '') return char;
    const rest = this.#chars.slice(this.#at, this.#at + 12).join('');
    const [all = '', name = ''] = /^:([a-z]+):\]/.exec(rest) ?? [];
    const ranges = Object.hasOwn(classes, name) ? classes[name] : undefined;
    if (ranges === undefined) {
      throw new Wrong(`there are these classes of characters: [:${Object.keys(classes).join(':], [:')}:]`);
    }
    this.#at += all.length;
    return [...(ranges.match(/../gs) ?? [])].map((pair) => [pair.charAt(0), pair.charAt(1)] as const);
  }
}

/** On the host an expression sees bytes, and these characters have several. */
function beyondAscii(members: readonly (readonly [string, string])[], inverted: boolean): Expression {
  const ranged = members.some(([low, high]) => low !== high && high > '\x7f');
  if (inverted || ranged) throw new Wrong('[^…] and ranges can only name characters of ASCII');
  const plain = members.filter(([low]) => low <= '\x7f');
  const wide = members.filter(([low]) => low > '\x7f').map(([char]) => ({ kind: 'char', char }) as const);
  return {
    kind: 'either',
    of: [...(plain.length === 0 ? [] : [{ kind: 'set', inverted, members: plain } as const]), ...wide],
  };
}
