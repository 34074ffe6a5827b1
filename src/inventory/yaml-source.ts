import type { Document, Node, Pair, ParsedNode, Tags } from 'yaml';
import { inventoryError } from '../errors/inventory.ts';
import { TsplayErrors, type Place, type TsplayError } from '../errors/tsplay-error.ts';
import { mayHaveSecrets, sealDocument } from '../secrets/seal-yaml.ts';
import type { Locate } from './inventory.ts';

/** What a file in YAML says, and where. */
export interface YamlSource {
  readonly data: unknown;
  /** The place of the key or list item at a path, or of what is nearest around it. */
  readonly locate: Locate;
  /** The same, but of the value where that begins on the line of its key. */
  readonly locateValue: Locate;
  /** Goes through all keys and values as they are written. */
  readonly walk: (each: (path: readonly string[], node: Node) => void) => void;
  readonly placeOf: (node: Node) => Place;
}

/** A dialect of YAML: the tags that are known, and whether a key may stand in a mapping twice. */
export interface Dialect {
  readonly tags?: Tags;
  readonly repeatedKeys?: boolean;
}

/** Reads YAML, or JSON, which YAML contains. Throws all errors of its syntax. */
export async function parseYaml(text: string, file: string, dialect: Dialect = {}): Promise<YamlSource> {
  const { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } = await import('yaml');
  const lines = new LineCounter();
  const { tags, repeatedKeys = false } = dialect;
  const document: Document.Parsed<ParsedNode, boolean> = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    uniqueKeys: !repeatedKeys,
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
  for (const { message, pos } of document.errors) complain(message, placeAt(pos[0]));
  if (tags !== undefined)
    for (const { message, pos } of document.warnings) complain(message, placeAt(pos[0]));
  visit(document, {
    Pair(_, { key }) {
      if (isMap(key) || isSeq(key)) complain('a key must be text, not a list or mapping', placeOf(key));
    },
  });
  if (wrong.length === 0 && mayHaveSecrets(text)) wrong.push(...(await sealDocument(document, placeOf)));
  if (wrong.length > 0) throw new TsplayErrors(wrong);
  const resolved = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  const nameOf = ({ key }: Pair): string => String(isScalar(key) ? key.value : key);
  /** The pair of a key, of a repeated one the last, which may come from a mapping that is merged in. */
  const pairAt = (map: unknown, key: string): Pair | undefined => {
    if (!isMap(map)) return undefined;
    const own = map.items.findLast((pair) => nameOf(pair) === key);
    if (own !== undefined) return own;
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
    locate: locateIn(false),
    locateValue: locateIn(true),
    walk,
    placeOf,
  };
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
