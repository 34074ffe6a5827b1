import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { inventoryError } from '../errors/inventory.ts';

const endings = ['ts', 'yaml', 'yml', 'json'] as const;

/** What `-i` means: a file, a name in `inventory/`, or the built-in lab. */
export type InventorySource =
  | { readonly kind: 'typescript' | 'yaml'; readonly file: string }
  | { readonly kind: 'lab' };

/** Finds the inventory that `-i NAME` names, seen from `cwd`. */
export async function findInventory(name: string, cwd: string): Promise<InventorySource> {
  const named = endings.map((ending) => join(cwd, 'inventory', `${name}.${ending}`));
  const candidates = /\.(ts|ya?ml|json)$/.test(name) ? [resolve(cwd, name)] : named;
  const there = await Promise.all(candidates.map(isFile));
  const files = candidates.filter((_, index) => there[index]);
  if (files.length > 1) throw inventoryError('inventory-ambiguous', { name, files });
  const [file] = files;
  if (file !== undefined) return { kind: file.endsWith('.ts') ? 'typescript' : 'yaml', file };
  if (name === 'lab') return { kind: 'lab' };
  throw inventoryError('inventory-not-found', { name, looked: candidates });
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
