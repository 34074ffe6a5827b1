import { defineModule, option, type OptionRules } from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { ip } from '../../tools.ts';
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
import { noRouteStep, routeClaim, routeStep, type Leg, type RouteAttributes } from './route-steps.ts';

interface Present extends RouteTuning {
  /** The gateway. IPv4 may go by a gateway of IPv6. @defaultValue none: the destination is on the link */
  readonly via?: string;
  /** The link that it leaves by. @defaultValue that on which the gateway is */
  readonly dev?: string;
  /** The gateway is on the link, whatever its address says. @defaultValue false */
  readonly onlink?: boolean;
  /** A route to nowhere: packets are dropped, refused, or looked for in the next table. @defaultValue 'unicast' */
  readonly type?: 'unicast' | 'blackhole' | 'unreachable' | 'prohibit' | 'throw';
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent extends Pick<RouteTuning, 'table' | 'metric' | 'tos' | 'family'> {
  /** No route of this destination, table, metric and tos. */
  readonly state: 'absent';
}

/** Options of {@link route}. */
export type RouteOptions = Present | Absent;

/** All of them in one flat type, as the checks and steps see it. */
type AnyOptions = AnyRouteOptions & Leg & { readonly type?: Present['type'] };

const options: OptionRules<RouteOptions> = {
  ...tuningRules,
  ...legRules,
  type: option.oneOf('unicast', 'blackhole', 'unreachable', 'prohibit', 'throw'),
  state: option.oneOf('present', 'absent'),
};

/**
 * A route with one way. Destination, table, metric and tos tell it from others: a second one of these, left behind by
 * `ip route append`, is found and removed. It carries protocol 201.
 *
 * @example route('10.8.0.0/16', { via: '192.0.2.1' })
 * @example route('default', { via: '198.51.100.1', dev: 'eth2', table: 202 })
 * @example route('10.9.0.0/16', { type: 'blackhole', metric: 500 })
 * @example route('10.8.0.0/16', { state: 'absent' })
 * @see https://man7.org/linux/man-pages/man8/ip-route.8.html
 */
export const route = defineModule<RouteOptions>('route', {
  options,
  network: true,
  claims(destination, options) {
    const o: AnyOptions = options;
    const key = routeKey(destination, o, legsOf(o));
    return [routeClaim(key, legsOf(o), o.state === 'absent' ? undefined : attributesOf(o))];
  },
  check(destination, options, problem) {
    const o: AnyOptions = options;
    checkRoute(destination, o, legsOf(o), problem);
    if (o.state === 'absent') {
      checkAbsent(o, keyOptions, problem);
      return;
    }
    const nowhere = o.type !== undefined && o.type !== 'unicast';
    const leads = o.via !== undefined || o.dev !== undefined;
    if (nowhere && leads) problem(`a route of type ${o.type} leads nowhere: it has no via and no dev`);
    if (!nowhere && !leads)
      problem('via or dev is missing (or say what kind of route to nowhere it is, by type)');
  },
  steps(destination, options) {
    const o: AnyOptions = options;
    const key = routeKey(destination, o, legsOf(o));
    return [ip, o.state === 'absent' ? noRouteStep(key) : routeStep(key, legsOf(o), attributesOf(o))];
  },
});

function legsOf({ via, dev, onlink }: AnyOptions): readonly Leg[] {
  return via === undefined && dev === undefined ? [] : [{ via, dev, onlink }];
}

function attributesOf(o: AnyOptions): RouteAttributes {
  return { ...routeAttributes(o), type: o.type === 'unicast' ? undefined : o.type };
}
