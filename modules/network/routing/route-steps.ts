import {
  builtins,
  query,
  reading,
  sh,
  value,
  type Claim,
  type Resource,
  type Step,
} from '../../../src/steps/index.ts';
import { canonicalAddress, isAddress6 } from '../address.ts';

/** Routes and rules that tsplay makes carry this protocol, so that everybody can tell them from others. */
export const protocol = 201;

/** The routes of all tables and both families: one process for all steps that look at them. */
export const allRoutes = query('routes', sh`exec ip -N -o route show table all`);

/** What tells a route from others. */
export interface RouteKey {
  readonly family: 4 | 6;
  /** As `ip` prints it: `default`, `192.0.2.0/24`, `192.0.2.1`. */
  readonly destination: string;
  readonly table: number;
  readonly metric?: number | undefined;
  /** A type of service or DSCP field, 0 to 255. */
  readonly tos?: number | undefined;
}

/** One way that a route leads. */
export interface Leg {
  readonly via?: string | undefined;
  readonly dev?: string | undefined;
  readonly onlink?: boolean | undefined;
  /** Only where there are several. */
  readonly weight?: number | undefined;
}

/** What a route has beside its key and its legs. */
export interface RouteAttributes {
  /** Where packets for it go to nowhere. */
  readonly type?: 'blackhole' | 'unreachable' | 'prohibit' | 'throw' | undefined;
  /** A group or a single next hop, in the place of legs. */
  readonly object?: number | undefined;
  readonly source?: string | undefined;
  readonly mtu?: number | undefined;
  readonly lockMtu?: boolean | undefined;
  readonly advmss?: number | undefined;
  readonly hoplimit?: number | undefined;
  readonly initcwnd?: number | undefined;
  readonly initrwnd?: number | undefined;
  readonly quickack?: boolean | undefined;
}

/** The resource that a route is. */
export function routeResource({ family, destination, table, metric, tos }: RouteKey): Resource {
  return `route:${family}:${table}:${destination}:${metric ?? 'any'}:${tos ?? 0}`;
}

/** The claim to a route with these legs, or to that there is none. */
export function routeClaim(key: RouteKey, legs: readonly Leg[], attributes?: RouteAttributes): Claim {
  const line = attributes === undefined ? 'absent' : routeLine(key, legs, attributes);
  return { resource: routeResource(key), value: line };
}

/** There is this route, and no second one of its key. Its legs are one value and replaced as one. */
export function routeStep(key: RouteKey, legs: readonly Leg[], attributes: RouteAttributes): Step {
  return ofKey(key, legs, routeLine(key, legs, attributes));
}

/** There is no route of this key. */
export function noRouteStep(key: RouteKey): Step {
  return ofKey(key, [], '');
}

function ofKey(key: RouteKey, legs: readonly Leg[], want: string): Step {
  const { family, destination, table } = key;
  const words = [
    String(family),
    String(table),
    destination,
    String(metricOf(key)),
    tosOf(key),
    ...legs.map((leg) => legWords(leg, legs.length > 1)),
  ];
  return value(
    `route to ${destination}${family === 6 && destination === 'default' ? ' (IPv6)' : ''} of table ${table}`,
    {
      uses: [allRoutes],
      read: reading(builtins`ts_routes ${allRoutes.output} ${words}`),
      want,
      write: sh`ts_set_routes "$1" ${words}`,
    },
  );
}

// The kernel gives a route of IPv6 without a metric this one.
function metricOf({ family, metric }: RouteKey): number {
  return metric ?? (family === 6 ? 1024 : 0);
}

function tosOf({ tos }: RouteKey): string {
  return (tos ?? 0) === 0 ? '0' : tosHex(tos ?? 0);
}

/** A type of service as `ip` prints it and takes it, which is hexadecimal both times. */
export function tosHex(tos: number): string {
  return `0x${tos.toString(16).padStart(2, '0')}`;
}

/** A word and what stands behind it, or nothing. */
export function word(name: string, given: string | number | undefined): readonly string[] {
  return given === undefined ? [] : [name, String(given)];
}

function legWords({ via, dev, weight, onlink }: Leg, several: boolean): string {
  return [
    ...(via === undefined ? [] : ['via', canonicalAddress(via)]),
    ...(dev === undefined ? [] : ['dev', dev]),
    ...(several ? ['weight', String(weight ?? 1)] : []),
    ...(onlink === true ? ['onlink'] : []),
  ].join(' ');
}

/** The route as the runtime prints it. */
function routeLine(key: RouteKey, legs: readonly Leg[], o: RouteAttributes): string {
  const one = legs.length === 1 && o.object === undefined;
  const metric = metricOf(key);
  return [
    ...(o.type === undefined ? [] : [o.type]),
    key.destination,
    ...(tosOf(key) === '0' ? [] : ['tos', tosOf(key)]),
    ...(one ? legs.map((leg) => legWords(leg, false)) : []),
    ...word('nhid', o.object),
    'proto',
    String(protocol),
    ...(o.source === undefined ? [] : ['src', canonicalAddress(o.source)]),
    ...(o.mtu === undefined ? [] : ['mtu', ...(o.lockMtu === true ? ['lock'] : []), String(o.mtu)]),
    ...word('advmss', o.advmss),
    ...word('hoplimit', o.hoplimit),
    ...word('initcwnd', o.initcwnd),
    ...word('initrwnd', o.initrwnd),
    ...(o.quickack === undefined ? [] : ['quickack', o.quickack ? '1' : '0']),
    ...(metric === 0 ? [] : ['metric', String(metric)]),
    ...(one || o.object !== undefined ? [] : legs.map((leg) => `nexthop ${legWords(leg, true)}`)),
  ].join(' ');
}

/** The family that addresses, with or without prefix length, and an option tell; 0 where they disagree. */
export function familyOf(
  addresses: readonly string[],
  given: 4 | 6 | undefined,
  fallback: 4 | 6 | 0 = 4,
): 4 | 6 | 0 {
  const told = addresses.map((one) => (isAddress6(one.replace(/\/.*/, '')) ? 6 : 4));
  const found = new Set<4 | 6>(given === undefined ? told : [...told, given]);
  if (found.size > 1) return 0;
  const [family = fallback] = found;
  return family;
}
