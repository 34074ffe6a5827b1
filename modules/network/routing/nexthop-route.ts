import { defineModule, option, type OptionRules, type Step } from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { ip } from '../../tools.ts';
import {
  parameterClaim,
  parameterRelease,
  parameterStep,
  type KernelParameter,
} from '../kernel-parameters.ts';
import { noObjectSteps, objectClaims, objectSteps } from './nexthop-objects.ts';
import {
  checkRoute,
  keyOptions,
  legRules,
  routeAttributes,
  routeKey,
  tuningRules,
  type AnyRouteOptions,
  type RouteTuning,
} from './route-options.ts';
import { noRouteStep, routeClaim, routeResource, routeStep, type Leg } from './route-steps.ts';

/** One of the ways of a {@link nexthopRoute}. */
export interface NexthopLeg {
  /** The gateway. @defaultValue none: the destination is on the link */
  readonly via?: string;
  /** The link that it leaves by. @defaultValue that on which the gateway is */
  readonly dev?: string;
  /** Its share of all flows, 1 to 256. @defaultValue 1 */
  readonly weight?: number;
  /** The gateway is on the link, whatever its address says. @defaultValue false */
  readonly onlink?: boolean;
}

/** Next hops as objects of their own, which many routes can share: see {@link nexthopRoute}. */
export interface NexthopObjects {
  /** Number of the group, 1 to 4294967295. */
  readonly group: number;
  /** Numbers of the next hops, one for each leg, in their order. They must be nobody else's. */
  readonly members: readonly number[];
  /** A table of buckets: when a leg goes, only flows of that leg find another way. @defaultValue hash-threshold */
  readonly resilient?: {
    /** How many, 1 to 65535. */
    readonly buckets: number;
    /** Seconds without a packet after which a bucket may be moved. @defaultValue 120 */
    readonly idleTimer?: number;
    /** Seconds after which buckets are moved even if they are in use; 0 is never. @defaultValue 0 */
    readonly unbalancedTimer?: number;
  };
}

interface HostWide {
  /**
   * What tells flows from each other: addresses, ports too, or the addresses of what is in a tunnel. It is the host's,
   * for all multipath routes of the family (`net.ipv4.fib_multipath_hash_policy`).
   * @defaultValue as it is; the kernel begins with layer3
   */
  readonly hashPolicy?: 'layer3' | 'layer4' | 'inner';
  /**
   * Skip legs whose link has no carrier (`net.ipv4.conf.all.ignore_routes_with_linkdown`); the kernel forgets about
   * them only when the link itself is down. @defaultValue as it is; the kernel begins with false
   */
  readonly ignoreLinkdown?: boolean;
  /**
   * Skip legs whose gateway does not answer ARP (`net.ipv4.fib_multipath_use_neigh`); IPv4 only.
   * @defaultValue as it is; the kernel begins with false
   */
  readonly useNeigh?: boolean;
}

