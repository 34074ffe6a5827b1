import { didYouMean, near } from '../errors/near.ts';
import { circlesOf } from './groups.ts';
import type { Problem } from './schema.ts';

/** What a group names directly. */
interface GroupNames {
  readonly hosts: readonly string[];
  readonly children: readonly string[];
}

/** The names in the data of an inventory: what its hosts and groups are called, and who names whom. */
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

/**
 * What is wrong between names: twice the same, children that are no groups, groups within themselves.
 *
 * @param known - groups of other sources, which may be named too
 */
export function checkNames({ hosts, groups }: Names, known: Iterable<string>): readonly Problem[] {
  const own = new Set(hosts);
  const all = new Set([...groups.keys(), ...known]);
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
      if (all.has(child) || child === '') continue;
      const what = own.has(child) ? `is the host ${child}, not a group` : `is no group: ${child}`;
      const problem = `${what}${didYouMean(own.has(child) ? [] : near(child, all))}`;
      problems.push({ path: [...path, 'children', `${index}`], problem });
    }
  }
  for (const { group, circle } of circlesOf(groups)) {
    problems.push({ path: ['groups', group], problem: `is within itself (${circle})` });
  }
  return problems;
}

function repeated(path: readonly string[], names: readonly string[]): readonly Problem[] {
  return names.flatMap((name, index) =>
    name !== '' && names.indexOf(name) < index
      ? [{ path: [...path, `${index}`], problem: `names ${name} a second time` }]
      : [],
  );
}
