import { warningTexts, type Inventory } from '../../inventory/inventory.ts';
import type { InventoryNames } from '../../inventory/find.ts';
import { openInventory } from '../../playbook/open-inventory.ts';
import { warn } from '../command.ts';

/** Reads an inventory, and tells what it warns of. */
export async function open(names: InventoryNames): Promise<Inventory> {
  const inventory = await openInventory(names, process.cwd());
  tellWarnings(inventory);
  return inventory;
}

/** Tells what an inventory warns of. */
export function tellWarnings(inventory: Inventory): void {
  for (const message of warningTexts(inventory, process.cwd())) warn(message);
}
