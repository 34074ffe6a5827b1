import { buildInventory } from './build.ts';
import type { InventorySource } from './find.ts';
import type { Inventory } from './inventory.ts';
import { readYaml } from './yaml-source.ts';

/** Reads an inventory that was found. TypeScript ones have been imported already, with the playbook. */
export async function loadInventory(source: InventorySource, exported: unknown): Promise<Inventory> {
  switch (source.kind) {
    case 'typescript': {
      const data: unknown =
        typeof exported === 'function' ? await (exported as () => unknown)() : await exported;
      return buildInventory(data, source.file, () => ({ file: source.file, line: 1, column: 1 }));
    }
    case 'yaml': {
      const { data, locate } = await readYaml(source.file);
      return buildInventory(data, source.file, locate);
    }
    case 'lab':
      return (await import('../lab/inventory.ts')).labInventory();
  }
}
