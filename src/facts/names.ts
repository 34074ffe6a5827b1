import type { FactGroup } from './index.ts';

// The groups themselves are imported where one is read: most plays read none.
const names: Readonly<Record<FactGroup, true>> = {
  system: true,
  hardware: true,
  users: true,
  mounts: true,
  time: true,
  network: true,
  sockets: true,
  routes: true,
  bonding: true,
  bridges: true,
  namespaces: true,
  ipvs: true,
  firewall: true,
  local: true,
};

/** The names of all groups of facts, in the order in which they are shown. */
export const factGroupNames = Object.keys(names) as readonly FactGroup[];

/** Is there a group of this name? */
export function isFactGroup(name: unknown): name is FactGroup {
  return typeof name === 'string' && Object.hasOwn(names, name);
}
