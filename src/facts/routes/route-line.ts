import { tableOf, tosOf, type LineNames } from './names.ts';
import { Words } from './words.ts';

const types = {
  1: 'unicast',
  2: 'local',
  3: 'broadcast',
  4: 'anycast',
  5: 'multicast',
  6: 'blackhole',
  7: 'unreachable',
  8: 'prohibit',
  9: 'throw',
  10: 'nat',
} as const;
/** What becomes of a packet. */
export type RouteType = (typeof types)[keyof typeof types];

const scopes: Readonly<Record<string, string>> = {
  0: 'global',
  200: 'site',
  253: 'link',
  254: 'host',
  255: 'nowhere',
};

/** One way of a route. */
export interface RouteLeg {
  /** The gateway; undefined where the link itself is the way. It may be IPv6 for an IPv4 route. */
  readonly via: string | undefined;
  readonly dev: string | undefined;
  /** Its share of the flows, 1 to 256. */
  readonly weight: number;
  /** The gateway need not be in a network of the device. */
  readonly onlink: boolean;
  /** The kernel does not use it: its device is down. */
  readonly dead: boolean;
  /** Its device has lost its other side. It is used all the same unless `ignore_routes_with_linkdown` is set. */
  readonly linkdown: boolean;
}

/** A route. */
export interface Route {
  /** As `ip` writes it: `default`, `10.0.0.0/8`; a single address without a length. */
  readonly destination: string;
  readonly type: RouteType;
  readonly table: number;
  /** `main`, `local`, or what the host calls it. */
  readonly tableName: string | undefined;
  /** The lowest one is taken. */
  readonly metric: number;
  /** Only for packets with this type of service. */
  readonly tos: number;
  /** Who made it: `kernel`, `boot` (by hand), `static`, `bgp`, `201` …; undefined with busybox's `ip`. */
  readonly protocol: string | undefined;
  /** `global`, `site`, `link`, `host`, `nowhere`, or what the host calls it. */
  readonly scope: string;
  /** The address that packets of this host take. */
  readonly source: string | undefined;
  /** IPv6: only for packets from these addresses. */
  readonly from: string | undefined;
  /** The next hop object that its ways come from. */
  readonly nhid: number | undefined;
  /** Its ways: several of a multipath route, none of one that leads nowhere. */
  readonly legs: readonly RouteLeg[];
}

const leadsNowhere = new Set<RouteType>(['blackhole', 'unreachable', 'prohibit', 'throw']);

/** Reads a line of `ip -o route show table all`. */
export function routeOf(line: string, names: LineNames): Route {
  const words = new Words(line);
  const type = typeOf(words.peek());
  if (type !== undefined) words.next();
  const destination = words.next();
  if (!/^(?:default|[\da-f]*[.:\d][\da-f.:]*(?:\/\d+)?)$/i.test(destination))
    throw new Error(`not a route: ${line}`);
  let table = tableOf('main', names);
  let route = { metric: 0, tos: 0, protocol: names.silent, scope: 'global' };
  let source: string | undefined;
  let from: string | undefined;
  let nhid: number | undefined;
  const legs: Leg[] = [];
  let leg: Leg = { ...noLeg };
  while (!words.ended) {
    const word = words.next();
    if (word === 'table') table = tableOf(words.next(), names);
    else if (word === 'metric') route = { ...route, metric: words.number() };
    else if (word === 'tos') route = { ...route, tos: tosOf(words.next(), names) };
    else if (word === 'proto') route = { ...route, protocol: names.protocols.name(words.next()) };
    else if (word === 'scope') route = { ...route, scope: scopeOf(words.next()) };
    else if (word === 'src') source = words.next();
    else if (word === 'from') from = words.next();
    else if (word === 'nhid') nhid = words.number();
    else if (word === 'nexthop') legs.push((leg = { ...noLeg }));
    else if (word === 'encap') words.skipTo('via', 'dev', 'table', 'proto', 'weight');
    else readLeg(leg, word, words);
  }
  // `ip` has what a route with one way says in the route itself.
  const single = legs.length === 0 && (leg.dev !== undefined || leg.via !== undefined) ? [leg] : [];
  const kind = type ?? 'unicast';
  // IPv6 names the loopback device with what leads nowhere.
  const ways = leadsNowhere.has(kind) ? [] : [...single, ...legs];
  return { destination, type: kind, ...table, ...route, source, from, nhid, legs: ways };
}

type Leg = { -readonly [K in keyof RouteLeg]: RouteLeg[K] };
const noLeg: RouteLeg = {
  via: undefined,
  dev: undefined,
  weight: 1,
  onlink: false,
  dead: false,
  linkdown: false,
};

function readLeg(leg: Leg, word: string, words: Words): void {
  switch (word) {
    case 'via':
      leg.via = words.next();
      // The gateway of another family stands behind its name.
      if (leg.via === 'inet6' || leg.via === 'inet') leg.via = words.next();
      break;
    case 'dev':
      leg.dev = words.next();
      break;
    case 'weight':
      leg.weight = words.number();
      break;
    case 'onlink':
    case 'dead':
    case 'linkdown':
      leg[word] = true;
      break;
    default:
  }
}

function typeOf(word: string): RouteType | undefined {
  const known = Object.entries(types).find(([number, name]) => word === name || word === number);
  return known?.[1];
}

const scopeOf = (word: string): string => scopes[word] ?? word;