interface Present extends RouteTuning, HostWide {
  /** The ways, exactly these; a route may have one only. */
  readonly legs: readonly NexthopLeg[];
  /** Make the next hops objects of their own. @defaultValue they are part of the route */
  readonly objects?: NexthopObjects;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent extends Pick<RouteTuning, 'table' | 'metric' | 'tos' | 'family'> {
  /** The objects that go too, unless other routes have them. */
  readonly objects?: NexthopObjects;
  /** No route of this destination, table, metric and tos; what was set for the host goes back with its last user. */
  readonly state: 'absent';
}

/** Options of {@link nexthopRoute}. */
export type NexthopRouteOptions = Present | Absent;

type AnyOptions = AnyRouteOptions &
  HostWide & { readonly legs?: readonly NexthopLeg[]; readonly objects?: NexthopObjects };

const id = option.whole(1, 2 ** 32 - 1);

const options: OptionRules<NexthopRouteOptions> = {
  ...tuningRules,
  legs: option.listOf(option.objectOf({ ...legRules, weight: option.whole(1, 256) }, []), 1),
  objects: option.objectOf(
    {
      group: id,
      members: option.listOf(id, 1),
      resilient: option.objectOf(
        {
          buckets: option.whole(1, 65535),
          idleTimer: option.whole(0, 2 ** 31 - 1),
          unbalancedTimer: option.whole(0, 2 ** 31 - 1),
        },
        ['buckets'],
      ),
    },
    ['group', 'members'],
  ),
  hashPolicy: option.oneOf('layer3', 'layer4', 'inner'),
  ignoreLinkdown: option.flag,
  useNeigh: option.flag,
  state: option.oneOf('present', 'absent'),
};

/**
 * A route with several ways (layer 3): each flow takes one of them, by weight. All packets of a flow stay together, so
 * one flow is never faster than one leg; by default a flow is a pair of addresses, see `hashPolicy`. The legs are one
 * value: a change replaces the route as a whole and at once, and flows may move to another leg then, but for those of
 * a resilient group. A leg whose link is down is skipped by the kernel and is no drift; the route vanishes with its
 * last one, which is. Nobody watches what is behind the gateways.
 *
 * @example
 * nexthopRoute('default', {
 *   hashPolicy: 'layer4',
 *   legs: [
 *     { via: '192.0.2.1', dev: 'eth1', weight: 1 },
 *     { via: '198.51.100.1', dev: 'eth2', weight: 3 },
 *   ],
 * })
 * @example nexthopRoute('10.8.0.0/16', { legs, objects: { group: 10, members: [11, 12], resilient: { buckets: 64 } } })
 * @example nexthopRoute('default', { state: 'absent' })
 * @see https://man7.org/linux/man-pages/man8/ip-route.8.html
 * @see https://man7.org/linux/man-pages/man8/ip-nexthop.8.html
 * @see https://docs.kernel.org/networking/nexthop-group-resilient.html
 */
export const nexthopRoute = defineModule<NexthopRouteOptions>('nexthopRoute', {
  options,
  network: true,
  claims(destination, options) {
    const o: AnyOptions = options;
    const legs = o.legs ?? [];
    const key = routeKey(destination, o, legs);
    const present = o.state !== 'absent';
    return [
      routeClaim(key, legs, present ? { ...routeAttributes(o), object: o.objects?.group } : undefined),
      ...objectClaims(o.objects, legs, present),
      ...parametersOf(key.family, o).map(parameterClaim),
    ];
  },
  check(destination, options, problem) {
    const o: AnyOptions = options;
    const legs = o.legs ?? [];
    checkRoute(destination, o, legs, problem);
    if (o.state === 'absent') {
      checkAbsent(o, [...keyOptions, 'objects'], problem);
      return;
    }
    if (o.legs === undefined) problem("legs is missing (or say state: 'absent')");
    checkLegs(legs, problem);
    if (o.objects !== undefined) checkObjects(o.objects, legs, problem);
    if (o.useNeigh !== undefined && routeKey(destination, o, legs).family === 6) {
      problem('useNeigh is for IPv4 only: IPv6 asks its neighbours by itself');
    }
  },
  steps(destination, options) {
    const o: AnyOptions = options;
    const legs = o.legs ?? [];
    const key = routeKey(destination, o, legs);
    const owner = routeResource(key);
    if (o.state === 'absent') {
      return [
        ip,
        noRouteStep(key),
        ...noObjectSteps(o.objects),
        ...keysOf(key.family).map((one) => parameterRelease(one, owner)),
      ];
    }
    return [
      ip,
      ...parametersOf(key.family, o).map((one): Step => parameterStep(one, owner)),
      ...objectSteps(o.objects, legs),
      routeStep(key, legs, { ...routeAttributes(o), object: o.objects?.group }),
    ];
  },
});

function checkLegs(legs: readonly NexthopLeg[], problem: (text: string) => void): void {
  const seen = new Set<string>();
  for (const leg of legs) {
    if (leg.via === undefined && leg.dev === undefined) problem('a leg has neither via nor dev');
    const way = `${leg.via ?? ''} ${leg.dev ?? ''}`;
    if (seen.has(way)) problem(`the leg ${way.trim()} is given twice; give it a greater weight instead`);
    seen.add(way);
  }
  if (legs.length === 1 && legs[0]?.weight !== undefined && legs[0].weight !== 1) {
    problem('weight makes no sense with one leg: it has all flows');
  }
}

function checkObjects(o: NexthopObjects, legs: readonly Leg[], problem: (text: string) => void): void {
  if (o.members.length !== legs.length) {
    problem(`objects.members has ${o.members.length} numbers for ${legs.length} legs`);
  }
  const numbers = [o.group, ...o.members];
  if (new Set(numbers).size < numbers.length) problem('objects gives a number twice');
  if (legs.some(({ via, dev }) => via === undefined || dev === undefined)) {
    problem('with objects each leg needs its via and dev');
  }
  if (o.resilient !== undefined && o.resilient.buckets < legs.length) {
    problem(`objects.resilient.buckets is ${o.resilient.buckets}: there are more legs than that`);
  }
}

const policies = ['layer3', 'layer4', 'inner'];

const names = (family: 4 | 6) => ({
  hashPolicy: `net/ipv${family}/fib_multipath_hash_policy`,
  ignoreLinkdown: `net/ipv${family}/conf/all/ignore_routes_with_linkdown`,
  useNeigh: 'net/ipv4/fib_multipath_use_neigh',
});

function parametersOf(family: 4 | 6, o: HostWide): readonly KernelParameter[] {
  const { hashPolicy, ignoreLinkdown, useNeigh } = names(family);
  return [
    ...(o.hashPolicy === undefined
      ? []
      : [{ key: hashPolicy, want: String(policies.indexOf(o.hashPolicy)) }]),
    ...(o.ignoreLinkdown === undefined ? [] : [{ key: ignoreLinkdown, want: o.ignoreLinkdown ? '1' : '0' }]),
    ...(o.useNeigh === undefined ? [] : [{ key: useNeigh, want: o.useNeigh ? '1' : '0' }]),
  ];
}

function keysOf(family: 4 | 6): readonly string[] {
  const { hashPolicy, ignoreLinkdown, useNeigh } = names(family);
  return [hashPolicy, ignoreLinkdown, ...(family === 4 ? [useNeigh] : [])];
}
