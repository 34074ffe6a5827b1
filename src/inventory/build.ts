import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { inventoryError } from '../errors/inventory.ts';
import { TsplayErrors, type Place } from '../errors/tsplay-error.ts';
import { checkNames, groupMembers, groupOrder, readNames, type Names } from './groups.ts';
import type { Host, Inventory } from './inventory.ts';
import { checkShape } from './schema.ts';
import type { HostData, Vars } from './shape.ts';

/** Finds the place of a value by the keys and indexes that lead to it, where the source has places. */
export type Locate = (path: readonly string[]) => Place | undefined;

/**
 * Checks the data of an inventory and works out its hosts, groups and variables.
 *
 * @param source - the file that it comes from; key files are relative to it
 * @throws {@link TsplayErrors} with all that is wrong
 */
export function buildInventory(data: unknown, source: string, locate: Locate): Inventory {
  const names = readNames(data);
  const shape = checkShape(data);
  const problems = [...(shape.problems ?? []), ...checkNames(names)];
  if (shape.data === undefined || problems.length > 0) {
    throw new TsplayErrors(
      problems.map(({ path, problem }) =>
        inventoryError('inventory-invalid', { path: path.join('.'), problem }, { where: locate(path) }),
      ),
    );
  }
  const { hosts: own = {}, groups = {}, vars } = shape.data;
  const members = groupMembers(names.groups);
  const order = groupOrder(names.groups);
  const varsOf = new Map(Object.entries(groups).map(([name, group]) => [name, group.vars]));
  const dataOf = new Map(Object.entries(own));
  const hosts = new Map<string, Host>();
  for (const [name, path] of hostPaths(names)) {
    const data = dataOf.get(name) ?? {};
    const within = order.filter((group) => members.get(group)?.has(name));
    hosts.set(name, {
      ...settings(name, data, source),
      vars: merged([vars, ...within.map((group) => varsOf.get(group)), data.vars]),
      groups: ['all', ...within],
      where: locate(path),
    });
  }
  const groupHosts = [...members].map(([group, of]) => [group, [...of]] as const);
  return { source, hosts, groups: new Map([...groupHosts, ['all', [...hosts.keys()]]]) };
}

/** All hosts, in the order of the inventory, with the path of what makes each one exist. */
function hostPaths({ hosts, groups }: Names): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>(hosts.map((name) => [name, ['hosts', name]]));
  for (const [group, { hosts: members }] of groups) {
    for (const [index, name] of members.entries()) {
      if (!paths.has(name)) paths.set(name, ['groups', group, 'hosts', `${index}`]);
    }
  }
  return paths;
}

function settings(name: string, data: HostData, source: string): Omit<Host, 'vars' | 'groups'> {
  const file = (path: string): string => resolve(dirname(source), path.replace(/^~(?=\/)/, homedir()));
  return {
    name,
    connection: data.connection ?? 'ssh',
    address: data.address ?? name,
    port: data.port,
    user: data.user,
    identityFiles: data.identityFiles?.map(file),
    knownHostsFiles: data.knownHostsFiles?.map(file),
    hostKeyAlias: data.hostKeyAlias,
    becomeMethod: data.becomeMethod,
    becomePassword: data.becomePassword,
  };
}

/** Of variables with the same name, the last one: values are not merged with each other. */
function merged(layers: readonly (Vars | undefined)[]): Vars {
  return Object.fromEntries(layers.flatMap((layer) => Object.entries(layer ?? {})));
}
