import { builtins, defineModule, requires, type Resource, type Step } from '../../../src/steps/index.ts';
import { firewall, ip } from '../../tools.ts';
import { canonicalAddress } from '../address.ts';
import {
  parameterClaim,
  parameterRelease,
  parameterStep,
  type KernelParameter,
} from '../kernel-parameters.ts';
import {
  allRoutes,
  noRouteStep,
  routeClaim,
  routeStep,
  type Leg,
  type RouteKey,
} from '../routing/route-steps.ts';
import { ruleClaim, ruleStep, type RuleWords } from '../routing/rule-steps.ts';
import { chainsClaim, chainSteps, noChainsStep } from './chains.ts';
import { setSteps } from './ipset-steps.ts';
import { markChains } from './mark-chains.ts';
import { checkMarkRoute, markFamily } from './mark-check.ts';
import {
  isInbound,
  markRules,
  matchesOf,
  type AnyMarkOptions,
  type MarkRouteOptions,
} from './mark-options.ts';
import { setsOf } from './match.ts';

export type { MarkMatch, MarkRouteOptions } from './mark-options.ts';

/**
 * Sends chosen traffic by another link or gateway than the rest: packets get a mark, a rule sends marked ones to a
 * routing table of their own, and that has a default route. What it takes for replies to come back is done too, and can
 * be chosen: the mark stays with the connection, filters of source addresses let replies in, sources are translated, and
 * connections that others open by the link are answered by it. Only new connections get a mark: those that are open,
 * such as the one that tsplay comes by, stay where they are. If the link goes down its route goes too, and
 * marked packets go the way of the others.
 *
 * What passes through the host also needs `sysctl('net.ipv4.ip_forward', { value: 1 })`.
 *
 * @example
 * markRoute('mail', {
 *   match: { protocol: 'tcp', dport: [25, 465, 587] },
 *   mark: 0x2, mask: 0xff, priority: 200, table: 202, via: '198.51.100.1', dev: 'eth2',
 * })
 * @example
 * markRoute('vpn', {
 *   match: [{ uid: 'backup' }, { source: '10.8.0.0/16' }, { destination: { set: 'partners' } }],
 *   mark: 0x3, mask: 0xff, priority: 210, table: 203, dev: 'wg0',
 * })
 * @example markRoute('mail', { priority: 200, table: 202, dev: 'eth2', state: 'absent' })
 * @see https://docs.kernel.org/networking/ip-sysctl.html
 * @see https://man7.org/linux/man-pages/man8/ip-rule.8.html
 */
export const markRoute = defineModule<MarkRouteOptions>('markRoute', {
  options: markRules,
  network: true,
  claims(name, options) {
    const o: AnyMarkOptions = options;
    const family = markFamily(o);
    const present = o.state !== 'absent';
    return [
      chainsClaim(family, name, o.priority, present ? markChains(o) : []),
      ruleClaim(family, o.priority, present ? rulesOf(o) : []),
      routeClaim(keyOf(o), present ? legsOf(o) : [], present ? {} : undefined),
      ...(present ? parametersOf(o).map(parameterClaim) : []),
    ];
  },
  check(name, options, problem) {
    checkMarkRoute(name, options, problem);
  },
  steps(name, options) {
    const o: AnyMarkOptions = options;
    const family = markFamily(o);
    const owner: Resource = `chains:${family}:${name}`;
    if (o.state === 'absent') {
      return [
        ip,
        firewall,
        noChainsStep(family, name),
        ruleStep(family, o.priority, []),
        noRouteStep(keyOf(o)),
        ...(family === 4 ? filterKeys(o.dev).map((key) => parameterRelease(key, owner)) : []),
      ];
    }
    return [
      ip,
      firewall,
      ...inboundStep(o),
      ...setSteps(family, matchesOf(o).flatMap(setsOf)),
      routeStep(keyOf(o), legsOf(o), {}),
      ruleStep(family, o.priority, rulesOf(o)),
      ...parametersOf(o).map((one) => parameterStep(one, owner)),
      // Last: from here on packets are marked.
      ...chainSteps(family, name, o.priority, markChains(o)),
    ];
  },
});

function keyOf(o: AnyMarkOptions): RouteKey {
  return { family: markFamily(o), destination: 'default', table: o.table };
}

function legsOf({ via, dev, onlink }: AnyMarkOptions): readonly Leg[] {
  return [{ via, dev, onlink }];
}

function rulesOf({ mark, mask, table, mainFirst = true }: AnyMarkOptions): readonly RuleWords[] {
  const marked = { fwmark: mark, fwmask: mask };
  return [...(mainFirst ? [{ ...marked, table: 254, suppressPrefixlength: 0 }] : []), { ...marked, table }];
}

const filterKeys = (dev: string): readonly [string, string] => [
  `net/ipv4/conf/${dev}/rp_filter`,
  `net/ipv4/conf/${dev}/src_valid_mark`,
];

function parametersOf(o: AnyMarkOptions): readonly KernelParameter[] {
  const { dev, rpFilter = 'loose' } = o;
  if (markFamily(o) === 6 || rpFilter === 'keep') return [];
  const [filter, mark] = filterKeys(dev);
  return [
    {
      ...(rpFilter === 'loose' ? { key: filter, want: '2' } : { key: mark, want: '1' }),
      inside: `link:${dev}`,
    },
  ];
}

/** Connections that come in through another gateway of the same link must not be answered through this one. */
function inboundStep(o: AnyMarkOptions): readonly Step[] {
  if (!isInbound(o)) return [];
  const { dev, via } = o;
  const mine = via === undefined ? `dev ${dev}` : `via ${canonicalAddress(via)} dev ${dev}`;
  return [
    requires('no other gateway on the link', {
      uses: [allRoutes],
      test: builtins`ts_other_gateway ${allRoutes.output} ${markFamily(o)} ${dev} ${mine}`,
      otherwise: `connections that come in by ${dev} would be answered through ${via ?? 'no gateway'}, but the default route has another one there, which this connection may come by. Declare inbound: false`,
    }),
  ];
}
