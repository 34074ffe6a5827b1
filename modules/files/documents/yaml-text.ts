import { isDeepStrictEqual } from 'node:util';
import type * as Library from 'yaml';
import type { OpenDocument } from './document.ts';
import { CannotChange, wrapped } from './json-text.ts';
import { keyPathText, type Key, type PlainValue } from './key-path.ts';

/** Words and numbers that YAML 1.1 takes for something else than a text. */
const otherwise = /^(?:y|yes|n|no|on|off|[-+]?0[0-7_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)$/i;

/** The text of a YAML file. Comments, order and the way of writing stay; white space becomes as it is in most of it. */
export class YamlText implements OpenDocument {
  readonly #library: typeof Library;
  readonly #document: Library.Document.Parsed;
  readonly #source: string;
  /** Nothing but comments, which belong to no document. */
  readonly #isEmpty: boolean;
  #changed = false;

  constructor(library: typeof Library, text: string) {
    this.#library = library;
    this.#source = text;
    const [document, ...others] = library.parseAllDocuments(text);
    this.#isEmpty = document === undefined;
    if (others.length > 0)
      throw new CannotChange('has several YAML documents; which one is meant cannot be told');
    this.#document = (document ?? library.parseDocument('')) as Library.Document.Parsed;
    const [wrong] = this.#document.errors;
    if (wrong !== undefined) {
      const line = wrong.linePos?.[0].line;
      throw new CannotChange(
        `is no YAML: ${line === undefined ? '' : `line ${line}: `}${wrong.message.split('\n')[0]}`,
      );
    }
  }

  get text(): string {
    if (!this.#changed) return this.#source;
    const indent = /\n( +)[^\s#-]/.exec(`\n${this.#source}`)?.[1]?.length ?? 2;
    const text = this.#document.toString({
      lineWidth: 0,
      indent: Math.min(indent, 8),
      indentSeq: !/^( *)[^\s#][^\n]*:[ \t]*\n\1- /m.test(this.#source),
      flowCollectionPadding: !/[{[][^\s{}[\]]/.test(this.#source),
    });
    const lead = this.#isEmpty ? this.#source.replace(/(?<=[^\n])$/, '\n') : '';
    return this.#source.includes('\r\n') ? (lead + text).replaceAll(/\r?\n/g, '\r\n') : lead + text;
  }

  set(keys: readonly Key[], value: PlainValue): void {
    const { isCollection, isMap, isSeq, isScalar } = this.#library;
    let node: unknown = this.#document.contents;
    if (node === null || (isScalar(node) && node.value === null)) {
      const made = this.#made(wrapped(keys, value));
      const said = [node?.commentBefore, node?.comment].filter((one) => typeof one === 'string');
      if (said.length > 0) made.commentBefore = said.join('\n');
      this.#document.contents = made as Library.ParsedNode;
      this.#changed = true;
      return;
    }
    for (const [index, named] of keys.entries()) {
      const key = this.#keyIn(node, named);
      const name = index === 0 ? 'the document' : keyPathText(keys.slice(0, index));
      if (typeof named === 'number' ? !isSeq(node) : !isMap(node)) {
        const alias = this.#library.isAlias(node) ? '; there is an alias' : '';
        throw new CannotChange(`has no ${typeof named === 'number' ? 'list' : 'object'} at ${name}${alias}`);
      }
      if (!isCollection(node)) return;
      if (isSeq(node) && Number(key) > node.items.length) {
        throw new CannotChange(
          `has a list of ${node.items.length} at ${name}, so [${named}] would leave a gap`,
        );
      }
      const next = node.get(key, true);
      const last = index === keys.length - 1;
      if (!last && next !== undefined && !(isScalar(next) && next.value === null)) {
        node = next;
        continue;
      }
      const wanted = wrapped(keys.slice(index + 1), value);
      if (next !== undefined && isDeepStrictEqual(this.#plain(next), wanted)) return;
      this.#changed = true;
      // One that stands there keeps what is said about it, and its quotes.
      if (isScalar(next) && (typeof wanted !== 'object' || wanted === null)) {
        next.value = wanted;
        if (typeof wanted === 'string' && otherwise.test(wanted)) next.type ??= 'QUOTE_DOUBLE';
        if (typeof wanted === 'string' && otherwise.test(wanted) && next.type === 'PLAIN')
          next.type = 'QUOTE_DOUBLE';
      } else node.set(key, this.#made(wanted));
      return;
    }
  }

  remove(keys: readonly Key[]): void {
    const { isMap, isSeq } = this.#library;
    let node: unknown = this.#document.contents;
    for (const [index, named] of keys.entries()) {
      const key = this.#keyIn(node, named);
      if (!(typeof named === 'number' ? isSeq(node) : isMap(node))) return;
      const collection = node as Library.YAMLMap | Library.YAMLSeq;
      if (!collection.has(key)) return;
      if (index === keys.length - 1) {
        collection.delete(key);
        this.#changed = true;
        return;
      }
      node = collection.get(key, true);
    }
  }

  /** The key as it is in this map, where `80` and `true` are no texts: a path cannot say what it is. */
  #keyIn(node: unknown, key: Key): unknown {
    const { isMap, isScalar } = this.#library;
    if (typeof key === 'number' || !isMap(node) || node.has(key)) return key;
    const there = node.items.find(
      (pair) => isScalar(pair.key) && (pair.key.source ?? String(pair.key.value)) === key,
    );
    return there === undefined ? key : there.key;
  }

  #plain(node: unknown): unknown {
    return this.#library.isNode(node) ? node.toJS(this.#document) : node;
  }

  #made(value: PlainValue): Library.Node {
    const node = this.#document.createNode(value);
    this.#library.visit(node, {
      Scalar: (_key, scalar) => {
        if (typeof scalar.value === 'string' && otherwise.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
      },
    });
    return node;
  }
}
