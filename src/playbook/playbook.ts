import { dirname, resolve } from 'node:path';
import { runnerError } from '../errors/runner.ts';
import { together } from '../errors/together.ts';
import { findInventory, type InventoryNames } from '../inventory/find.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { loadInventory } from '../inventory/load.ts';
import { exportsOf, typescriptFiles } from './open-inventory.ts';
import { declarationFiles } from './declaration-files.ts';
import { inputsOf, loadModules } from './load/index.ts';
import { isPlay, type Play } from './play.ts';

/** A playbook and the inventory that it runs on. */
export interface Loaded {
  readonly file: string;
  readonly plays: readonly Play[];
  readonly inventory: Inventory;
  /** What the user has written of all that it is made from; see {@link inputsOf}. */
  readonly inputs: () => Promise<Readonly<Record<string, string>>>;
}

/** Loads a playbook and an inventory, type-checked together. Throws what is wrong with either at once. */
export async function loadPlaybook(
  playbook: string,
  inventory: InventoryNames,
  cwd: string,
): Promise<Loaded> {
  const file = resolve(cwd, playbook);
  const found = findInventory(inventory, cwd);
  const modules = found.then(
    (source) =>
      loadModules([file, ...typescriptFiles(source)], { declarations: declarationFiles(file, source) }),
    () => loadModules([file], { declarations: declarationFiles(file, undefined) }),
  );
  const hosts = async (): Promise<Inventory> => {
    const source = await found;
    // Only an inventory in TypeScript has to wait until it is checked.
    const loaded = typescriptFiles(source).length > 0 ? (await modules).slice(1) : [];
    return loadInventory(source, exportsOf(source, loaded), dirname(file));
  };
  const [plays, loaded] = await together(
    modules.then(([book]) => playsOf(file, book?.exports['default'])),
    hosts(),
  );
  const inputs = async (): Promise<Readonly<Record<string, string>>> => {
    const source = await found;
    return inputsOf([file, ...typescriptFiles(source)], { declarations: declarationFiles(file, source) });
  };
  return { file, plays, inventory: loaded, inputs };
}

function playsOf(file: string, exported: unknown): readonly Play[] {
  // A list may have playbooks in it, each one play or a list.
  const plays: readonly unknown[] = [exported].flat(2);
  if (plays.length > 0 && plays.every(isPlay)) return plays;
  throw runnerError('not-a-playbook', { file }, { where: { file, line: 1, column: 1 } });
}
