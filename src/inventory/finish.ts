import { inventoryError } from '../errors/inventory.ts';
import { TsplayErrors } from '../errors/tsplay-error.ts';
import type { Draft, GroupDraft, HostDraft, HostSettings } from './draft.ts';
import { circlesOf, depthsOf, membersOf } from './groups.ts';
import type { Host, Inventory, Layer } from './inventory.ts';

/**
 * Makes an inventory of what its sources have said.
 *
 * A variable has the value of its strongest layer: those of `all`, of groups from the outermost to the innermost, of
 * the files under `group_vars/` in the same order, of the host, of the files under `host_vars/`. Files beside the
 * playbook come behind those beside the inventory.
 *
 * @param source - what `-i` named
 * @throws {@link TsplayErrors} with all that is wrong
 */
export async function finishInventory(draft: Draft, source: string): Promise<Inventory> {
  const { hosts, groups, problems } = draft;
  if (hosts.has('all')) {
    const problem = 'is the group of all hosts, and no host can have its name';
    problems.push(
      inventoryError('inventory-invalid', { path: 'all', problem }, { where: hosts.get('all')?.where() }),
    );
  }
  if (problems.length === 0) checkCircles(draft);
  if (problems.length > 0) throw new TsplayErrors(problems);
  if (draft.hasUngrouped) settleUngrouped(draft);
  addRoots(groups);
  const members = new Map([...groups.keys()].map((name) => [name, membersOf(groups, name)]));
  const order = strengthOrder(groups);
  const finished = new Map<string, Host>();
  for (const name of [...(members.get('all') ?? []), ...hosts.keys()]) {
    const host = hosts.get(name);
    if (host === undefined || finished.has(name)) continue;
    const within = order.filter((group) => group === 'all' || members.get(group)?.has(name));
    const layers = layersOf(
      host,
      within.flatMap((group) => groups.get(group) ?? []),
    );
    const vars = Object.fromEntries(layers.flatMap((layer) => Object.entries(layer.vars)));
    finished.set(name, {
      ...withDefaults(name, host.settings),
      vars,
      layers,
      groups: within,
      where: host.where,
    });
  }
  warnOfSameNames(draft);
  const names = [...members].map(([group, of]) => [group, [...of]] as const);
  return {
    source,
    hosts: await withVariables(finished, draft),
    groups: new Map([...names, ['all', [...finished.keys()]]]),
    graph: new Map(
      [...groups].map(([name, { hosts, children }]) => [
        name,
        { hosts: [...hosts], children: [...children] },
      ]),
    ),
    warnings: draft.warnings,
  };
}

function checkCircles({ groups, problems }: Draft): void {
  for (const { group, circle } of circlesOf(groups)) {
    const where = groups.get(group)?.where();
    const problem = `is within itself (${circle})`;
    problems.push(inventoryError('inventory-invalid', { path: `group ${group}`, problem }, { where }));
  }
}

/** Groups that are in no other are in `all`. */
function addRoots(groups: ReadonlyMap<string, GroupDraft>): void {
  const inside = new Set([...groups.values()].flatMap(({ children }) => [...children]));
  for (const name of groups.keys()) {
    if (name !== 'all' && !inside.has(name)) groups.get('all')?.children.add(name);
  }
}

/** The group `ungrouped` has the hosts that are in no other than `all`. */
function settleUngrouped({ hosts, groups }: Draft): void {
  const grouped = new Set(
    [...groups].flatMap(([name, group]) => (['all', 'ungrouped'].includes(name) ? [] : [...group.hosts])),
  );
  const ungrouped = groups.get('ungrouped')?.hosts;
  for (const name of hosts.keys()) {
    if (grouped.has(name)) ungrouped?.delete(name);
    else ungrouped?.add(name);
  }
}

/** Groups from the weakest to the strongest: by depth, then by priority, then by name. */
function strengthOrder(groups: ReadonlyMap<string, GroupDraft>): readonly string[] {
  const depths = depthsOf(groups);
  return [...groups]
    .map(([name, { priority }]) => ({ name, priority, depth: name === 'all' ? -1 : (depths.get(name) ?? 0) }))
    .toSorted((a, b) => a.depth - b.depth || a.priority - b.priority || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

/**
 * All layers of a host, the weakest first. Files under `group_vars/` are stronger than what sources say of groups, and
 * those beside the playbook stronger than all beside the inventory; but those of `all` come before those of groups.
 *
 * @param groups - those of the host, `all` first
 */
function layersOf(host: HostDraft, groups: readonly GroupDraft[]): readonly Layer[] {
  const [all, ...others] = groups;
  return [
    ...groups.flatMap(({ layers }) => layers),
    ...(all?.files ?? []),
    ...(all?.playbookFiles ?? []),
    ...others.flatMap(({ files }) => files),
    ...others.flatMap(({ playbookFiles }) => playbookFiles),
    ...host.layers,
    ...host.files,
    ...host.playbookFiles,
  ];
}

function withDefaults(name: string, settings: HostSettings): Omit<Host, 'vars' | 'groups'> {
  const { connection = 'ssh', address = name, ...rest } = settings;
  return { name, connection, address, ...rest };
}

/** Hosts with the settings that variables named `ansible_…` give them. */
async function withVariables(
  hosts: ReadonlyMap<string, Host>,
  draft: Draft,
): Promise<ReadonlyMap<string, Host>> {
  const isMeant = [...hosts.values()].some(({ vars }) =>
    Object.keys(vars).some((name) => name.startsWith('ansible_')),
  );
  if (!isMeant) return hosts;
  return (await import('./ansible/settings.ts')).applySettings(hosts, draft);
}

/** In sources of Ansible, a host and a group may have the same name. */
function warnOfSameNames({ hosts, groups, warnings }: Draft): void {
  for (const [name, group] of groups) {
    if (!hosts.has(name)) continue;
    const message = `${name} is a host and a group: in patterns it is the host, and behind & and ! the group; variables of the host are its own, which Ansible gives to the group`;
    warnings.push({ message, where: group.where() });
  }
}
