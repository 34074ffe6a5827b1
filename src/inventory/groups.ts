import { didYouMean, near } from '../errors/near.ts';
import type { Problem } from './schema.ts';

/** What a group names directly. */
export interface GroupNames {
  readonly hosts: readonly string[];
  readonly children: readonly string[];
}

/** The names in an inventory: what its hosts and groups are called, and who names whom. */
export interface Names {
  /** Hosts with an entry of their own. */
  readonly hosts: readonly string[];
  readonly groups: ReadonlyMap<string, GroupNames>;
}

/** Reads the names from data that may be wrong otherwise, so that all that is wrong can be told at once. */
export function readNames(data: unknown): Names {
  const { hosts, groups } = record(data);
  return {
    hosts: Object.keys(record(hosts)),
    groups: new Map(
      Object.entries(record(groups)).map(([name, group]) => {
        const { hosts, children } = record(group);
        return [name, { hosts: strings(hosts), children: strings(children) }];
      }),
    ),
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((one) => (typeof one === 'string' ? one : '')) : [];
}

/** What is wrong between names: twice the same, children that are no groups, groups within themselves. */
export function checkNames({ hosts, groups }: Names): readonly Problem[] {
  const own = new Set(hosts);
  const problems: Problem[] = [];
  for (const [group, { hosts: members, children }] of groups) {
    const path = ['groups', group];
    if (own.has(group)) problems.push({ path, problem: 'has the name of a host' });
    problems.push(...repeated([...path, 'hosts'], members), ...repeated([...path, 'children'], children));
    for (const [index, member] of members.entries()) {
      if (groups.has(member)) {
        problems.push({
          path: [...path, 'hosts', `${index}`],
          problem: `is the group ${member}, not a host`,
        });
      }
    }
    for (const [index, child] of children.entries()) {
      if (groups.has(child) || child === '') continue;
      const what = own.has(child) ? `is the host ${child}, not a group` : `is no group: ${child}`;
      const problem = `${what}${didYouMean(own.has(child) ? [] : near(child, groups.keys()))}`;
      problems.push({ path: [...path, 'children', `${index}`], problem });
    }
  }
  return [...problems, ...circles(groups)];
}

function repeated(path: readonly string[], names: readonly string[]): readonly Problem[] {
  return names.flatMap((name, index) =>
    name !== '' && names.indexOf(name) < index
      ? [{ path: [...path, `${index}`], problem: `names ${name} a second time` }]
      : [],
  );
}

/** One problem for each circle, told from the group where it is met first. */
function circles(groups: Names['groups']): readonly Problem[] {
  const problems: Problem[] = [];
  const done = new Set<string>();
  const visit = (group: string, above: readonly string[]): void => {
    const start = above.indexOf(group);
    if (start >= 0) {
      const circle = [...above.slice(start), group].join(' > ');
      problems.push({ path: ['groups', group], problem: `is within itself (${circle})` });
    }
    if (start >= 0 || done.has(group)) return;
    for (const child of groups.get(group)?.children ?? []) visit(child, [...above, group]);
    done.add(group);
  };
  for (const group of groups.keys()) visit(group, []);
  return problems;
}

/** All hosts of each group, those of its children included. The names have been checked. */
export function groupMembers(groups: Names['groups']): ReadonlyMap<string, ReadonlySet<string>> {
  const members = new Map<string, ReadonlySet<string>>();
  const collect = (group: string): ReadonlySet<string> => {
    const { hosts = [], children = [] } = groups.get(group) ?? {};
    const all =
      members.get(group) ?? new Set([...hosts, ...children.flatMap((child) => [...collect(child)])]);
    members.set(group, all);
    return all;
  };
  for (const group of groups.keys()) collect(group);
  return members;
}

/** Groups from the outermost to the innermost; those of the same depth by name. */
export function groupOrder(groups: Names['groups']): readonly string[] {
  const depths = new Map<string, number>();
  const visit = (group: string, depth: number): void => {
    if ((depths.get(group) ?? -1) >= depth) return;
    depths.set(group, depth);
    for (const child of groups.get(group)?.children ?? []) visit(child, depth + 1);
  };
  for (const group of groups.keys()) visit(group, 0);
  return [...depths].toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([group]) => group);
}
