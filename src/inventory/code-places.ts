import { readFileSync } from 'node:fs';
import type { Place } from '../errors/tsplay-error.ts';

/** Where a property or an item stands: what names it, and its value. */
interface Entry {
  readonly name: string;
  readonly key: number;
  readonly value: number;
}

/** Thrown where code is not plain enough to be followed, and never out of this file. */
class NotPlain extends Error {}

/**
 * Finds where the data of an inventory in TypeScript is written, by the keys and indexes that lead to it, from the call
 * of `defineInventory`. Object literals are followed, and constants of the same file; what is computed has the place of
 * what is around it.
 */
export class CodePlaces {
  readonly #call: Place;
  #code: string | undefined;
  #start: number | undefined;

  constructor(call: Place) {
    this.#call = call;
  }

  /** The place of a key or an item. */
  locate = (path: readonly string[]): Place => this.#find(path, false);

  /** The place of a value where it begins on the line of its key, else of the key. */
  locateValue = (path: readonly string[]): Place => this.#find(path, true);

  #find(path: readonly string[], preferValue: boolean): Place {
    let found: Entry | undefined;
    try {
      const reader = new CodeReader(this.#text());
      let at = (this.#start ??= reader.dataOfCall(offsetOf(this.#text(), this.#call)));
      for (const [index, name] of path.entries()) {
        const entry = reader.entries(at).findLast((one) => one.name === name);
        if (entry === undefined) break;
        found = index < path.length - 1 ? { ...entry, value: entry.key } : entry;
        at = entry.value;
      }
    } catch (error) {
      if (!(error instanceof NotPlain)) throw error;
    }
    if (found === undefined) return this.#call;
    const key = placeAt(this.#text(), found.key, this.#call.file);
    const value = placeAt(this.#text(), found.value, this.#call.file);
    return preferValue && value.line === key.line ? value : key;
  }

  #text(): string {
    try {
      return (this.#code ??= readFileSync(this.#call.file, 'utf8'));
    } catch {
      throw new NotPlain();
    }
  }
}

const pairs: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

class CodeReader {
  readonly #code: string;

  constructor(code: string) {
    this.#code = code;
  }

  /** Where the object literal begins that a call is given, or that the function returns which it is given. */
  dataOfCall(call: number): number {
    const open = this.#match(/[\w$.]+\s*(?:<[\w\s,]*>\s*)?\(/y, call);
    const argument = this.#constant(this.#blanks(open));
    if (this.#code[argument] === '{') return argument;
    const arrow = this.#until(argument, '=>');
    let at = this.#blanks(arrow + 2);
    while (this.#code[at] === '(') at = this.#blanks(at + 1);
    if (this.#code[at] !== '{') throw new NotPlain();
    if (this.#code.slice(arrow, at).includes('(')) return at;
    // A body with braces: what it returns.
    at = this.#until(at + 1, 'return');
    at = this.#blanks(at + 'return'.length);
    while (this.#code[at] === '(') at = this.#blanks(at + 1);
    return at;
  }

  /** The properties of an object literal, or the items of an array literal; none of anything else. */
  entries(value: number): readonly Entry[] {
    const open = this.#constant(value);
    const close = pairs[this.#code[open] ?? ''];
    if (close === undefined || close === ')') return [];
    const entries: Entry[] = [];
    let at = this.#blanks(open + 1);
    while (this.#code[at] !== close) {
      if (close === ']') entries.push({ name: `${entries.length}`, key: at, value: at });
      else {
        const entry = this.#property(at);
        if (entry !== undefined) entries.push(entry);
      }
      at = this.#end(at);
      if (this.#code[at] === ',') at = this.#blanks(at + 1);
      else if (this.#code[at] !== close) throw new NotPlain();
    }
    return entries;
  }

  /** Where the value of a constant is written, if it is one that stands here alone. */
  #constant(at: number): number {
    const alone = /[A-Za-z_$][\w$]*(?=\s*[,)\]}])/y;
    alone.lastIndex = at;
    const [name] = alone.exec(this.#code) ?? [];
    if (name === undefined) return at;
    const declaration = new RegExp(
      String.raw`^(?:export )?const ${name.replaceAll('$', String.raw`\$`)}\b(?:\s*:[^=;]*)?\s*=\s*`,
      'gm',
    );
    const [found, other] = this.#code.matchAll(declaration);
    return found === undefined || other !== undefined ? at : found.index + found[0].length;
  }

  #property(at: number): Entry | undefined {
    const named = /(?:([\w$]+)|'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")/y;
    named.lastIndex = at;
    const [text = '', word, single, double] = named.exec(this.#code) ?? [];
    // What is spread or computed cannot be followed.
    if (text === '') return undefined;
    const name = word ?? single ?? double ?? '';
    const behind = this.#blanks(at + text.length);
    const value = this.#code[behind] === ':' ? this.#blanks(behind + 1) : at;
    return { name, key: at, value };
  }

  /** Where the comma or bracket stands that ends what begins here. */
  #end(from: number): number {
    let at = from;
    let before = ',';
    while (at < this.#code.length) {
      const character = this.#code[at] ?? '';
      if (',)]}'.includes(character)) return at;
      const next = this.#over(at, before);
      before = /\s/.test(character) || next === this.#blanks(at) ? before : character;
      at = next;
    }
    throw new NotPlain();
  }

  /** Behind what stands here: a blank, a comment, a text, something between brackets, or one character. */
  #over(at: number, before: string): number {
    const character = this.#code[at] ?? '';
    const behind = this.#blanks(at);
    if (behind > at) return behind;
    if (character === "'" || character === '"') {
      return this.#match(character === "'" ? /'(?:[^'\\\n]|\\[^])*'/y : /"(?:[^"\\\n]|\\[^])*"/y, at);
    }
    if (character === '`') return this.#template(at);
    if (character === '/' && '(,=:[!&|?{};+'.includes(before)) {
      return this.#match(/\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y, at);
    }
    const close = pairs[character];
    return close === undefined ? at + 1 : this.#between(at + 1, close) + 1;
  }

  /** Where the bracket stands that closes what was opened before. */
  #between(from: number, close: string): number {
    let at = from;
    let before = '(';
    while (this.#code[at] !== close) {
      if (at >= this.#code.length || ')]}'.includes(this.#code[at] ?? '')) throw new NotPlain();
      const next = this.#over(at, before);
      before = next === this.#blanks(at) ? before : (this.#code[at] ?? '');
      at = next;
    }
    return at;
  }

  #template(from: number): number {
    let at = from + 1;
    while (this.#code[at] !== '`') {
      if (at >= this.#code.length) throw new NotPlain();
      if (this.#code[at] === '\\') at += 2;
      else if (this.#code.startsWith('${', at)) at = this.#between(at + 2, '}') + 1;
      else at += 1;
    }
    return at + 1;
  }

  /** Where a word stands that is within no brackets and no text. */
  #until(from: number, word: string): number {
    let at = from;
    while (!this.#code.startsWith(word, at)) {
      if (at >= this.#code.length || ')]}'.includes(this.#code[at] ?? '')) throw new NotPlain();
      at = this.#over(at, '');
    }
    return at;
  }

  #blanks(at: number): number {
    return this.#match(/(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*/y, at);
  }

  #match(expression: RegExp, at: number): number {
    expression.lastIndex = at;
    const found = expression.exec(this.#code);
    if (found === null) throw new NotPlain();
    return at + found[0].length;
  }
}

function offsetOf(code: string, { line, column }: Place): number {
  let start = 0;
  for (let number = 1; number < line; number += 1) {
    start = code.indexOf('\n', start) + 1;
    if (start === 0) throw new NotPlain();
  }
  return start + column - 1;
}

function placeAt(code: string, offset: number, file: string): Place {
  const before = code.slice(0, offset).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
