import type { Host, Inventory } from '../inventory/inventory.ts';

/** The machine that tsplay runs on, for inventories that have no host of this name. */
export const controller: Host = {
  name: 'localhost',
  connection: 'local',
  address: 'localhost',
  vars: {},
  groups: ['all'],
};

/** A host of the inventory, or the controller. */
export function hostNamed(inventory: Inventory, name: string): Host | undefined {
  return inventory.hosts.get(name) ?? (name === controller.name ? controller : undefined);
}
