import { readFile } from 'node:fs/promises';
import { inventoryError } from '../errors/inventory.ts';
import { TsplayErrors, type Place } from '../errors/tsplay-error.ts';
import { mayHaveSecrets, sealDocument } from '../secrets/seal-yaml.ts';
import type { Locate } from './build.ts';

/** What an inventory file says, and where. */
export interface YamlSource {
  readonly data: unknown;
  readonly locate: Locate;
}

/** Reads an inventory file in YAML, or in JSON, which YAML contains. Throws all errors of its syntax. */
export async function readYaml(file: string): Promise<YamlSource> {
  const { isMap, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const text = await readFile(file, 'utf8');
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (document.errors.length > 0) {
    throw new TsplayErrors(
      document.errors.map(({ message, pos }) =>
        inventoryError('inventory-syntax', { problem: message }, { where: placeAt(pos[0]) }),
      ),
    );
  }
  const wrong = mayHaveSecrets(text)
    ? await sealDocument(document, (node) => placeAt(node.range?.[0] ?? 0))
    : [];
  if (wrong.length > 0) throw new TsplayErrors(wrong);
  const places = new Map<string, Place>();
  const note = (path: readonly string[], node: unknown): void => {
    const { range } = node as { readonly range?: readonly [number, number, number] | null };
    if (range !== undefined && range !== null) places.set(JSON.stringify(path), placeAt(range[0]));
  };
  const visit = (node: unknown, path: readonly string[]): void => {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const below = [...path, String(isScalar(key) ? key.value : key)];
        note(below, key);
        visit(value, below);
      }
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        note([...path, `${index}`], item);
        visit(item, [...path, `${index}`]);
      }
    }
  };
  visit(document.contents, []);
  const locate: Locate = (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const found = places.get(JSON.stringify(path.slice(0, length)));
      if (found !== undefined) return found;
    }
    return { file, line: 1, column: 1 };
  };
  return { data: document.toJS(), locate };
}
