import { resolve } from 'node:path';
import { runnerError } from '../errors/runner.ts';
import { findInventory } from '../inventory/find.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { loadInventory } from '../inventory/load.ts';
import { loadModules } from './load/index.ts';
import { isPlay, type Play } from './play.ts';

/** A playbook and the inventory that it runs on. */
export interface Loaded {
  readonly file: string;
  readonly plays: readonly Play[];
  readonly inventory: Inventory;
}

/** Loads a playbook and an inventory, type-checked together. */
export async function loadPlaybook(playbook: string, inventory: string, cwd: string): Promise<Loaded> {
  const file = resolve(cwd, playbook);
  const source = await findInventory(inventory, cwd);
  const files = source.kind === 'typescript' ? [file, source.file] : [file];
  const [book, hosts] = await loadModules(files);
  const exported = book?.exports['default'];
  const plays = Array.isArray(exported) ? exported : [exported];
  if (plays.length === 0 || !plays.every(isPlay)) {
    throw runnerError('not-a-playbook', { file }, { where: { file, line: 1, column: 1 } });
  }
  return { file, plays, inventory: await loadInventory(source, hosts?.exports['default']) };
}
