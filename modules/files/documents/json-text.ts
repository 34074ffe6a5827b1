import { isDeepStrictEqual } from 'node:util';
import { BadJson, jsonValue, scanJson, type JsonMember, type JsonNode } from './json-scan.ts';
import { keyPathText, type Key, type PlainValue } from './key-path.ts';

/** Why a document cannot be changed like that. */
export class CannotChange extends Error {}

/**
 * The text of a JSON file, changed where it has to be: all that is not touched stays byte for byte, so numbers that
 * JavaScript cannot hold do, too.
 */
export class JsonText {
  #text: string;

  constructor(text: string) {
    this.#text = text.trim() === '' ? '{}\n' : text;
    try {
      scanJson(this.#text);
    } catch (error) {
      if (!(error instanceof BadJson)) throw error;
      throw new CannotChange(`is no JSON: something else was expected in ${error.message}`);
    }
  }

  get text(): string {
    return this.#text;
  }

  set(keys: readonly Key[], value: PlainValue): void {
    let node = scanJson(this.#text);
    for (const [index, key] of keys.entries()) {
      const member = find(node, key, keys.slice(0, index));
      if (member === undefined) {
        this.#insert(node, key, wrapped(keys.slice(index + 1), value));
        return;
      }
      node = member.value;
    }
    if (isDeepStrictEqual(jsonValue(this.#text, node), value)) return;
    this.#replace(node.start, node.end, this.#formatted(value, this.#indentAt(node.start)));
  }

  remove(keys: readonly Key[]): void {
    // A key may stand several times: it is there until the last of them is gone.
    while (this.#removed(keys)) if (typeof keys.at(-1) === 'number') return;
  }

  #removed(keys: readonly Key[]): boolean {
    let node = scanJson(this.#text);
    for (const [index, key] of keys.entries()) {
      if (node.kind === 'plain' || (node.kind === 'list') !== (typeof key === 'number')) return false;
      const at = node.members.findLastIndex((member, place) => (member.key ?? place) === key);
      const member = node.members[at];
      if (member === undefined) return false;
      if (index === keys.length - 1) {
        this.#cut(node, at);
        return true;
      }
      node = member.value;
    }
    return false;
  }

  #cut({ start, end, members }: JsonNode, at: number): void {
    const member = members[at];
    const before = members[at - 1];
    const after = members[at + 1];
    if (member === undefined) return;
    if (before !== undefined) this.#cutBehind(before, member, after);
    else if (after !== undefined) this.#replace(member.start, after.start, '');
    else this.#replace(start + 1, end - 1, '');
  }

  /** What is said in the line of the member before is about that one, and stays; what is said in the line of this one goes. */
  #cutBehind(before: JsonMember, member: JsonMember, after: JsonMember | undefined): void {
    const [remark] = /^,[ \t]*(?:\/\/[^\n]*|\/\*[^\n]*?\*\/[ \t]*)(?=\r?\n)/.exec(
      this.#text.slice(before.value.end, member.start),
    ) ?? [''];
    const [rest = ''] =
      /^[ \t]*,?[ \t]*(?:\/\/[^\n]*|\/\*[^\n]*?\*\/[ \t]*)?(?=\r?\n)/.exec(
        this.#text.slice(member.value.end),
      ) ?? [];
    const end = member.value.end + rest.length;
    const isComma = rest.trimStart().startsWith(',');
    if (remark === '') this.#replace(before.value.end, member.value.end, '');
    else if (isComma) this.#replace(before.value.end + remark.length, end, '');
    else if (after === undefined) this.#replace(before.value.end, end, remark.slice(1));
    else this.#replace(member.start, after.start, '');
  }

  #insert(node: JsonNode, key: Key, value: PlainValue): void {
    const outer = this.#indentAt(node.start);
    const first = node.members[0];
    const last = node.members.at(-1);
    const text = (indent: string): string =>
      (typeof key === 'number' ? '' : `${JSON.stringify(key)}${this.#spaced(':')}`) +
      this.#formatted(value, indent);
    if (first === undefined || last === undefined) {
      const inner = outer + this.#unit;
      const [open, close] = this.#folded ? ['', ''] : [this.#newline + inner, this.#newline + outer];
      const rest = this.#text.slice(node.start + 1, node.end - 1).trimEnd();
      this.#replace(node.start + 1, node.end - 1, `${rest}${open}${text(inner)}${close}`);
      return;
    }
    const gap = /\n[ \t]*$/.exec(this.#text.slice(node.start, first.start));
    const indent = gap === null ? outer : gap[0].slice(1);
    const separator = gap === null ? this.#spaced(',') : `,${this.#newline}${indent}`;
    // What is said about the last member stays in its line.
    const [remark = ''] =
      /^,?[ \t]*(?:\/\/[^\n]*|\/\*[^\n]*?\*\/[ \t]*)(?=\r?\n)/.exec(this.#text.slice(last.value.end)) ?? [];
    if (gap === null || remark === '')
      this.#replace(last.value.end, last.value.end, separator + text(indent));
    else {
      const end = last.value.end + remark.length;
      const comma = remark.startsWith(',') ? ',' : '';
      const kept = `,${remark.slice(comma.length)}${this.#newline}${indent}${text(indent)}${comma}`;
      this.#replace(last.value.end, end, kept);
    }
  }

  #replace(start: number, end: number, text: string): void {
    this.#text = this.#text.slice(0, start) + text + this.#text.slice(end);
  }

  #formatted(value: PlainValue, indent: string): string {
    if (this.#folded) return JSON.stringify(value);
    return JSON.stringify(value, undefined, this.#unit).replaceAll('\n', this.#newline + indent);
  }

  /** The white space at the beginning of the line of a place. */
  #indentAt(place: number): string {
    const line = this.#text.slice(this.#text.lastIndexOf('\n', place - 1) + 1, place);
    return /^[ \t]*/.exec(line)?.[0] ?? '';
  }

  /** A colon or a comma as they stand in a line of this file. */
  #spaced(mark: string): string {
    const tight = this.#folded && !/[:,] /.test(this.#text);
    return tight ? mark : `${mark} `;
  }

  /** All in one line. */
  get #folded(): boolean {
    const { start, end, members } = scanJson(this.#text);
    return members.length > 0 && !this.#text.slice(start, end).includes('\n');
  }

  get #unit(): string {
    return /\n([ \t]+)\S/.exec(this.#text)?.[1] ?? '  ';
  }

  get #newline(): string {
    return this.#text.includes('\r\n') ? '\r\n' : '\n';
  }
}

function find(node: JsonNode, key: Key, path: readonly Key[]): JsonMember | undefined {
  const name = path.length === 0 ? 'the document' : keyPathText(path);
  if (typeof key === 'number') {
    if (node.kind !== 'list') throw new CannotChange(`has no list at ${name}`);
    if (key > node.members.length) {
      throw new CannotChange(
        `has a list of ${node.members.length} at ${name}, so [${key}] would leave a gap`,
      );
    }
    return node.members[key];
  }
  if (node.kind !== 'object') throw new CannotChange(`has no object at ${name}`);
  return node.members.findLast((member) => member.key === key);
}

/** A value within objects and lists that are not there yet. */
export function wrapped(keys: readonly Key[], value: PlainValue): PlainValue {
  return keys.reduceRight<PlainValue>((inner, key) => {
    if (typeof key === 'string') return { [key]: inner };
    if (key === 0) return [inner];
    throw new CannotChange(`has no list there, so [${key}] would leave a gap`);
  }, value);
}
