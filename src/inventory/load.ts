import { inventoryError } from '../errors/inventory.ts';
import { TsplayError, TsplayErrors, type Place } from '../errors/tsplay-error.ts';
import { placeOfError } from '../playbook/place.ts';
import { holdSecrets } from '../secrets/sealed.ts';
import { buildInventory } from './build.ts';
import type { InventorySource } from './find.ts';
import type { Inventory } from './inventory.ts';
import { placeOfInventory } from './shape.ts';
import { readYaml } from './yaml-source.ts';

/**
 * Reads an inventory that was found.
 *
 * @param exported - the default export of one in TypeScript, which is imported together with the playbook
 * @throws {@link TsplayErrors} with all that is wrong, each with its place
 */
export async function loadInventory(source: InventorySource, exported: unknown): Promise<Inventory> {
  switch (source.kind) {
    case 'typescript': {
      const where = placeOfInventory(exported) ?? { file: source.file, line: 1, column: 1 };
      const data = await valueOf(exported, where);
      holdSecrets(data);
      return withLab(buildInventory(data, source.file, () => where));
    }
    case 'yaml': {
      const { data, locate } = await readYaml(source.file);
      return withLab(buildInventory(data, source.file, locate));
    }
    case 'lab':
      return (await import('../lab/inventory.ts')).labInventory();
  }
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
