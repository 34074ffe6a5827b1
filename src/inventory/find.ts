import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { inventoryError } from '../errors/inventory.ts';
import { near } from '../errors/near.ts';

const endings = ['.ts', '.mts', '.yaml', '.yml', '.json'] as const;

/** What `-i` means: a file, or the built-in lab. */
export type InventorySource =
  | { readonly kind: 'typescript' | 'yaml'; readonly file: string }
  | { readonly kind: 'lab' };

/**
 * Finds the inventory that `-i NAME` names, seen from `cwd`: a file, a file in `inventory/` with or without its ending,
 * or, where there is no such file, `lab`.
 */
export async function findInventory(name: string, cwd: string): Promise<InventorySource> {
  const folder = join(cwd, 'inventory');
  const [exact] = await files([resolve(cwd, name), resolve(folder, name)]);
  if (exact !== undefined) return sourceOf(exact);
  const base = name.includes('/') ? resolve(cwd, name) : join(folder, name);
  const found = await files(endings.map((ending) => `${base}${ending}`));
  if (found.length > 1) throw inventoryError('inventory-ambiguous', { name, files: found });
  const [file] = found;
  if (file !== undefined) return sourceOf(file);
  if (name === 'lab') return { kind: 'lab' };
  const there = await inventoriesIn(folder);
  const names = [...there.map((one) => basename(one).replace(/\.\w+$/, '')), 'lab'];
  throw inventoryError('inventory-not-found', { name, folder, there, near: near(name, names) });
}

function sourceOf(file: string): InventorySource {
  const ending = endings.find((one) => file.endsWith(one));
  if (ending === undefined || file.endsWith('.d.ts')) throw inventoryError('inventory-kind', { file });
  return { kind: ending.endsWith('ts') ? 'typescript' : 'yaml', file };
}

/** Those of the paths that are files. */
async function files(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  return paths.filter((_, index) => found[index]?.isFile() === true);
}

async function inventoriesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => endings.some((ending) => name.endsWith(ending))).toSorted();
}
