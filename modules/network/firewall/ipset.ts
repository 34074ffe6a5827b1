import { defineModule, option, type OptionRules } from '../../../src/steps/index.ts';
import { firewall, ipsetTool } from '../../tools.ts';
import { checkAbsent } from '../../absent.ts';
import { firewallNameProblem, type Family } from './chains.ts';
import { setResource, setStep } from './ipset-steps.ts';
import { canonicalMembers, memberFamily, memberProblem, type SetType } from './members.ts';

export type { SetType } from './members.ts';

interface Present {
  /** What its members are: addresses, networks, or either with a port. */
  readonly type: SetType;
  /**
   * Exactly these: `'192.0.2.1'`, `'10.0.0.0/8'`, and with a port `'192.0.2.1,tcp:80'` (tcp, udp or sctp). Networks
   * that another member has in it go without saying.
   */
  readonly members: readonly string[];
  /** Only needed where no member tells it. @defaultValue 4 */
  readonly family?: Family;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  /** No such set. It is an error while rules use it. */
  readonly state: 'absent';
  readonly type?: never;
  readonly members?: never;
  readonly family?: never;
}

/** Options of {@link ipset}. */
export type IpsetOptions = Present | Absent;

/** All of them in one flat type, as the checks and steps see it. */
type AnyOptions = Partial<Pick<Present, 'type' | 'members' | 'family'>> & {
  readonly state?: 'present' | 'absent';
};

const options: OptionRules<IpsetOptions> = {
  type: option.oneOf('hash:ip', 'hash:net', 'hash:ip,port', 'hash:net,port'),
  members: option.listOf(option.line()),
  family: option.rule('4 or 6', (value) => value === 4 || value === 6),
  state: option.oneOf('present', 'absent'),
};

/**
 * A set of addresses that rules match as one, however many there are: see `source` and `destination` of {@link nat} and
 * {@link markRoute}. In the kernel it is TSPLAY-name: of ipset(8) where the host uses iptables, else a named set in the
 * table `tsplay` of nft. A change is made at once, with no packet in between.
 *
 * @example ipset('partners', { type: 'hash:net', members: ['192.0.2.0/24', '198.51.100.7'] })
 * @example ipset('services', { type: 'hash:ip,port', members: ['192.0.2.1,tcp:443', '192.0.2.2,udp:53'] })
 * @example ipset('partners', { state: 'absent' })
 * @see https://man7.org/linux/man-pages/man8/ipset.8.html
 * @see https://wiki.nftables.org/wiki-nftables/index.php/Sets
 */
export const ipset = defineModule<IpsetOptions>('ipset', {
  options,
  network: true,
  claims(name, options) {
    return [{ resource: setResource(name), value: wanted(options) || 'absent' }];
  },
  check(name, options, problem) {
    const o: AnyOptions = options;
    const wrong = firewallNameProblem(name);
    if (wrong !== undefined) problem(wrong);
    if (o.state === 'absent') {
      checkAbsent(o, [], problem);
      return;
    }
    if (o.type === undefined) problem("type is missing, such as 'hash:net'");
    if (o.members === undefined) problem('members is missing; a set may have none: []');
    const { type = 'hash:ip', members = [] } = o;
    const wrongs = members.flatMap((member) => memberProblem(member, type) ?? []);
    for (const one of wrongs) problem(one);
    if (wrongs.length > 0) return;
    const families = new Set([...members.map(memberFamily), ...(o.family === undefined ? [] : [o.family])]);
    if (families.size > 1) problem('all members and family must be of one family, IPv4 or IPv6');
  },
  steps(name, options) {
    return [firewall, ipsetTool, setStep(name, wanted(options))];
  },
});

/** As the runtime prints it: type and family, then the members. */
function wanted({ type, members = [], family, state }: AnyOptions): string {
  if (state === 'absent' || type === undefined) return '';
  const [first] = members;
  const told = family ?? (first === undefined ? 4 : memberFamily(first));
  return [`${type} ${told}`, ...canonicalMembers(members)].join('\n');
}
