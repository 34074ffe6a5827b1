import {
  builtins,
  query,
  reading,
  sh,
  value,
  type Claim,
  type Query,
  type Step,
} from '../../../src/steps/index.ts';

/** The family of addresses: packet filters keep rules of both apart. */
export type Family = 4 | 6;

/** Where a chain is called from, in the words of the runtime: before routing, from the host itself, and on the way out. */
export type Hook = 'PRE' | 'OUT' | 'POST';

/** The chain that a task has at one place. */
export interface Chain {
  readonly table: 'nat' | 'mangle';
  readonly hook: Hook;
  /** Rules in words that no backend has: see the runtime. */
  readonly rules: readonly Rule[];
}

/** The words of a rule: texts without white space. */
export type Rule = readonly (string | number)[];

/** The names of tasks, which are names of chains. iptables takes 28 characters, our own are in front. */
export const nameLength = 16;

/** What is wrong with the name of a task that has chains, or of a set. */
export function firewallNameProblem(name: string): string | undefined {
  return new RegExp(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,${nameLength - 1}}$`).test(name)
    ? undefined
    : `the name '${name}' becomes a name in the packet filter: give up to ${nameLength} letters, digits and any of _.-, beginning with a letter or digit`;
}

/** All of our chains in a family, and the backend. The runtime knows the backend by the output of these. */
const listings: Readonly<Record<Family, Query>> = {
  4: query('firewall4', sh`ts_firewall 4`),
  6: query('firewall6', sh`ts_firewall 6`),
};

/** The claim to the chains of a name, or to that there are none. */
export function chainsClaim(family: Family, name: string, order: number, chains: readonly Chain[]): Claim {
  return { resource: `chains:${family}:${name}`, value: described(order, chains) || 'absent' };
}

/**
 * The task has these chains and no others, each called by its hook in the order of numbers. They are replaced as one; a
 * rule that somebody has put into one of them, or taken out, is found and goes.
 */
export function chainSteps(
  family: Family,
  name: string,
  order: number,
  chains: readonly Chain[],
): readonly Step[] {
  return [...chains.map((chain) => wayStep(family, chain)), ofTask(family, name, described(order, chains))];
}

/** The task has no chains. With the last ones of a hook goes what calls them. */
export function noChainsStep(family: Family, name: string): Step {
  return ofTask(family, name, '');
}

function ofTask(family: Family, name: string, want: string): Step {
  const listing = listings[family];
  return value(`chains of ${name}${family === 6 ? ' (IPv6)' : ''}`, {
    uses: [listing],
    read: reading(builtins`ts_chains ${listing.output} ${family} ${name}`),
    want,
    write: sh`ts_set_chains "$1" ${listing.output} ${family} ${name}`,
  });
}

const hookNames = { PRE: 'PREROUTING', OUT: 'OUTPUT', POST: 'POSTROUTING' } as const;

/** The hook calls the chains of tasks: many tasks need that, and the first one makes it. */
function wayStep(family: Family, { table, hook }: Chain): Step {
  const listing = listings[family];
  const resource = `firewall:${family}:${table}:${hook}` as const;
  return value(`jump from ${table} ${hookNames[hook]}${family === 6 ? ' (IPv6)' : ''}`, {
    uses: [listing],
    read: reading(builtins`ts_way ${listing.output} ${table} ${hook}`),
    want: 'whole',
    write: sh`ts_set_way "$1" ${listing.output} ${family} ${table} ${hook}`,
    inside: resource,
    fresh: 'set',
    provides: resource,
  });
}

/** As the runtime prints it: for each chain its place and number, then its rules. */
function described(order: number, chains: readonly Chain[]): string {
  if (chains.length === 0) return '';
  return [
    'rules',
    ...chains.flatMap(({ table, hook, rules }) => [
      `${table} ${hook} ${order}`,
      ...rules.map((rule) => `  ${rule.join(' ')}`),
    ]),
  ].join('\n');
}
