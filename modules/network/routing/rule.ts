import { defineModule, option, type OptionRules } from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { ip } from '../../tools.ts';
import { networkProblem } from '../address.ts';
import { device } from '../links/link-name.ts';
import { table as tableRule } from './route-options.ts';
import { familyOf } from './route-steps.ts';
import { ruleClaim, ruleStep, type RuleWords } from './rule-steps.ts';

interface Match {
  /** All packets but these. @defaultValue false */
  readonly not?: boolean;
  /** Source addresses. @defaultValue all */
  readonly from?: string;
  /** Destination addresses. @defaultValue all */
  readonly to?: string;
  /** Type of service, 0 to 255. @defaultValue all */
  readonly tos?: number;
  /** Firewall mark, 0 to 0xffffffff. @defaultValue all */
  readonly fwmark?: number;
  /** The bits of the mark that count. @defaultValue 0xffffffff */
  readonly fwmask?: number;
  /** The link that packets come in by; `lo` is what the host itself sends. @defaultValue all */
  readonly iif?: string;
  /** The link that a socket of the host is bound to. @defaultValue all */
  readonly oif?: string;
  /** Users of the host, first and last, whose packets these are. @defaultValue all */
  readonly uidrange?: readonly [number, number];
  /** Protocol of the packets. @defaultValue all */
  readonly ipproto?: 'tcp' | 'udp' | 'sctp' | 'icmp' | 'icmpv6';
  /** Source port, or the first and last of them: needs `ipproto`. @defaultValue all */
  readonly sport?: number | readonly [number, number];
  /** Destination port, or the first and last of them: needs `ipproto`. @defaultValue all */
  readonly dport?: number | readonly [number, number];
}

interface Key {
  /** Rules are looked at in this order, the lowest first: 1 to 32765, or up to 4294967295 behind the kernel's own. */
  readonly preference: number;
  /** Rules of IPv4 and of IPv6 are lists of their own. @defaultValue that of `from` and `to`, else 4 */
  readonly family?: 4 | 6;
}

