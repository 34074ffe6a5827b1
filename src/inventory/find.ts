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

/** What `-i` means: files and folders of files, or the built-in lab. */
export type InventorySource =
  | {
      readonly kind: 'files';
      /** The files and folders themselves. */
      readonly paths: readonly string[];
      /** In the order in which they are merged. */
      readonly files: readonly SourceFile[];
      /** Where `group_vars/` and `host_vars/` are looked for, in the order in which they are merged. */
      readonly folders: readonly string[];
    }
  | { readonly kind: 'lab' };

/** What `-i` names, once or several times. */
export type InventoryNames = string | readonly string[];

/** The names as one, for messages and events. */
export function inventoryText(names: InventoryNames): string {
  return [names].flat().join(',');
}

/**
 * Finds the inventory that `-i NAME` names, seen from `cwd`: a file or folder, one in `inventory/` with or without its
 * ending, or, where there is none, `lab`. Several are merged in their order.
 */
export async function findInventory(names: InventoryNames, cwd: string): Promise<InventorySource> {
  const sources = await Promise.all([...new Set([names].flat())].map((name) => findOne(name, cwd)));
  const [first] = sources;
  if (sources.length === 1 && first !== undefined) return first;
  const found = sources.flatMap((source) => {
    if (source.kind === 'lab') throw inventoryError('inventory-lab-alone', undefined);
    return source;
  });
  return {
    kind: 'files',
    paths: found.flatMap(({ paths }) => paths),
    files: found.flatMap(({ files }) => files),
    folders: [...new Set(found.flatMap(({ folders }) => folders))],
  };
}

async function findOne(name: string, cwd: string): Promise<InventorySource> {
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
  return {
    kind: 'files',
    paths: [file],
    files: [{ kind: await kindOf(file), file }],
    folders: [dirname(file)],
  };
}

async function ofFolder(folder: string): Promise<InventorySource> {
  const found = await filesIn(folder);
  const files = await Promise.all(found.map(async (file) => ({ kind: await kindOf(file), file })));
  if (files.length === 0) throw inventoryError('inventory-folder-empty', { folder });
  return { kind: 'files', paths: [folder], files, folders: [folder] };
}

/** The sources of a folder, and of folders within it, in the order of their names. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of (await readdir(folder)).toSorted((a, b) => (a < b ? -1 : 1))) {
    if (isIgnored(name)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) files.push(...(await filesIn(path)));
    // A link that leads nowhere is told when it is read; a pipe would keep us waiting.
    else if (found === undefined || found.isFile()) files.push(path);
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
