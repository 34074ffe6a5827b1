import type { Document, Node, Pair, ParsedNode, Scalar, Tags } from 'yaml';
import { inventoryError } from '../errors/inventory.ts';
import { TsplayErrors, type Place, type TsplayError } from '../errors/tsplay-error.ts';
import { mayHaveSecrets, sealDocument } from '../secrets/seal-yaml.ts';
import type { Locate } from './inventory.ts';

/** A key that stands in a mapping more than once. */
interface RepeatedKey {
  readonly name: string;
  readonly where: Place;
}

/** A whole number that has been rounded, as it is written. */
interface InexactNumber {
  readonly number: string;
  readonly where: Place;
}

/** What a file in YAML says, and where. */
export interface YamlSource {
  readonly data: unknown;
  /** Keys that stand in their mapping before. */
  readonly repeated: readonly RepeatedKey[];
  readonly inexact: readonly InexactNumber[];
  /** The place of the key or list item at a path, or of what is nearest around it. */
  readonly locate: Locate;
  /** The same, but of the value where that begins on the line of its key. */
  readonly locateValue: Locate;
  /** Goes through all keys and values as they are written. */
  readonly walk: (each: (path: readonly string[], node: Node) => void) => void;
  readonly placeOf: (node: Node) => Place;
}

/** What is known of a text in YAML before it is read. */
export interface Dialect {
  /** Those of another dialect than YAML 1.2. */
  readonly tags?: Tags;
  /** The text was encrypted: its values, or those of variables, are secrets, and no message has a part of it. */
  readonly hidden?: 'values' | 'vars' | undefined;
  /** Takes what is wrong with values that should be secrets, so that the rest is looked at too. */
  readonly tell?: (problem: TsplayError) => void;
}

/** Reads YAML, or JSON, which YAML contains. Throws all errors of its syntax. */
export async function parseYaml(text: string, file: string, dialect: Dialect = {}): Promise<YamlSource> {
  const { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } = await import('yaml');
  const lines = new LineCounter();
  const { tags, hidden, tell } = dialect;
  const document: Document.Parsed<ParsedNode, boolean> = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    // The library takes a time for it that grows with the square of their number.
    uniqueKeys: false,
    ...(tags === undefined ? {} : { schema: 'failsafe', customTags: tags }),
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const placeOf = (node: Node): Place => placeAt(node.range?.[0] ?? 0);
  const wrong: TsplayError[] = [];
  const complain = (problem: string, where: Place): void => {
    wrong.push(inventoryError('inventory-syntax', { problem }, { where }));
  };
  for (const { code, message, pos } of [...document.errors, ...(tags === undefined ? [] : document.warnings)])
    complain(
      hidden === undefined ? message : `it is no YAML once it is decrypted (${code})`,
      placeAt(pos[0]),
    );
  const repeated: RepeatedKey[] = [];
  const inexact: InexactNumber[] = [];
  visit(document, {
    Scalar(_, node) {
      // Of what was encrypted, the text itself is taken. Dialects of their own read numbers themselves.
      if (tags === undefined && hidden === undefined && isInexact(node))
        inexact.push({ number: `${node.source}`, where: placeOf(node) });
    },
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (isMap(key) || isSeq(key)) complain('a key must be text, not a list or mapping', placeOf(key));
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) repeated.push({ name: String(key.value), where: placeOf(key) });
        seen.add(key.value);
      }
    },
  });
  if (wrong.length > 0) throw new TsplayErrors(wrong);
  if (hidden !== undefined || mayHaveSecrets(text)) {
    const problems = await sealDocument(document, { file, placeOf, hidden });
    if (tell !== undefined) problems.forEach(tell);
    else if (problems.length > 0) throw new TsplayErrors(problems);
  }
  const resolved = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  const nameOf = ({ key }: Pair): string => String(isScalar(key) ? key.value : key);
  const pairs = new WeakMap<object, ReadonlyMap<string, Pair>>();
  /** The pair of a key, of a repeated one the last, which may come from a mapping that is merged in. */
  const pairAt = (map: unknown, key: string): Pair | undefined => {
    if (!isMap(map)) return undefined;
    let own = pairs.get(map);
    if (own === undefined) pairs.set(map, (own = new Map(map.items.map((pair) => [nameOf(pair), pair]))));
    const found = own.get(key);
    if (found !== undefined) return found;
    const merged = map.items.flatMap((pair) => {
      const { value } = pair;
      if (!isScalar(pair.key) || pair.key.source !== '<<') return [];
      const from = resolved(value);
      return isSeq(from) ? from.items.map(resolved) : [from];
    });
    return merged.map((from) => pairAt(from, key)).find((pair) => pair !== undefined);
  };
  const locateIn =
    (preferValue: boolean): Locate =>
    (path) => {
      let node: unknown = document.contents;
      let place: Place = { file, line: 1, column: 1 };
      for (const [index, part] of path.entries()) {
        const inside = resolved(node);
        if (isSeq(inside)) {
          node = inside.items[Number(part)];
          if (!isNode(node)) break;
          place = placeOf(node);
        } else {
          const pair = pairAt(inside, part);
          if (pair === undefined) break;
          if (isNode(pair.key)) place = placeOf(pair.key);
          node = pair.value;
          if (preferValue && index === path.length - 1 && isNode(node)) {
            const value = placeOf(node);
            if (value.line === place.line) place = value;
          }
        }
      }
      return place;
    };
  const walk: YamlSource['walk'] = (each) => {
    const below = (node: unknown, path: readonly string[]): void => {
      if (!isNode(node)) return;
      each(path, node);
      if (isMap(node)) for (const pair of node.items) below(pair.value, [...path, nameOf(pair)]);
      if (isSeq(node)) for (const [index, item] of node.items.entries()) below(item, [...path, `${index}`]);
    };
    below(document.contents, []);
  };
  return {
    data: dataOf(document, file),
    repeated,
    inexact,
    locate: locateIn(false),
    locateValue: locateIn(true),
    walk,
    placeOf,
  };
}

/** JavaScript would round it, or take it for infinite. */
function isInexact({ value, source = '' }: Scalar): boolean {
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return false;
  return !Number.isFinite(value) ? /\d/.test(source) : /^[-+]?(?:\d+|0o\d+|0x[\da-f]+)$/i.test(source);
}

function dataOf(document: Document.Parsed<ParsedNode, boolean>, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    // What is merged in is no mapping, or aliases stand for more than a person would write.
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new TsplayErrors([
      inventoryError('inventory-syntax', { problem }, { where: { file, line: 1, column: 1 }, cause }),
    ]);
  }
}
