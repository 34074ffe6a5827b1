import { defineModule, option, type OptionRules } from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { ip, tc } from '../../tools.ts';
import { parameterClaim } from '../kernel-parameters.ts';
import { addressClaims, checkAddresses, type LinkAddress } from '../links/link-addresses.ts';
import { device } from '../links/link-name.ts';
import { linkClaims, mtu, up } from '../links/link-steps.ts';
import { rootQdiscClaim } from '../links/qdisc-steps.ts';
import { absentSteps } from './absent.ts';
import { carriesIpv4, filterOf } from './filters.ts';
import { equalizerNumber, presentSteps, type AnyTeqlOptions } from './steps.ts';

interface Present {
  /**
   * Links to send by, exactly these; they are set up. Each gets the equalizer as its root qdisc, in place of the one it
   * has: that comes back with an undo. A link whose qdisc has classes, filters or others below it is refused, since
   * nothing could bring those back; remove it first. What is taken out of the list has its default qdisc again, and
   * keeps its `rp_filter`.
   */
  readonly slaves: readonly string[];
  /**
   * MTU in bytes, at most that of the smallest slave. @defaultValue that of the smallest slave, as the kernel sets it
   * when the equalizer goes up
   */
  readonly mtu?: number;
  /**
   * Addresses with prefix length, exactly these; link-local ones and those with a lifetime are left alone.
   * @defaultValue as they are
   */
  readonly addresses?: readonly (string | LinkAddress)[];
  /** Whether the equalizer is up. @defaultValue true */
  readonly up?: boolean;
  /**
   * `rp_filter` of each slave. What comes in by a slave has its way back by the equalizer: 1 would drop all of it, and 2
   * what comes in by a slave without an IPv4 address of its own. The kernel obeys the greater of this and
   * `net.ipv4.conf.all.rp_filter`; where IPv4 packets would be dropped, the task fails before it changes anything. So it
   * does where `net.ipv4.conf.all.arp_ignore` is not 0, as on a real server of IPVS: ARP would not be answered.
   * @defaultValue 0
   */
  readonly rpFilter?: 0 | 2;
  /**
   * How many equalizers the kernel has, teql0 and on: a parameter of the module sch_teql, which is only used for loading
   * it. All tasks of a host must agree on it. @defaultValue as many as this one needs, where the module is not loaded
   */
  readonly maxEqualizers?: number;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  /** The slaves whose `rp_filter` goes back to what it was. Those that have the qdisc are found without. */
  readonly slaves?: readonly string[];
  /**
   * No slaves, no addresses, and down; the slaves stay up, with their default qdiscs. The link itself belongs to the
   * module: `kernelModule('sch_teql', { state: 'absent' })` takes all of them away.
   */
  readonly state: 'absent';
}

/** Options of {@link teql}. */
export type TeqlOptions = Present | Absent;

const options: OptionRules<TeqlOptions> = {
  slaves: option.listOf(device, 1),
  mtu,
  addresses: option.listOf(() => []),
  up,
  rpFilter: option.rule(
    '0 or 2 (1 would drop all that comes in by a slave)',
    (given) => given === 0 || given === 2,
  ),
  maxEqualizers: option.whole(1, 1024),
  state: option.oneOf('present', 'absent'),
};

/**
 * A true link equalizer: one link (layer 3) that sends packet after packet by one slave after another, so that one flow
 * can be faster than one slave.
 *
 * **Packets of one flow overtake each other.** TCP takes that for loss and slows down, the more the slaves differ; many
 * real-time protocols suffer. Choose it for slaves that are alike, and prefer `bond` or `nexthopRoute`, which keep a flow
 * together, unless one flow has to exceed one link.
 *
 * Both ends must take part: the gateway of a route by the equalizer has to answer ARP on every slave, and the peer must
 * have `rp_filter` off on its links, or it drops what comes by the others. A slave that is down or has no carrier is
 * passed over. Nobody watches what is behind a slave: a path that is dead while its link is up swallows its share.
 *
 * @example teql('teql0', { slaves: ['eth1', 'eth2'], addresses: ['192.0.2.1/24'] })
 * @example teql('teql1', { slaves: ['tun0', 'tun1'], maxEqualizers: 2, mtu: 1400 })
 * @example teql('teql0', { slaves: ['eth1', 'eth2'], state: 'absent' })
 * @see https://lartc.org/howto/lartc.loadshare.html
 * @see https://github.com/torvalds/linux/blob/master/net/sched/sch_teql.c
 */
export const teql = defineModule<TeqlOptions>('teql', {
  options,
  network: true,
  cautions: (_name, { state }: AnyTeqlOptions) =>
    state === 'absent'
      ? []
      : [
          'packets of one flow go by several links and may overtake each other: TCP takes that for loss and slows down',
        ],
  claims(name, options) {
    const o: AnyTeqlOptions = options;
    const { slaves = [] } = o;
    if (o.state === 'absent') return [{ resource: `teql:${name}`, value: 'absent' }];
    return [
      { resource: `teql:${name}`, value: slaves.toSorted().join(', ') },
      { resource: 'module:sch_teql', value: 'present' },
      ...(o.maxEqualizers === undefined
        ? []
        : [
            {
              resource: 'parameter max_equalizers of module:sch_teql' as const,
              value: String(o.maxEqualizers),
            },
          ]),
      ...linkClaims(name, { up: o.up ?? true, mtu: o.mtu }),
      ...(o.addresses === undefined ? [] : addressClaims(name, o.addresses)),
      // It is asked for on its slaves. A real server of IPVS must not answer so.
      ...(carriesIpv4(o.addresses)
        ? [parameterClaim({ key: 'net/ipv4/conf/all/arp_ignore', want: '0' })]
        : []),
      ...slaves.flatMap((slave) => [
        // It may be a bond, but what belongs to one receives nothing by itself.
        { resource: `master:${slave}` as const, value: `none, for ${name} sends by it` },
        ...linkClaims(slave, { up: true }),
        rootQdiscClaim(slave, name),
        parameterClaim(filterOf(slave, o.rpFilter)),
      ]),
    ];
  },
  check(name, options, problem) {
    const o: AnyTeqlOptions = options;
    const number = equalizerNumber(name);
    if (number === undefined) problem('the name must be that of an equalizer: teql0, teql1 and so on');
    checkSlaves(o.slaves ?? [], problem);
    if (o.state === 'absent') {
      checkAbsent(o, ['slaves'], problem);
      return;
    }
    if (o.slaves === undefined) problem("slaves is missing (or say state: 'absent')");
    if (number !== undefined && o.maxEqualizers !== undefined && o.maxEqualizers <= number) {
      problem(`with maxEqualizers ${o.maxEqualizers} there is no ${name}, for they count from teql0`);
    }
    checkAddresses(name, o.addresses, o.mtu, problem);
  },
  steps(name, options) {
    const o: AnyTeqlOptions = options;
    return [ip, tc, ...(o.state === 'absent' ? absentSteps(name, o) : presentSteps(name, o))];
  },
});

function checkSlaves(slaves: readonly string[], problem: (text: string) => void): void {
  for (const slave of new Set(slaves)) {
    if (slave === 'lo') problem('lo cannot be a slave: it leads nowhere');
    if (equalizerNumber(slave) !== undefined)
      problem(`${slave} is an equalizer itself, and cannot be a slave`);
    if (slaves.indexOf(slave) < slaves.lastIndexOf(slave)) problem(`the slave ${slave} is given twice`);
  }
}
