import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { inventoryError } from '../errors/inventory.ts';
import { near } from '../errors/near.ts';
import { isIgnored, kindOf, type SourceKind } from './source-kind.ts';

/** Endings that a name in `inventory/` may be given without. */
const endings = ['.ts', '.mts', '.yaml', '.yml', '.json', '.ini'] as const;

/** One file of an inventory. */
export interface SourceFile {
  readonly kind: SourceKind;
  readonly file: string;
}

/** What `-i` means: a file or a folder of files, or the built-in lab. */
export type InventorySource =
  | {
      readonly kind: 'files';
      /** The file or folder itself. */
      readonly path: string;
      /** In the order in which they are merged. */
      readonly files: readonly SourceFile[];
      /** Where `group_vars/` and `host_vars/` are looked for. */
      readonly folder: string;
    }
  | { readonly kind: 'lab' };

/**
 * Finds the inventory that `-i NAME` names, seen from `cwd`: a file or folder, one in `inventory/` with or without its
 * ending, or, where there is none, `lab`.
 */
export async function findInventory(name: string, cwd: string): Promise<InventorySource> {
  const folder = join(cwd, 'inventory');
  const exact = await first([resolve(cwd, name), resolve(folder, name)], 'file');
  if (exact !== undefined) return ofFile(exact);
  const base = name.includes('/') ? resolve(cwd, name) : join(folder, name);
  const found = [
    ...(await those([base], 'folder')),
    ...(await those(
      endings.map((ending) => `${base}${ending}`),
      'file',
    )),
  ];
  if (found.length > 1) throw inventoryError('inventory-ambiguous', { name, files: found });
  const [one] = found;
  if (one !== undefined) return one === base ? ofFolder(one) : ofFile(one);
  if (name === 'lab') return { kind: 'lab' };
  const here = await first([resolve(cwd, name)], 'folder');
  if (here !== undefined) return ofFolder(here);
  const there = await inventoriesIn(folder);
  const names = [...there.map((one) => basename(one).replace(/\.\w+$/, '')), 'lab'];
  throw inventoryError('inventory-not-found', { name, folder, there, near: near(name, names) });
}

async function ofFile(file: string): Promise<InventorySource> {
  return { kind: 'files', path: file, files: [{ kind: await kindOf(file), file }], folder: dirname(file) };
}

async function ofFolder(folder: string): Promise<InventorySource> {
  const found = await filesIn(folder);
  const files = await Promise.all(found.map(async (file) => ({ kind: await kindOf(file), file })));
  if (files.length === 0) throw inventoryError('inventory-folder-empty', { folder });
  return { kind: 'files', path: folder, files, folder };
}

/** The sources of a folder, and of folders within it, in the order of their names. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of (await readdir(folder)).toSorted((a, b) => (a < b ? -1 : 1))) {
    if (isIgnored(name)) continue;
    const path = join(folder, name);
    if (await is(path, 'folder')) files.push(...(await filesIn(path)));
    else files.push(path);
  }
  return files;
}

async function is(path: string, kind: 'file' | 'folder'): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return kind === 'file' ? found?.isFile() === true : found?.isDirectory() === true;
}

/** Those of the paths that are files, or folders. */
async function those(paths: readonly string[], kind: 'file' | 'folder'): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => is(path, kind)));
  return paths.filter((_, index) => found[index]);
}

async function first(paths: readonly string[], kind: 'file' | 'folder'): Promise<string | undefined> {
  const [one] = await those(paths, kind);
  return one;
}

/** What there is in a folder to be named, for a message. */
async function inventoriesIn(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder).catch(() => [])).filter(
    (name) => !isIgnored(name) || name.endsWith('.ini'),
  );
  const folders = await those(
    names.map((name) => join(folder, name)),
    'folder',
  );
  return names
    .filter((name) => endings.some((ending) => name.endsWith(ending)) || folders.includes(join(folder, name)))
    .toSorted();
}
