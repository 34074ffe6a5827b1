import {
  builtins,
  entries,
  option,
  query,
  sh,
  type Claim,
  type EntriesStep,
} from '../../../src/steps/index.ts';
import {
  broadcastOf,
  canonicalAddress,
  canonicalInterfaceAddress,
  interfaceAddressProblem,
  isAddress4,
  isAddress6,
} from '../address.ts';
import { linkResource } from './link-name.ts';

/** An address of a link, with more than its prefix length. What is left out is left as it is. */
export interface LinkAddress {
  /** With its prefix length, `192.0.2.1/24`; without one where `peer` has it. */
  readonly address: string;
  /** The other end of a point-to-point link, with prefix length: `192.0.2.2/32`. @defaultValue none */
  readonly peer?: string;
  /**
   * Name of the address, beginning with the link: `eth0:web`. IPv4 only.
   * @defaultValue as it is; none for a new one
   */
  readonly label?: string;
  /**
   * The broadcast address; `true` is the last one of the network. IPv4 only.
   * @defaultValue as it is; none for a new one
   */
  readonly broadcast?: string | true;
  /**
   * How far the address is valid. IPv4 only: of an IPv6 address it follows from the address.
   * @defaultValue as it is; 'global' for a new one, 'host' for one of 127.0.0.0/8
   */
  readonly scope?: 'global' | 'link' | 'host';
  /** Metric of the route to the network, 1 to 4294967295. @defaultValue as it is; the kernel's for a new one */
  readonly metric?: number;
  /** No route to the network comes with it. @defaultValue as it is; false for a new one */
  readonly noprefixroute?: boolean;
  /** It is not probed for duplicates when it is added. IPv6 only. @defaultValue as it is; false for a new one */
  readonly nodad?: boolean;
  /** It is the source of no new connection (`preferred_lft 0`). @defaultValue as it is; false for a new one */
  readonly deprecated?: boolean;
}

/** An address as options have it: `'192.0.2.1/24'`, or with more. */
export type AddressOption = string | LinkAddress;

/** The addresses of all links: one process for all steps that look at them. */
export const allAddresses = query('addresses', sh`exec ip -o addr show`);

/** What tells that a link has an IPv4 address, or will have one, as a check foresees. */
const ipv4Resource = (device: string) => `ipv4:${device}` as const;

/** An address without its length, as the kernel prints it. */
export function bareAddress(one: AddressOption): string {
  const { address } = whole(one);
  return canonicalAddress(address.replace(/\/.*/, ''));
}

/** What `ip` knows an address by. */
export function addressKey(one: AddressOption): string {
  const { address, peer } = whole(one);
  return peer === undefined
    ? canonicalInterfaceAddress(address)
    : `${canonicalAddress(address)} peer ${canonicalInterfaceAddress(peer)}`;
}

function whole(one: AddressOption): LinkAddress {
  return typeof one === 'string' ? { address: one } : one;
}

/** What was declared of an address, in words of `ip`, each with its value; `-` is what it shall not have. */
function declaredWords(device: string, one: AddressOption): readonly string[] {
  const o = whole(one);
  const flag = (name: string, given: boolean | undefined, yes = 'yes'): readonly string[] =>
    given === undefined ? [] : [name, given ? yes : '-'];
  const text = (name: string, given: string | number | undefined): readonly string[] =>
    given === undefined ? [] : [name, String(given)];
  return [
    ...text('brd', o.broadcast === true ? broadcastOf(o.address) : o.broadcast),
    ...text('scope', o.scope),
    ...text('metric', o.metric),
    ...flag('noprefixroute', o.noprefixroute),
    ...flag('nodad', o.nodad),
    // The name of the link is no label of its own.
    ...text('label', o.label === device ? '-' : o.label),
    ...flag('preferred_lft', o.deprecated, '0'),
  ];
}

function entryOf(device: string, one: AddressOption): readonly string[] {
  const words = declaredWords(device, one);
  return [addressKey(one), ...(words.length === 0 ? [] : [words.join(' ')])];
}

// The kernel's own addresses (link-local) and those with a lifetime belong to others.
/** A link has these addresses; if the set is exclusive, no others beside. */
export function addressesStep(
  device: string,
  addresses: readonly AddressOption[],
  exclusive = true,
): EntriesStep {
  return step(device, addresses, [], exclusive);
}

/** A link has none of these addresses. */
export function noAddressesStep(device: string, addresses: readonly AddressOption[]): EntriesStep {
  return step(device, [], addresses.map(addressKey), false);
}

function step(
  device: string,
  addresses: readonly AddressOption[],
  unwanted: readonly string[],
  exclusive: boolean,
): EntriesStep {
  const want = addresses.map((one) => entryOf(device, one));
  const lines = want.map((fields) => fields.join('\t')).join('\n');
  const four = addresses.some((one) => isAddress4(bareAddress(one)));
  return entries(`addresses of ${device}`, {
    uses: [allAddresses],
    list: builtins`ts_addresses ${allAddresses.output} ${device} ${lines} ${unwanted.join('\n')}`,
    want,
    unwanted,
    add: sh`ts_add_address ${device} "$@"`,
    change: sh`ts_change_address ${device} "$@"`,
    remove: sh`ts_del_address ${device} "$@"`,
    exclusive,
    inside: linkResource(device),
    fresh: { value: '' },
    provides: four ? ipv4Resource(device) : undefined,
  });
}

