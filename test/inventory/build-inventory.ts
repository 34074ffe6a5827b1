import { addData } from '../../src/inventory/add-data.ts';
import { Draft } from '../../src/inventory/draft.ts';
import { finishInventory } from '../../src/inventory/finish.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';

/** The inventory that data makes, as if it stood in a file. */
export function buildInventory(data: unknown, file: string): Promise<Inventory> {
  const draft = new Draft();
  addData(draft, data, file, { locate: () => undefined, locateValue: () => undefined });
  return finishInventory(draft, file);
}