interface Common extends Match, Key {
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface ToTable extends Common {
  /** The routing table to look in: its number, or `'main'`, which is 254. */
  readonly table: number | 'main';
  /**
   * Routes of the table that are not longer than this do not count: 0 leaves its default routes out.
   * @defaultValue all count
   */
  readonly suppressPrefixlength?: number;
  readonly type?: never;
  readonly goto?: never;
}

interface ToNowhere extends Common {
  /** Packets are dropped, or refused with an ICMP message. */
  readonly type: 'blackhole' | 'unreachable' | 'prohibit';
  readonly table?: never;
  readonly suppressPrefixlength?: never;
  readonly goto?: never;
}

interface Onward extends Common {
  /** Go on with the rule of this preference, a later one. */
  readonly goto: number;
  readonly table?: never;
  readonly suppressPrefixlength?: never;
  readonly type?: never;
}

interface Absent extends Key {
  /** No rule of tsplay's at this preference; those of others stay. */
  readonly state: 'absent';
}

/** Options of {@link rule}. */
export type RuleOptions = ToTable | ToNowhere | Onward | Absent;

/** All of them in one flat type, as the checks and steps see it. */
type AnyOptions = Match &
  Key & {
    readonly table?: number | 'main';
    readonly suppressPrefixlength?: number;
    readonly type?: 'blackhole' | 'unreachable' | 'prohibit';
    readonly goto?: number;
    readonly state?: 'present' | 'absent';
  };

const network = option.rule(
  'a network such as 192.0.2.0/24 without host bits, or an address',
  (value) => networkProblem(value) === undefined,
);
const bits = option.whole(0, 0xffffffff);
const pair = (low: number, high: number) =>
  option.rule(
    `a first and a last number from ${low} to ${high}`,
    (value) =>
      Array.isArray(value) &&
      value.length === 2 &&
      value.every((one) => Number.isSafeInteger(one) && Number(one) >= low && Number(one) <= high) &&
      Number(value[0]) <= Number(value[1]),
  );
const port: OptionRules<{ port: unknown }>['port'] = (name, value) =>
  Array.isArray(value) ? pair(1, 65535)(name, value) : option.whole(1, 65535)(name, value);

const options: OptionRules<RuleOptions> = {
  preference: option.rule(
    'a whole number from 1 to 4294967295, but not 32766 and 32767, which are the kernel’s',
    (value) =>
      Number.isSafeInteger(value) &&
      Number(value) >= 1 &&
      Number(value) < 2 ** 32 &&
      value !== 32766 &&
      value !== 32767,
  ),
  family: option.rule('4 or 6', (value) => value === 4 || value === 6),
  not: option.flag,
  from: network,
  to: network,
  tos: option.whole(0, 255),
  fwmark: bits,
  fwmask: bits,
  iif: device,
  oif: device,
  uidrange: pair(0, 2 ** 32 - 2),
  ipproto: option.oneOf('tcp', 'udp', 'sctp', 'icmp', 'icmpv6'),
  sport: port,
  dport: port,
  table: tableRule,
  suppressPrefixlength: option.whole(0, 128),
  type: option.oneOf('blackhole', 'unreachable', 'prohibit'),
  goto: option.whole(1, 2 ** 32 - 1),
  state: option.oneOf('present', 'absent'),
};

const protocols = { tcp: 6, udp: 17, sctp: 132, icmp: 1, icmpv6: 58 } as const;

/**
 * A rule of policy routing: which packets are looked up in which routing table. It carries protocol 201; at its
 * preference it is the only one of tsplay's, and rules of others there stay. The name is a label.
 *
 * @example rule('mail', { preference: 200, fwmark: 2, fwmask: 0xff, table: 202 })
 * @example rule('guests', { preference: 210, from: '10.9.0.0/16', type: 'prohibit' })
 * @example rule('mail', { preference: 200, state: 'absent' })
 * @see https://man7.org/linux/man-pages/man8/ip-rule.8.html
 */
export const rule = defineModule<RuleOptions>('rule', {
  options,
  network: true,
  claims(_name, options) {
    const o: AnyOptions = options;
    return [ruleClaim(ruleFamily(o), o.preference, o.state === 'absent' ? [] : [wordsOf(o)])];
  },
  check(_name, options, problem) {
    const o: AnyOptions = options;
    if (o.preference === undefined) problem('preference is missing: rules without one cannot be told apart');
    if (familyOfRule(o) === 0) problem('from, to and family must be of one family, IPv4 or IPv6');
    if (o.state === 'absent') {
      checkAbsent(o, ['preference', 'family'], problem);
      return;
    }
    const ways = [o.table, o.type, o.goto].filter((one) => one !== undefined).length;
    if (ways !== 1) problem('exactly one of table, type and goto says what is to be done');
    if (o.suppressPrefixlength !== undefined && o.table === undefined)
      problem('suppressPrefixlength needs table');
    if (o.fwmask !== undefined && o.fwmark === undefined) problem('fwmask needs fwmark');
    if (o.fwmark !== undefined && (o.fwmark & ~(o.fwmask ?? 0xffffffff)) >>> 0 !== 0) {
      problem(`fwmark ${o.fwmark} has bits outside of fwmask ${o.fwmask}: it would never match`);
    }
    if ((o.sport ?? o.dport) !== undefined && !['tcp', 'udp', 'sctp'].includes(o.ipproto ?? '')) {
      problem("sport and dport need ipproto: 'tcp', 'udp' or 'sctp'");
    }
    if (o.goto !== undefined && o.goto <= o.preference) {
      problem(`goto ${o.goto} must lead to a later rule than ${o.preference}`);
    }
  },
  steps(_name, options) {
    const o: AnyOptions = options;
    return [ip, ruleStep(ruleFamily(o), o.preference, o.state === 'absent' ? [] : [wordsOf(o)])];
  },
});

function familyOfRule(o: AnyOptions): 4 | 6 | 0 {
  return familyOf(
    [o.from, o.to].flatMap((one) => one ?? []),
    o.family,
  );
}

function ruleFamily(o: AnyOptions): 4 | 6 {
  return familyOfRule(o) === 6 ? 6 : 4;
}

function wordsOf(o: AnyOptions): RuleWords {
  const ports = (given: number | readonly [number, number] | undefined): string | undefined =>
    given === undefined
      ? undefined
      : typeof given === 'number'
        ? String(given)
        : [...new Set(given)].join('-');
  return {
    ...o,
    ipproto: o.ipproto === undefined ? undefined : protocols[o.ipproto],
    sport: ports(o.sport),
    dport: ports(o.dport),
    table: o.table === 'main' ? 254 : o.table,
  };
}
