import { readFile } from 'node:fs/promises';
import { inventoryError } from '../errors/inventory.ts';
import { TsplayErrors, type Place } from '../errors/tsplay-error.ts';
import type { Locate } from './build.ts';

/** Reads an inventory file in YAML or JSON (which YAML contains), with the place of each value. */
export async function readYaml(file: string): Promise<{ data: unknown; locate: Locate }> {
  const { isPair, LineCounter, parseDocument, visit } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(await readFile(file, 'utf8'), { lineCounter: lines, uniqueKeys: true });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  if (document.errors.length > 0) {
    throw new TsplayErrors(
      document.errors.map((error) =>
        inventoryError(
          'inventory-invalid',
          { path: '', problem: error.message.split('\n')[0] ?? '' },
          { where: place(error.pos[0]) },
        ),
      ),
    );
  }
  const places = new Map<string, Place>();
  visit(document, {
    Pair(_key, node, ancestors) {
      const path = [...ancestors, node].flatMap((one) => (isPair(one) ? [String(one.key)] : []));
      const { range } = node.key as { range?: [number, number, number] | null };
      if (range !== undefined && range !== null) places.set(JSON.stringify(path), place(range[0]));
    },
  });
  const locate: Locate = (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const found = places.get(JSON.stringify(path.slice(0, length)));
      if (found !== undefined) return found;
    }
    return { file, line: 1, column: 1 };
  };
  return { data: document.toJS(), locate };
}
