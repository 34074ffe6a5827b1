import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { inventoryError } from '../errors/inventory.ts';
import { TsplayErrors, type Place, type TsplayError } from '../errors/tsplay-error.ts';
import type { Host, Inventory } from './inventory.ts';
import { inventoryShape, type CheckedInventory } from './shape.ts';

/** Finds the place of a value by its path, where the source has places. */
export type Locate = (path: readonly string[]) => Place | undefined;

/** Checks the data of an inventory and works out its hosts, groups and variables. Reports all problems at once. */
export function buildInventory(data: unknown, source: string, locate: Locate): Inventory {
  const checked = v.safeParse(inventoryShape, data);
  if (!checked.success) {
    throw new TsplayErrors(
      checked.issues.map((issue) => {
        const path = (issue.path ?? []).map((item) => String(item.key));
        return inventoryError(
          'inventory-invalid',
          { path: path.join('.'), problem: issue.message },
          { where: locate(path) },
        );
      }),
    );
  }
  const shape = checked.output;
  const problems: TsplayError[] = [];
  const members = groupMembers(shape, locate, problems);
  if (problems.length > 0) throw new TsplayErrors(problems);
  const names = new Set([...Object.keys(shape.hosts ?? {}), ...[...members.values()].flat()]);
  const order = groupOrder(shape);
  const hosts = new Map<string, Host>();
  for (const name of names) {
    const own = shape.hosts?.[name] ?? {};
    const groups = order.filter((group) => members.get(group)?.includes(name));
    const layers = [shape.vars, ...groups.map((group) => shape.groups?.[group]?.vars), own.vars];
    hosts.set(name, {
      name,
      connection: own.connection ?? 'ssh',
      address: own.address ?? name,
      port: own.port,
      user: own.user,
      identityFiles: own.identityFiles?.map((file) => filePath(file, source)),
      knownHostsFiles: own.knownHostsFiles?.map((file) => filePath(file, source)),
      hostKeyAlias: own.hostKeyAlias,
      becomeMethod: own.becomeMethod,
      vars: Object.assign({}, ...layers),
      groups: ['all', ...groups],
      where: locate(['hosts', name]),
    });
  }
  return { source, hosts, groups: new Map([...members, ['all', [...names]]]) };
}

function filePath(file: string, source: string): string {
  return resolve(dirname(source), file.replace(/^~(?=\/)/, homedir()));
}

/** All hosts of each group, those of its children included. */
function groupMembers(
  shape: CheckedInventory,
  locate: Locate,
  problems: TsplayError[],
): Map<string, string[]> {
  const members = new Map<string, string[]>();
  const groups = shape.groups ?? {};
  const collect = (group: string, path: readonly string[]): string[] => {
    const where = locate(['groups', group]);
    const fail = (problem: string): string[] => {
      problems.push(inventoryError('inventory-invalid', { path: `groups.${group}`, problem }, { where }));
      return [];
    };
    if (path.includes(group)) return fail(`the group is its own child (${[...path, group].join(' > ')})`);
    const known = members.get(group);
    if (known !== undefined) return known;
    const own = groups[group];
    if (own === undefined || own === null) return [];
    const all = new Set(own.hosts ?? []);
    for (const child of own.children ?? []) {
      if (!(child in groups)) fail(`its child '${child}' is not a group`);
      else for (const host of collect(child, [...path, group])) all.add(host);
    }
    members.set(group, [...all]);
    return [...all];
  };
  for (const group of Object.keys(groups)) {
    if (shape.hosts !== undefined && group in shape.hosts) {
      const problem = 'a host has the same name';
      problems.push(
        inventoryError(
          'inventory-invalid',
          { path: `groups.${group}`, problem },
          { where: locate(['groups', group]) },
        ),
      );
    }
    collect(group, []);
  }
  return members;
}

/** Groups from the outermost to the innermost, so that a child's variables win; by name at the same depth. */
function groupOrder(shape: CheckedInventory): readonly string[] {
  const groups = shape.groups ?? {};
  const depths = new Map<string, number>();
  const visit = (group: string, depth: number): void => {
    if ((depths.get(group) ?? -1) >= depth) return;
    depths.set(group, depth);
    for (const child of groups[group]?.children ?? []) visit(child, depth + 1);
  };
  for (const group of Object.keys(groups)) visit(group, 0);
  return [...depths].toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([group]) => group);
}
