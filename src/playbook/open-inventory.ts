import { findInventory, type InventoryNames, type InventorySource } from '../inventory/find.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { loadInventory } from '../inventory/load.ts';
import { loadModules, type LoadedModule } from './load/index.ts';

/** Finds an inventory, type-checks what of it is TypeScript, and reads it, where no playbook is needed. */
export async function openInventory(names: InventoryNames, cwd: string): Promise<Inventory> {
  const source = await findInventory(names, cwd);
  const files = typescriptFiles(source);
  return loadInventory(source, exportsOf(source, files.length > 0 ? await loadModules(files) : []));
}

/** The files of an inventory that have to be checked and imported. */
export function typescriptFiles(source: InventorySource): readonly string[] {
  if (source.kind === 'lab') return [];
  return source.files.flatMap(({ kind, file }) => (kind === 'typescript' ? file : []));
}

/** Gives what the files of an inventory export. The modules are those of its TypeScript, in the same order. */
export function exportsOf(
  source: InventorySource,
  modules: readonly LoadedModule[],
): (file: string) => unknown {
  const files = typescriptFiles(source);
  return (file) => modules[files.indexOf(file)]?.exports['default'];
}