/** The claims to the addresses of a link: whoever has all of them lets no others add to them. */
export function addressClaims(
  device: string,
  addresses: readonly AddressOption[],
  exclusive = true,
  state: 'present' | 'absent' = 'present',
): readonly Claim[] {
  const lines = addresses.map((one) => entryOf(device, one).join(' '));
  if (exclusive) {
    const list = lines.length === 0 ? 'none' : lines.toSorted().join(', ');
    return [{ resource: `addresses:${device}`, value: list }];
  }
  return [
    { resource: `addresses:${device}`, value: 'such as several tasks declare' },
    ...addresses.map((one, index) => ({
      // IPv6 has each address once on a link, whatever its prefix.
      resource:
        `address:${device}:${isAddress6(bareAddress(one)) ? bareAddress(one) : addressKey(one)}` as const,
      value: state === 'absent' ? 'absent' : (lines[index] ?? ''),
    })),
  ];
}

const addressRule = option.objectOf(
  {
    address: option.line(),
    peer: option.line(),
    label: option.line(),
    broadcast: (name, value) => (value === true ? [] : option.line()(name, value)),
    scope: option.oneOf('global', 'link', 'host'),
    metric: option.whole(1, 2 ** 32 - 1),
    noprefixroute: option.flag,
    nodad: option.flag,
    deprecated: option.flag,
  },
  ['address'],
);

/** Checks a list of addresses, whatever it is. */
export function checkAddresses(
  device: string,
  addresses: unknown,
  mtu: number | undefined,
  problem: (text: string) => void,
): void {
  if (addresses === undefined) return;
  if (!Array.isArray(addresses)) {
    problem("addresses must be a list, such as ['192.0.2.1/24']");
    return;
  }
  const seen = new Set<string>();
  for (const one of addresses as readonly unknown[]) {
    const wrong = addressProblems(device, one);
    wrong.forEach(problem);
    if (wrong.length > 0) continue;
    const sound = one as AddressOption;
    const key = addressKey(sound);
    // Of IPv6 the kernel has each address once on a link, whatever its prefix.
    const same = isAddress6(bareAddress(sound)) ? bareAddress(sound) : key;
    if (seen.has(same)) problem(`the address ${key} is given twice`);
    seen.add(same);
  }
  if ((mtu ?? 1500) < 1280 && [...seen].some((address) => address.includes(':'))) {
    problem(`mtu ${mtu} is too small for IPv6, which needs 1280; there would be no IPv6 addresses`);
  }
}

function addressProblems(device: string, one: unknown): readonly string[] {
  if (typeof one !== 'object' && typeof one !== 'string') return listed(interfaceAddressProblem(one));
  const shape = typeof one === 'string' ? [] : addressRule('an entry of addresses', one);
  if (shape.length > 0) return shape;
  const o = whole(one as AddressOption);
  const [bare = ''] = o.address.split('/');
  const four = isAddress4(bare);
  if (isAddress6(bare) && /^fe80:.*ff:fe/.test(canonicalAddress(bare))) {
    return [`${o.address} is as the kernel makes it from a MAC address; leave it to the kernel`];
  }
  const only = (name: keyof LinkAddress, family: string): readonly string[] =>
    o[name] === undefined ? [] : [`${name} of ${o.address} is for ${family} only`];
  return [
    ...(o.peer === undefined ? listed(interfaceAddressProblem(o.address)) : peerProblems(o.address, o.peer)),
    ...(four
      ? only('nodad', 'IPv6')
      : ['label', 'broadcast', 'scope'].flatMap((name) => only(name as keyof LinkAddress, 'IPv4'))),
    ...(four && o.label !== undefined ? labelProblems(device, o.label) : []),
    ...(four && o.broadcast !== undefined ? broadcastProblems(o.address, o.broadcast) : []),
  ];
}

const listed = (text: string | undefined): readonly string[] => (text === undefined ? [] : [text]);

function peerProblems(address: string, peer: string): readonly string[] {
  const length = isAddress4(address) ? 32 : isAddress6(address) ? 128 : undefined;
  if (length === undefined)
    return [`'${address}' must be an address without prefix length: its peer has that`];
  const wrong = listed(interfaceAddressProblem(`${address}/${length}`));
  const peerWrong = listed(interfaceAddressProblem(peer));
  if (peerWrong.length === 0 && isAddress4(address) !== isAddress4(peer.replace(/\/.*/, ''))) {
    return [...wrong, `${address} and its peer ${peer} must be of one family`];
  }
  return [...wrong, ...peerWrong];
}

/** What is wrong with the label of an address. */
export function labelProblems(device: string, label: string): readonly string[] {
  if (/^[\w.@+:-]{1,15}$/.test(label) && `${label}:`.startsWith(`${device}:`)) return [];
  return [`label '${label}' must begin with ${device}: and have at most 15 letters, digits and ._-`];
}

function broadcastProblems(address: string, broadcast: string | true): readonly string[] {
  if (broadcast !== true) {
    return isAddress4(broadcast) ? [] : [`the broadcast address '${broadcast}' is not an IPv4 address`];
  }
  return broadcastOf(address) === undefined ? [`the network of ${address} has no broadcast address`] : [];
}
