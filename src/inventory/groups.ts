/** A group, and who is in it. */
export interface Membership {
  readonly hosts: Iterable<string>;
  readonly children: Iterable<string>;
}

/**
 * All hosts of a group: its own first, then those of its children, then those of their children. Names of groups that
 * do not exist are passed over, and circles are gone round once.
 */
export function membersOf(groups: ReadonlyMap<string, Membership>, name: string): ReadonlySet<string> {
  const members = new Set<string>();
  const seen = new Set([name]);
  for (const group of seen) {
    const { hosts = [], children = [] } = groups.get(group) ?? {};
    for (const host of hosts) members.add(host);
    for (const child of children) seen.add(child);
  }
  return members;
}

/** How far within others each group is, by the longest way from outside. There are no circles. */
export function depthsOf(groups: ReadonlyMap<string, Membership>): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  const visit = (group: string, depth: number): void => {
    if ((depths.get(group) ?? -1) >= depth) return;
    depths.set(group, depth);
    for (const child of groups.get(group)?.children ?? []) visit(child, depth + 1);
  };
  for (const group of groups.keys()) visit(group, 0);
  return depths;
}

/** Every circle of groups, told from the group where it is met first: `a > b > a`. */
export function circlesOf(
  groups: ReadonlyMap<string, Membership>,
): readonly { readonly group: string; readonly circle: string }[] {
  const circles: { readonly group: string; readonly circle: string }[] = [];
  const done = new Set<string>();
  const visit = (group: string, above: readonly string[]): void => {
    const start = above.indexOf(group);
    if (start >= 0) circles.push({ group, circle: [...above.slice(start), group].join(' > ') });
    if (start >= 0 || done.has(group)) return;
    for (const child of groups.get(group)?.children ?? []) visit(child, [...above, group]);
    done.add(group);
  };
  for (const group of groups.keys()) visit(group, []);
  return circles;
}
