import { query, reading, requires, sh, value, type Resource, type Step } from '../../../src/steps/index.ts';
import { ipsetTool } from '../../tools.ts';
import type { Family } from './chains.ts';

/** The names of all sets of ours. */
const sets = query('ipsets', sh`ts_ipsets`);

/** The resource that a set is. */
export function setResource(name: string): Resource {
  return `ipset:${name}`;
}

/** The set is this, all of it as one value; empty: there is none. */
export function setStep(name: string, want: string): Step {
  return value(`ipset ${name}`, {
    uses: [sets],
    read: reading(sh`ts_ipset ${sets.output} ${name}`),
    want,
    write: sh`ts_set_ipset "$1" ${sets.output} ${name}`,
    ...(want === '' ? {} : { provides: setResource(name) }),
  });
}

/** What rules need that name these sets. */
export function setSteps(family: Family, names: readonly string[]): readonly Step[] {
  if (names.length === 0) return [];
  return [
    ipsetTool,
    ...[...new Set(names)].map((name) =>
      requires(`ipset ${name}`, {
        uses: [sets],
        inside: setResource(name),
        fresh: 'set',
        test: sh`ts_has_ipset ${sets.output} ${family} ${name}`,
        otherwise: `there is no set ${name} of IPv${family} on this host: make it by ipset('${name}', …) before`,
      }),
    ),
  ];
}
