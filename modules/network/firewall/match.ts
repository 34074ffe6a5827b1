import { option, type OptionRule, type OptionRules } from '../../../src/steps/index.ts';
import { canonicalNetwork, networkProblem } from '../address.ts';
import { linkNameProblem } from '../links/link-name.ts';
import type { Family, Rule } from './chains.ts';
import { firewallNameProblem } from './chains.ts';

/** The protocol of packets, by name or by its number in the IP header. */
export type Protocol = 'tcp' | 'udp' | 'sctp' | 'icmp' | 'icmpv6' | 'esp' | 'ah' | 'gre' | number;

/** A port, or the first and last of some: `25`, `'8000-8010'`. */
export type PortRange = number | `${number}-${number}`;

/** Some ports: `25`, `'8000-8010'`, `[25, 465, '8000-8010']`. */
export type Ports = PortRange | readonly PortRange[];

/** A set that {@link ipset} has made. */
export interface AddressSet {
  /** Its name: that of the task `ipset`. */
  readonly set: string;
  /** The set has ports beside addresses (`hash:ip,port`, `hash:net,port`): both must match. @defaultValue false */
  readonly withPort?: boolean;
}

/** Some addresses: an address, a network, a list of these, or a set. */
export type Addresses = string | readonly string[] | AddressSet;

/** Which packets a rule is about; all that is said must hold. */
export interface PacketMatch {
  /** Needed with ports. @defaultValue all */
  readonly protocol?: Protocol;
  /** Source ports of tcp, udp or sctp. @defaultValue all */
  readonly sport?: Ports;
  /** Destination ports of tcp, udp or sctp. @defaultValue all */
  readonly dport?: Ports;
  /** Source addresses. @defaultValue all */
  readonly source?: Addresses;
  /** Destination addresses. @defaultValue all */
  readonly destination?: Addresses;
  /** But not from this address or network, or from those of a set. @defaultValue no exception */
  readonly exceptSource?: string | AddressSet;
  /** But not to this address or network, or to those of a set. @defaultValue no exception */
  readonly exceptDestination?: string | AddressSet;
}

const ported = ['tcp', 'udp', 'sctp'];
const names = [...ported, 'icmp', 'icmpv6', 'esp', 'ah', 'gre'];
/** As every backend takes them. */
const numbers: Readonly<Record<string, number>> = { icmp: 1, icmpv6: 58, esp: 50, ah: 51, gre: 47 };

const isPort = (value: unknown): boolean =>
  Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= 65535;

/** Ends of a range of whole numbers that is written as text, or undefined. */
export function rangeOf(value: unknown): readonly [number, number] | undefined {
  const [, low = '', high = ''] =
    typeof value === 'string' ? (/^(0|[1-9]\d{0,9})-(0|[1-9]\d{0,9})$/.exec(value) ?? []) : [];
  return low === '' || Number(low) > Number(high) ? undefined : [Number(low), Number(high)];
}

const portRange = option.rule(
  "a port from 1 to 65535, or a range such as '8000-8010'",
  (value) => isPort(value) || rangeOf(value)?.every(isPort) === true,
);
/** Some ports. */
export const ports: OptionRule = (name, value) =>
  Array.isArray(value) ? option.listOf(portRange, 1)(name, value) : portRange(name, value);

const network: OptionRule = (name, value) => {
  const wrong = networkProblem(value);
  return wrong === undefined ? [] : [`${name}: ${wrong}`];
};
const set: OptionRule = (name, value) => {
  if (!option.isPlain(value)) return network(name, value);
  const { set: given, withPort, ...others } = value;
  const wrong = typeof given === 'string' ? firewallNameProblem(given) : 'the name of the set is missing';
  return [
    ...(wrong === undefined ? [] : [`${name}: ${wrong}`]),
    ...(withPort === undefined ? [] : option.flag(`${name}.withPort`, withPort)),
    ...Object.keys(others).map(
      (key) => `${name} has no option ${option.quoted(key)}; there are set, withPort`,
    ),
  ];
};
const addresses: OptionRule = (name, value) =>
  Array.isArray(value) ? option.listOf(network, 1)(name, value) : set(name, value);

/** The name of a link that stands in a rule. iptables takes a + at its end for "and all that begin so". */
export const device: OptionRule = (name, value) => {
  const wrong =
    linkNameProblem(value) ??
    (String(value).endsWith('+')
      ? `'${String(value)}' ends in +, which iptables has for names of many links`
      : undefined);
  return wrong === undefined ? [] : [`${name}: ${wrong}`];
};

/** Rules of {@link PacketMatch}. */
export const matchRules: OptionRules<PacketMatch> = {
  protocol: option.rule(
    `${names.map((name) => `'${name}'`).join(', ')} or a number from 1 to 255`,
    (value) =>
      names.includes(value as string) ||
      (Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= 255),
  ),
  sport: ports,
  dport: ports,
  source: addresses,
  destination: addresses,
  exceptSource: set,
  exceptDestination: set,
};

/** The addresses that are named, sets being of either family. */
export function addressesOf(match: PacketMatch): readonly string[] {
  return [match.source, match.destination, match.exceptSource, match.exceptDestination].flatMap((one) =>
    one === undefined || isSet(one) ? [] : one,
  );
}

