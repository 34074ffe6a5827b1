import { builtins, query, reading, sh, value, type Claim, type Step } from '../../../src/steps/index.ts';
import { canonicalAddress } from '../address.ts';
import type { NexthopObjects } from './nexthop-route.ts';
import { protocol, type Leg } from './route-steps.ts';

/** All next hops and groups: one process for all steps that look at them. */
const allObjects = query('nexthops', sh`exec ip -N -o nexthop show`);

/** The next hops of the legs, and then their group. */
export function objectSteps(o: NexthopObjects | undefined, legs: readonly Leg[]): readonly Step[] {
  if (o === undefined) return [];
  return [
    ...o.members.map((id, i) => objectStep(id, hopWords(legs[i] ?? {}))),
    objectStep(o.group, groupWords(o, legs)),
  ];
}

/** None of them. A group that other routes have must not go: their routes would go with it. */
export function noObjectSteps(o: NexthopObjects | undefined): readonly Step[] {
  return o === undefined ? [] : [o.group, ...o.members].map((id) => objectStep(id, ''));
}

export function objectClaims(
  o: NexthopObjects | undefined,
  legs: readonly Leg[],
  present: boolean,
): readonly Claim[] {
  if (o === undefined) return [];
  const claim = (id: number, words: string): Claim => ({
    resource: `nexthop:${id}`,
    value: present ? words : 'absent',
  });
  return [
    ...o.members.map((id, i) => claim(id, hopWords(legs[i] ?? {}))),
    claim(o.group, groupWords(o, legs)),
  ];
}

function hopWords({ via, dev, onlink }: Leg): string {
  return [
    ...(via === undefined ? [] : ['via', canonicalAddress(via)]),
    'dev',
    dev ?? '',
    ...(onlink === true ? ['onlink'] : []),
    'proto',
    String(protocol),
  ].join(' ');
}

function groupWords({ members, resilient }: NexthopObjects, legs: readonly Leg[]): string {
  const group = members.map((id, i) => {
    const weight = legs[i]?.weight ?? 1;
    return weight === 1 ? String(id) : `${id},${weight}`;
  });
  const { buckets = 0, idleTimer = 120, unbalancedTimer = 0 } = resilient ?? {};
  return [
    'group',
    group.join('/'),
    ...(resilient === undefined
      ? []
      : [
          'type',
          'resilient',
          'buckets',
          buckets,
          'idle_timer',
          idleTimer,
          'unbalanced_timer',
          unbalancedTimer,
        ]),
    'proto',
    protocol,
  ].join(' ');
}

function objectStep(id: number, want: string): Step {
  return value(`next hop ${id}`, {
    uses: [allObjects],
    read: reading(builtins`ts_nexthops ${allObjects.output} ${id}`),
    want,
    write: sh`ts_set_nexthop "$1" ${id}`,
  });
}
