import {
  builtins,
  defineModule,
  option,
  requires,
  type OptionRules,
  type Step,
} from '../../../src/steps/index.ts';
import { firewall } from '../../tools.ts';
import { canonicalNetwork } from '../address.ts';
import { checkAbsent } from '../../absent.ts';
import { familyOf } from '../routing/route-steps.ts';
import {
  chainsClaim,
  chainSteps,
  firewallNameProblem,
  noChainsStep,
  type Chain,
  type Family,
} from './chains.ts';
import { setSteps } from './ipset-steps.ts';
import {
  addressesOf,
  checkMatch,
  device,
  isPorted,
  matchRules,
  matchWords,
  portText,
  setsOf,
  type PacketMatch,
  type PortRange,
} from './match.ts';
import {
  firstAddress,
  portWords,
  translatedAddress,
  translatedPorts,
  translationWords,
} from './translation.ts';

export type { Addresses, AddressSet, PacketMatch, PortRange, Ports, Protocol } from './match.ts';

interface Key {
  /** Only needed where no address tells it. @defaultValue 4 */
  readonly family?: Family;
}

interface Common extends PacketMatch, Key {
  /** Of rules that match the same connection that of the lowest number counts: 1 to 65535. @defaultValue 100 */
  readonly order?: number;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Masquerade extends Common {
  /** Connections get the address of the link that they leave by, which may change. */
  readonly type: 'masquerade';
  /** The link that they leave by. @defaultValue any */
  readonly outInterface?: string;
  /** The source port that they get, or a range of them; `protocol` must have ports. @defaultValue their own where free */
  readonly toPorts?: PortRange;
  readonly to?: never;
  readonly inInterface?: never;
  readonly local?: never;
  readonly coversSsh?: never;
}

interface Snat extends Common {
  /** Connections get another source. */
  readonly type: 'snat';
  /** The address that they get, or a range such as `'192.0.2.1-192.0.2.9'`. */
  readonly to: string;
  /** The link that they leave by. @defaultValue any */
  readonly outInterface?: string;
  /** The source port that they get, or a range of them; `protocol` must have ports. @defaultValue their own where free */
  readonly toPorts?: PortRange;
  readonly inInterface?: never;
  readonly local?: never;
  readonly coversSsh?: never;
}

interface Dnat extends Common {
  /** Connections get another destination. */
  readonly type: 'dnat';
  /** The address that they get, or a range such as `'10.0.0.1-10.0.0.9'`. */
  readonly to: string;
  /**
   * The destination port that they get; `protocol` must have ports. Of a range any may be taken, but a port that is in
   * it stays. @defaultValue theirs
   */
  readonly toPorts?: PortRange;
  /** The link that they come in by. @defaultValue any */
  readonly inInterface?: string;
  /**
   * Connections that the host itself opens, too. @defaultValue true where there is a `destination` and no `inInterface`
   */
  readonly local?: boolean;
  /** Yes, SSH connections to this host shall go elsewhere. @defaultValue false: that is an error */
  readonly coversSsh?: boolean;
  readonly outInterface?: never;
}

interface Absent extends Key {
  /** No rules of this name; those of others stay. Connections that are open keep the addresses that they have. */
  readonly state: 'absent';
}

/** Options of {@link nat}. */
export type NatOptions = Masquerade | Snat | Dnat | Absent;

/** All of them in one flat type, as the checks and steps see it. */
type AnyOptions = PacketMatch &
  Key & {
    readonly type?: 'masquerade' | 'snat' | 'dnat';
    readonly order?: number;
    readonly outInterface?: string;
    readonly inInterface?: string;
    readonly to?: string;
    readonly toPorts?: PortRange;
    readonly local?: boolean;
    readonly coversSsh?: boolean;
    readonly state?: 'present' | 'absent';
  };

const options: OptionRules<NatOptions> = {
  ...matchRules,
  family: option.rule('4 or 6', (value) => value === 4 || value === 6),
  type: option.oneOf('masquerade', 'snat', 'dnat'),
  order: option.whole(1, 65535),
  outInterface: device,
  inInterface: device,
  to: translatedAddress,
  toPorts: translatedPorts,
  local: option.flag,
  coversSsh: option.flag,
  state: option.oneOf('present', 'absent'),
};

/**
 * Translates addresses and ports of connections, by nft or iptables, whichever the host uses. The name is that of a
 * chain of tsplay's; rules of others stay, and come after ours. Connections that are open already keep what they have.
 * What passes through the host also needs `sysctl('net.ipv4.ip_forward', { value: 1 })`.
 *
 * @example nat('lan', { type: 'masquerade', source: '10.0.0.0/8', exceptDestination: '10.0.0.0/8', outInterface: 'eth0' })
 * @example nat('mail', { type: 'snat', source: '10.0.0.25', to: '203.0.113.25', order: 50 })
 * @example nat('web', { type: 'dnat', destination: '203.0.113.1', protocol: 'tcp', dport: 80, to: '10.0.0.5', toPorts: 8080 })
 * @example nat('web', { state: 'absent' })
 * @see https://man7.org/linux/man-pages/man8/iptables-extensions.8.html
 * @see https://wiki.nftables.org/wiki-nftables/index.php/Performing_Network_Address_Translation_(NAT)
 */
export const nat = defineModule<NatOptions>('nat', {
  options,
  network: true,
  claims(name, options) {
    const o: AnyOptions = options;
    return [chainsClaim(natFamily(o), name, orderOf(o), o.state === 'absent' ? [] : chainsOf(o))];
  },
  check(name, options, problem) {
    const o: AnyOptions = options;
    const wrong = firewallNameProblem(name);
    if (wrong !== undefined) problem(wrong);
    if (o.state === 'absent') {
      checkAbsent(o, ['family'], problem);
      return;
    }
    checkPresent(o, problem);
  },
  steps(name, options) {
    const o: AnyOptions = options;
    const family = natFamily(o);
    if (o.state === 'absent') return [firewall, noChainsStep(family, name)];
    return [
      firewall,
      ...sshStep(o),
      ...setSteps(family, setsOf(o)),
      ...chainSteps(family, name, orderOf(o), chainsOf(o)),
    ];
  },
});

const orderOf = ({ order = 100 }: AnyOptions): number => order;

function told(o: AnyOptions): 4 | 6 | 0 {
  return familyOf([...addressesOf(o), ...(o.to === undefined ? [] : [firstAddress(o.to)])], o.family);
}

function natFamily(o: AnyOptions): Family {
  return told(o) === 6 ? 6 : 4;
}

/** What may stand beside each type. */
const own = {
  masquerade: ['outInterface', 'toPorts'],
  snat: ['outInterface', 'to', 'toPorts'],
  dnat: ['inInterface', 'to', 'toPorts', 'local', 'coversSsh'],
} as const;

function checkPresent(o: AnyOptions, problem: (text: string) => void): void {
  if (told(o) === 0) problem('all addresses and family must be of one family, IPv4 or IPv6');
  checkMatch(o, natFamily(o), '', problem);
  if (o.type === undefined) {
    problem("type is missing: 'masquerade', 'snat' or 'dnat'");
    return;
  }
  const taken: readonly string[] = own[o.type];
  for (const name of ['outInterface', 'inInterface', 'to', 'local', 'coversSsh'] as const) {
    if (o[name] !== undefined && !taken.includes(name)) problem(`${name} makes no sense with type ${o.type}`);
  }
  if (o.type !== 'masquerade' && o.to === undefined) problem('to is missing: the address that packets get');
  if (o.toPorts !== undefined && !isPorted(o)) problem("toPorts needs protocol: 'tcp', 'udp' or 'sctp'");
  if (o.local === true && o.inInterface !== undefined) {
    problem('local makes no sense with inInterface: what the host sends has come in by no link');
  }
  const matches = [
    ...Object.keys(matchRules),
    'outInterface',
    'inInterface',
  ] as readonly (keyof AnyOptions)[];
  if (matches.every((name) => o[name] === undefined)) {
    problem('say which packets: this would change all, those of the host to itself too');
  }
}

function chainsOf(o: AnyOptions): readonly Chain[] {
  const { inInterface, outInterface, to = '', toPorts } = o;
  const matches = matchWords(o);
  if (o.type !== 'dnat') {
    const target =
      o.type === 'snat' ? ['snat', ...translationWords(to, toPorts)] : ['masquerade', portWords(toPorts)];
    const out = outInterface === undefined ? [] : ['oif', outInterface];
    return [{ table: 'nat', hook: 'POST', rules: matches.map((match) => [...match, ...out, ...target]) }];
  }
  const target = ['dnat', ...translationWords(to, toPorts)];
  const by = inInterface === undefined ? [] : ['iif', inInterface];
  const { local = o.destination !== undefined && inInterface === undefined } = o;
  return [
    { table: 'nat', hook: 'PRE', rules: matches.map((match) => [...match, ...by, ...target]) },
    ...(local
      ? [{ table: 'nat', hook: 'OUT', rules: matches.map((match) => [...match, ...target]) } as const]
      : []),
  ];
}

/** Where connections go that are like the one by which this host is being changed. */
function sshStep(o: AnyOptions): readonly Step[] {
  if (o.type !== 'dnat' || o.coversSsh === true) return [];
  if (o.protocol !== undefined && o.protocol !== 'tcp' && o.protocol !== 6) return [];
  const { destination } = o;
  const given =
    typeof destination === 'string' ? [destination] : Array.isArray(destination) ? destination : [];
  const hosts = given.map((one: string) => canonicalNetwork(one));
  // What is in a network or a set is not told here: it might be.
  const only = hosts.some((one) => one.includes('/') || one === 'default') ? [] : hosts;
  const ports = [o.dport ?? []].flat().map((one) => portText(one));
  return [
    requires('SSH stays here', {
      // Client, its port, our address, our port.
      test: builtins`set -- $TS_SSH
[ $# = 4 ] || return 0
case $3 in *:*) ts_family=6 ;; *) ts_family=4 ;; esac
[ "$ts_family" = ${natFamily(o)} ] || return 0
ts_address=$3 ts_port=$4 ts_covered=''
set -- ${only}
[ $# = 0 ] || case " $* " in *" $ts_address "*) ;; *) return 0 ;; esac
set -- ${ports}
[ $# -gt 0 ] || ts_covered=1
for ts_range in "$@"; do
  [ "$ts_port" -lt "\${ts_range%-*}" ] || [ "$ts_port" -gt "\${ts_range#*-}" ] || ts_covered=1
done
[ -n "$ts_covered" ] || return 0
printf 'SSH came in to %s port %s\n' "$ts_address" "$ts_port" >&2
return 1`,
      otherwise:
        'this would send SSH connections to this host elsewhere: it has the address and port that this one came in by. If that is meant, declare coversSsh: true',
    }),
  ];
}
