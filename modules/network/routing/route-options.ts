import { option, type OptionRules } from '../../../src/steps/index.ts';
import { canonicalNetwork, isAddress4, isAddress6, networkProblem } from '../address.ts';
import { device } from '../links/link-name.ts';
import { familyOf, type Leg, type RouteAttributes, type RouteKey } from './route-steps.ts';

/** What every kind of route can be given. */
export interface RouteTuning {
  /** Number of the routing table, 1 to 4294967295 but 255, which is the kernel's; `'main'` is 254. @defaultValue 'main' */
  readonly table?: number | 'main';
  /** Of routes to one destination that with the lowest is used. @defaultValue 0, or 1024 for IPv6, as the kernel has it */
  readonly metric?: number;
  /** Only for packets with this type of service (IPv4): 0 to 255, such as 0x10. @defaultValue 0, all */
  readonly tos?: number;
  /** Only needed where neither destination nor gateway tells it. @defaultValue 4 */
  readonly family?: 4 | 6;
  /** Source address of packets that the host itself sends this way. @defaultValue as the kernel chooses */
  readonly source?: string;
  /** Bytes a packet that goes this way may have. @defaultValue that of the link */
  readonly mtu?: number;
  /** With `mtu`: no path MTU discovery. @defaultValue false */
  readonly lockMtu?: boolean;
  /** MSS in bytes that TCP announces. @defaultValue as the kernel computes it */
  readonly advmss?: number;
  /** Hop limit of packets, 1 to 255. @defaultValue that of the host */
  readonly hoplimit?: number;
  /** Initial congestion window of TCP, in segments. @defaultValue 10 */
  readonly initcwnd?: number;
  /** Initial receive window of TCP, in segments. @defaultValue as the kernel computes it */
  readonly initrwnd?: number;
  /** Acknowledge at once. @defaultValue false */
  readonly quickack?: boolean;
}

/** All of it and the key of the route, in one flat type, as the checks and steps see it. */
export type AnyRouteOptions = RouteTuning & { readonly state?: 'present' | 'absent' };

export const table = option.rule(
  "'main' or the number of a table, from 1 to 4294967295 but not 255",
  (value) =>
    value === 'main' ||
    (Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) < 2 ** 32 && value !== 255),
);

const address = option.rule('an IP address', (value) => typeof value === 'string' && isAddress(value));

function isAddress(text: string): boolean {
  return isAddress4(text) || (isAddress6(text) && !text.includes('%'));
}

/** Rules of {@link RouteTuning}. */
export const tuningRules: OptionRules<RouteTuning> = {
  table,
  metric: option.whole(0, 2 ** 32 - 1),
  tos: option.whole(0, 255),
  family: option.rule('4 or 6', (value) => value === 4 || value === 6),
  source: address,
  mtu: option.whole(68, 65535),
  lockMtu: option.flag,
  advmss: option.whole(1, 65495),
  hoplimit: option.whole(1, 255),
  initcwnd: option.whole(1, 2 ** 31 - 1),
  initrwnd: option.whole(1, 2 ** 31 - 1),
  quickack: option.flag,
};

/** What tells a route from others, beside its destination. */
export const keyOptions = ['table', 'metric', 'tos', 'family'];

/** Rules of one leg. */
export const legRules = { via: address, dev: device, onlink: option.flag };

/** The family of a route, or 0 where its addresses disagree. A gateway of IPv6 may carry IPv4. */
function routeFamily(destination: string, o: RouteTuning, legs: readonly Leg[]): 4 | 6 | 0 {
  const gateways = legs.flatMap(({ via }) => via ?? []);
  const own = [
    ...(destination === 'default' ? [] : [destination.split('/')[0] ?? '']),
    ...(o.source === undefined ? [] : [o.source]),
  ];
  return familyOf(own, o.family, familyOf(gateways, undefined));
}

/** The key of a route whose options are sound. */
export function routeKey(destination: string, o: RouteTuning, legs: readonly Leg[]): RouteKey {
  const family = routeFamily(destination, o, legs) === 6 ? 6 : 4;
  return {
    family,
    destination: canonicalNetwork(destination),
    table: o.table === undefined || o.table === 'main' ? 254 : o.table,
    // IPv6 knows no metric 0.
    metric: o.metric === 0 ? undefined : o.metric,
    tos: o.tos,
  };
}

/** What of the options is an attribute of the route. */
export function routeAttributes(o: RouteTuning): RouteAttributes {
  const { source, mtu, lockMtu, advmss, hoplimit, initcwnd, initrwnd, quickack } = o;
  return { source, mtu, lockMtu, advmss, hoplimit, initcwnd, initrwnd, quickack };
}

/** Checks what several options say together. */
export function checkRoute(
  destination: string,
  o: AnyRouteOptions,
  legs: readonly Leg[],
  problem: (text: string) => void,
): void {
  const wrong = destination === 'default' ? undefined : networkProblem(destination);
  if (wrong !== undefined) {
    problem(`${wrong}; or say 'default'`);
    return;
  }
  const family = routeFamily(destination, o, legs);
  if (family === 0) problem('destination, source and family must be of one family, IPv4 or IPv6');
  if (family === 6) {
    if (o.tos !== undefined && o.tos !== 0)
      problem('tos is for IPv4 only: Linux has no such routes for IPv6');
    if (o.mtu !== undefined && o.mtu < 1280) problem(`mtu must be at least 1280 for IPv6, not ${o.mtu}`);
    if (legs.some(({ via }) => via !== undefined && isAddress4(via))) {
      problem('a route of IPv6 cannot have a gateway of IPv4');
    }
  }
  if (o.lockMtu === true && o.mtu === undefined) problem('lockMtu needs mtu');
  for (const { via, dev, onlink } of legs) {
    if (onlink === true && (via === undefined || dev === undefined)) problem('onlink needs via and dev');
    if (via !== undefined && dev === undefined && /^fe[89ab]/i.test(via)) {
      problem(`the gateway ${via} is a link-local address: say by which link, with dev`);
    }
  }
}
