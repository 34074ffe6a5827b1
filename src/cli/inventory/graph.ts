import { inventoryError } from '../../errors/inventory.ts';
import { near } from '../../errors/near.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { cuttable, span, whole, type Line } from '../../report/line.ts';
import type { InventoryFlags } from './flags.ts';
import { open } from './open.ts';
import { print, printJson } from './print.ts';

/** A group with all that is below it. */
interface Tree {
  readonly name: string;
  readonly children: readonly Tree[];
  /** Hosts that it names itself. */
  readonly hosts: readonly string[];
}

/** Shows a group, and what is in it, as a tree. */
export async function showGraph({
  inventory: names,
  json,
  group,
}: InventoryFlags & { readonly group: string }): Promise<void> {
  const inventory = await open(names);
  const { graph, source } = inventory;
  if (!graph.has(group)) {
    throw inventoryError('no-such-group', { name: group, source, near: near(group, graph.keys()) });
  }
  const tree = treeOf(inventory, group);
  if (json) printJson(tree);
  else print([whole(span(tree.name, 'strong')), ...branches(tree, '')]);
}

/** Under `all` stand only those hosts that no group has. */
function treeOf({ graph, groups }: Inventory, name: string): Tree {
  const below = (group: string): Tree => {
    const { hosts = [], children = [] } = graph.get(group) ?? {};
    return { name: group, children: children.map(below), hosts };
  };
  const tree = below(name);
  if (name !== 'all') return tree;
  const grouped = new Set([...groups].flatMap(([group, members]) => (group === 'all' ? [] : members)));
  return { ...tree, hosts: (groups.get('all') ?? []).filter((host) => !grouped.has(host)) };
}

function branches({ children, hosts }: Tree, indent: string): readonly Line[] {
  const below = [...children, ...hosts];
  return below.flatMap((one, index) => {
    const isLast = index === below.length - 1;
    const branch = span(`${indent}${isLast ? '└── ' : '├── '}`, 'dim');
    if (typeof one === 'string') return [cuttable(branch, one)];
    return [
      cuttable(branch, span(one.name, 'strong')),
      ...branches(one, `${indent}${isLast ? '    ' : '│   '}`),
    ];
  });
}
