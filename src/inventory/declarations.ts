import type { Host, Inventory } from './inventory.ts';
import { property, typeOfValues } from './type-of-values.ts';

/**
 * Declarations of an inventory in TypeScript: the names of its hosts and groups, and the types of its variables. They
 * stand in a global interface, so that any number of inventories can have some, and nothing has to import them.
 *
 * @param key - what tells it from other inventories
 * @param command - the command line that makes them anew
 */
export function declarationsOf(inventory: Inventory, key: string, command: string): string {
  const { hosts, groups } = inventory;
  const all = [...hosts.values()];
  const names = [...new Set(all.flatMap(({ vars }) => Object.keys(vars)))].toSorted(byCode);
  const vars = names.map((name) => {
    const values = all.flatMap(({ vars }) => (Object.hasOwn(vars, name) ? [vars[name]] : []));
    return `      readonly ${property(name)}: ${typeOfValues(values, '      ')};`;
  });
  const ofGroups = [...groups]
    .toSorted(([a], [b]) => byCode(a, b))
    .map(([name, members]) => {
      const { every, some } = namesIn(
        members.flatMap((member) => hosts.get(member) ?? []),
        names,
      );
      return `      readonly ${property(name)}: { readonly every: ${union(every)}; readonly some: ${union(some)} };`;
    });
  // A name may have anything in it, but not end the comment.
  const made = command.replaceAll(/[^\x20-\x7e]/g, '?');
  return `// Made by \`${made}\`, which makes it anew when the inventory has changed.
interface TsplayInventories {
  readonly ${property(key)}: {
    readonly hosts: ${union([...hosts.keys()].toSorted(byCode))};
    readonly vars: {
${vars.join('\n')}
    };
    readonly groups: {
${ofGroups.join('\n')}
    };
  };
}
`.replaceAll(/\n\n+/g, '\n');
}

/** The variables that every one of some hosts has, and those that only some have. Of no hosts, nothing is known. */
function namesIn(
  hosts: readonly Host[],
  names: readonly string[],
): { readonly every: readonly string[]; readonly some: readonly string[] } {
  if (hosts.length === 0) return { every: [], some: names };
  const count = (name: string): number => hosts.filter(({ vars }) => Object.hasOwn(vars, name)).length;
  return {
    every: names.filter((name) => count(name) === hosts.length),
    some: names.filter((name) => count(name) > 0 && count(name) < hosts.length),
  };
}

function union(names: readonly string[]): string {
  return names.length === 0 ? 'never' : names.map((name) => JSON.stringify(name)).join(' | ');
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : 1;
}