/** The names of the sets that are named. */
export function setsOf(match: PacketMatch): readonly string[] {
  return [match.source, match.destination, match.exceptSource, match.exceptDestination].flatMap((one) =>
    one !== undefined && isSet(one) ? [one.set] : [],
  );
}

function isSet(given: Addresses): given is AddressSet {
  return typeof given === 'object' && !Array.isArray(given);
}

/** So many rules one description may come to; more addresses than that are for a set. */
const most = 256;

/** What the options of a match say together. `at` stands before their names. */
export function checkMatch(
  match: PacketMatch,
  family: Family,
  at: string,
  problem: (text: string) => void,
): void {
  const { protocol } = match;
  if ((match.sport ?? match.dport) !== undefined && !isPorted(match)) {
    problem(`${at}sport and ${at}dport need ${at}protocol: 'tcp', 'udp' or 'sctp'`);
  }
  if (protocol === 'icmpv6' && family === 4) problem(`${at}protocol icmpv6 is for IPv6 only`);
  if (protocol === 'icmp' && family === 6) problem(`${at}protocol icmp is for IPv4 only; there is icmpv6`);
  for (const [one, except] of [
    ['source', 'exceptSource'],
    ['destination', 'exceptDestination'],
  ] as const) {
    const [given, left] = [match[one], match[except]];
    if (given !== undefined && left !== undefined && !isSet(given) && !isSet(left)) {
      problem(`${at}${one} and ${at}${except} cannot both be addresses: make one of them a set`);
    }
  }
  for (const given of [match.source, match.destination, match.exceptSource, match.exceptDestination]) {
    if (given !== undefined && isSet(given) && given.withPort === true && !isPorted(match)) {
      problem(`${at}withPort needs ${at}protocol: 'tcp', 'udp' or 'sctp'`);
    }
  }
  const count = matchWords(match).length;
  if (count > most) problem(`${at || 'this '}comes to ${count} rules: put the addresses into an ipset`);
}

/** Whether ports make sense. */
export function isPorted({ protocol }: PacketMatch): boolean {
  return ported.includes(String(protocol)) || [6, 17, 132].includes(Number(protocol));
}

/** The words of the rules that together match these packets: one for each pair of addresses and each 15 ports. */
export function matchWords(match: PacketMatch): readonly Rule[] {
  const wide = (text: string): boolean => canonicalNetwork(text) === 'default';
  const ofAddresses = (
    word: 's' | 'd',
    given: Addresses | undefined,
    not: readonly string[],
  ): readonly Rule[] => {
    if (given === undefined) return [[]];
    if (isSet(given)) return [[...not, `${word}set${given.withPort === true ? 'port' : ''}`, given.set]];
    // All addresses go without saying.
    return [given]
      .flat()
      .map((one) => (wide(one) && not.length === 0 ? [] : [...not, `${word}addr`, canonical(one)]));
  };
  const ofPorts = (word: string, given: Ports | undefined): readonly Rule[] =>
    given === undefined ? [[]] : portLists(given).map((list) => [word, list]);
  return product([
    [protocolWords(match)],
    ofAddresses('s', match.source, []),
    ofAddresses('d', match.destination, []),
    ofAddresses('s', match.exceptSource, ['not']),
    ofAddresses('d', match.exceptDestination, ['not']),
    ofPorts('sport', match.sport),
    ofPorts('dport', match.dport),
  ]);
}

const byNumber: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp', 132: 'sctp' };

function protocolWords({ protocol }: PacketMatch): Rule {
  if (protocol === undefined) return [];
  return [
    'proto',
    typeof protocol === 'number' ? (byNumber[protocol] ?? protocol) : (numbers[protocol] ?? protocol),
  ];
}

/** `canonicalNetwork` says default where packet filters have no word for it. */
function canonical(network: string): string {
  const text = canonicalNetwork(network);
  return text === 'default' ? (network.includes(':') ? '::/0' : '0.0.0.0/0') : text;
}

/** Lists of at most 15 ports, a range counting for two: more no rule of iptables can have. */
function portLists(given: Ports): readonly string[] {
  const all: readonly PortRange[] = typeof given === 'object' ? given : [given];
  const lists: { texts: string[]; size: number }[] = [];
  for (const text of new Set(all.map(portText))) {
    const size = text.includes('-') ? 2 : 1;
    const last = lists.at(-1);
    if (last === undefined || last.size + size > 15) lists.push({ texts: [text], size });
    else {
      last.texts.push(text);
      last.size += size;
    }
  }
  return lists.map(({ texts }) => texts.join(','));
}

/** A port or a range, which may have one port only. */
export function portText(given: PortRange): string {
  const [low, high] = rangeOf(given) ?? [given, given];
  return low === high ? String(low) : `${low}-${high}`;
}

/** Every way to take one of each. */
function product(lists: readonly (readonly Rule[])[]): readonly Rule[] {
  return lists.reduce<readonly Rule[]>(
    (all, list) => all.flatMap((before) => list.map((one) => [...before, ...one])),
    [[]],
  );
}
