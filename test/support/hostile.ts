import { randomInt } from 'node:crypto';

/** What a text must not hold where it goes. */
export interface Limits {
  /** One line. */
  readonly line?: boolean;
  /** One field of an entry: one line without tabs, not empty. */
  readonly field?: boolean;
  /** No newline at its end. */
  readonly value?: boolean;
  /** The name of a file. */
  readonly name?: boolean;
  /** Any byte, not only those that UTF-8 can have. A zero byte never is among them. */
  readonly bytes?: boolean;
}

/** Random strings that do harm wherever one of them becomes code, or a part of something else. */
export class Hostile {
  readonly seed: number;
  readonly #atoms: readonly string[];
  #state: number;

  /** @param canary a file that comes to be where a string is run, however deep it stands in quotes */
  constructor(canary: string, seed = Number(process.env['TSPLAY_SEED'] ?? randomInt(2 ** 31))) {
    this.seed = seed;
    this.#state = seed;
    this.#atoms = atoms(canary);
  }

  /** A whole number from 0 to below `limit`, by the generator of Tommy Ettinger that is called mulberry32. */
  number(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  /** Some text of a few atoms; every twentieth is empty, if it may be. */
  text(limits: Limits = {}, atoms = 6): string {
    const parts = this.number(20) === 0 ? 0 : 1 + this.number(atoms);
    return limited(Array.from({ length: parts }, () => this.#atom()).join(''), limits);
  }

  /** A text of about 200 KB. */
  long(limits: Limits = {}): string {
    const parts: string[] = [];
    for (let length = 0; length < 200_000; length += parts.at(-1)?.length ?? 0) parts.push(this.#atom());
    return limited(parts.join(''), limits);
  }

  texts(count: number, limits: Limits = {}): readonly string[] {
    return Array.from({ length: count }, () => this.text(limits));
  }

  /** As many, every other of which has many atoms: where each costs processes, few of them have to hold much. */
  mixed(count: number, limits: Limits = {}): readonly string[] {
    return Array.from({ length: count }, (_, n) => this.text(limits, n % 2 === 0 ? 6 : 40));
  }

  /** The same as what a host may hold: bytes. */
  bytes(limits: Limits = {}, atoms = 4): Buffer {
    const pieces = Array.from({ length: 1 + this.number(atoms) }, () => [
      Buffer.from(limited(this.#atom(), limits)),
      Buffer.from(Array.from({ length: this.number(4) }, () => 128 + this.number(128))),
    ]);
    return Buffer.concat(pieces.flat());
  }

  #atom(): string {
    return this.#atoms[this.number(this.#atoms.length)] ?? '';
  }
}

function limited(text: string, { line, field, value, name }: Limits): string {
  let fit = text;
  if (line === true || field === true) fit = fit.replaceAll('\n', '\\n');
  if (field === true) fit = fit.replaceAll('\t', ' \\t') || "'";
  if (value === true) fit = fit.replace(/\n+$/, '');
  if (name === true)
    fit = Buffer.from(fit.replaceAll('/', '∕')).subarray(0, 180).toString().replaceAll('\ufffd', '');
  return name === true && /^\.*$/.test(fit) ? `-${fit}` : fit;
}

// Code, at every depth of quotes. CODE makes the canary; ␤ is a newline, ␠ a space, ´ a backtick, § a dollar.
const code = String.raw`
$(CODE) ´CODE´ ;CODE; ␤CODE␤ |CODE &CODE& ||CODE &&␠CODE␠ '$(CODE)' "$(CODE)" ';CODE;' ";CODE;" '\'';CODE;'
\";CODE;" \$(CODE) \\$(CODE) \´CODE\´ §{x:=$(CODE)} $((1$(CODE))) <(CODE) )␤CODE␤( }␤CODE␤{ ␤fi␤CODE␤
␤done;CODE ;;esac;CODE; ␤EOF␤CODE␤ >CANARY >>CANARY ␠2>CANARY␠ $(>CANARY) a[$(CODE)]=1 #␤CODE␠#`;

// What else a shell or its tools take for more than text, and what the program says about itself.
const words = String.raw`
' " ´ '\'' '' "" \ \\ \␤ \' $ $$ $1 $@ $* "$@" $HOME §{IFS} $0 !! !$ ~ ~root ~+ * ? /* [a-z]* [!x] {a,b} @(a|b) **/
=(x) ( ) { } | & ; < > # ␠# % = a=b ␠ ␠␠ ␤ ␤␤ -n -e -- - -rf --help -n␠-e %s%n%d %b \c \0101 \x41 \n \t if then x word 0 /
␤#end␤ #end ␤#end '␤#end ␞ ␞NONCE␠end␠1␠ok␤ ␤␞undo␠finish␤ end␠1␠ok ts_fail ts_end␤ TS_FAIL=1 T1=changed ts_entry_runtime`;

const bytes = (
  '\t \r \r\n \x01 \x02 \x03\x04 \x07 \x08 \x0b\x0c \x1b[31m \x1b]0;x\x07 \x7f \x81\x82\x88 \x85 ' +
  'é Á 漢字 𝕏 e\u0301 \u2028 \u202e \ufeff \uffff \ufffd'
).split(' ');

const signs: Readonly<Record<string, string>> = { '␤': '\n', '␠': ' ', '␞': '\x1e', '´': '`', '§': '$' };

function atoms(canary: string): readonly string[] {
  const text = `${code}${words}`
    .replaceAll('CODE', `touch␠${canary}`)
    .replaceAll('CANARY', canary)
    .replaceAll('NONCE', '0'.repeat(32));
  const parts = text.trim().split(/\s+/);
  return [...parts.map((part) => part.replaceAll(/[␤␠␞´§]/g, (sign) => signs[sign] ?? '')), ...bytes];
}
