import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inventoryError } from '../errors/inventory.ts';
import { TsplayError, TsplayErrors, type Place } from '../errors/tsplay-error.ts';
import { placeOfError } from '../playbook/place.ts';
import { holdSecrets } from '../secrets/sealed.ts';
import { addData } from './add-data.ts';
import { CodePlaces } from './code-places.ts';
import { Draft } from './draft.ts';
import type { InventorySource, SourceFile } from './find.ts';
import { finishInventory } from './finish.ts';
import type { Inventory } from './inventory.ts';
import { placeOfInventory } from './shape.ts';

/**
 * Reads an inventory that was found.
 *
 * @param exported - gives the default export of a file in TypeScript; these are imported together with the playbook
 * @param besidePlaybook - a folder whose `group_vars/` and `host_vars/` are stronger than those of the inventory
 * @throws {@link TsplayErrors} with all that is wrong, each with its place
 */
export async function loadInventory(
  source: InventorySource,
  exported: (file: string) => unknown,
  besidePlaybook?: string,
): Promise<Inventory> {
  if (source.kind === 'lab') return (await import('../lab/inventory.ts')).labInventory();
  const draft = new Draft();
  // What is wrong with one file does not keep what is wrong with the others from being told.
  for (const file of source.files) await collecting(draft, () => addSource(draft, file, exported));
  for (const folder of source.folders) await collecting(draft, () => addVars(draft, folder, 'files'));
  if (besidePlaybook !== undefined && !source.folders.includes(besidePlaybook))
    await collecting(draft, () => addVars(draft, besidePlaybook, 'playbookFiles'));
  return withLab(await finishInventory(draft, source.paths.join(', ')));
}

async function collecting(draft: Draft, add: () => Promise<void>): Promise<void> {
  try {
    await add();
  } catch (error) {
    if (error instanceof TsplayErrors) draft.problems.push(...error.errors);
    else if (error instanceof TsplayError) draft.problems.push(error);
    else throw error;
  }
}

async function addVars(draft: Draft, folder: string, as: 'files' | 'playbookFiles'): Promise<void> {
  const there = await Promise.all(['group_vars', 'host_vars'].map((name) => isFolder(join(folder, name))));
  if (there.includes(true)) {
    await (await import('./ansible/vars-folders.ts')).addVarsFolders(draft, folder, as);
  }
}

async function addSource(
  draft: Draft,
  { kind, file }: SourceFile,
  exported: (file: string) => unknown,
): Promise<void> {
  if (kind !== 'typescript') return (await import('./add-file.ts')).addFile(draft, kind, file);
  const declared = exported(file);
  const call = placeOfInventory(declared);
  const where = call ?? { file, line: 1, column: 1 };
  const places =
    call === undefined ? { locate: () => where, locateValue: () => where } : new CodePlaces(call);
  const data = await valueOf(declared, where);
  holdSecrets(data);
  addData(draft, data, file, places);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function withLab(inventory: Inventory): Promise<Inventory> {
  if (![...inventory.hosts.values()].some((host) => host.connection === 'lab')) return inventory;
  return (await import('../lab/inventory.ts')).onLab(inventory);
}

async function valueOf(exported: unknown, where: Place): Promise<unknown> {
  try {
    return typeof exported === 'function' ? await (exported as () => unknown)() : await exported;
  } catch (cause) {
    if (cause instanceof TsplayError || cause instanceof TsplayErrors) throw cause;
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw inventoryError('inventory-threw', { problem }, { where: placeOfError(cause) ?? where, cause });
  }
}
