import { sh } from '../steps/sh.ts';
import type { FactGroupDefinition } from './group.ts';
import { hostOf, numberOfHex } from './ipvs-address.ts';
import { Sections } from './sections.ts';

/** Lines that are read. A director has a line for each service and for each server of it. */
const most = 20_000;

const methods = { Masq: 'masquerading', Tunnel: 'ipip', Route: 'gatewaying', Local: 'local' } as const;

/** A server behind a service. */
export interface IpvsServer {
  readonly address: string;
  readonly port: number;
  /** How packets come to it; `local` is this host itself, whatever was asked for. */
  readonly method: (typeof methods)[keyof typeof methods];
  /** Its share; one with 0 gets no new connections. */
  readonly weight: number;
  readonly activeConnections: number;
  readonly inactiveConnections: number;
}

/** How clients stay with their server. */
export interface IpvsPersistence {
  /**
   * For how long, in seconds. The kernel lists its own ticks; undefined where it does not tell how many a second has,
   * as in a network namespace that is not the host's own.
   */
  readonly seconds: number | undefined;
  /** Length of the prefix by which clients count as one; undefined where the family is. */
  readonly prefix: number | undefined;
}

/** A service of the Linux Virtual Server: by address, or by the mark of its packets. */
export interface IpvsService {
  /** Undefined for a service by mark, like `vip` and `port`. */
  readonly protocol: 'tcp' | 'udp' | 'sctp' | undefined;
  readonly vip: string | undefined;
  /** 0 is every port. */
  readonly port: number | undefined;
  /** Undefined for a service by address. */
  readonly fwmark: number | undefined;
  /** Undefined for a service by mark without servers: the kernel does not list it. */
  readonly family: 4 | 6 | undefined;
  readonly scheduler: string;
  /** Each packet is scheduled alone. Never told of an IPv6 service by address. */
  readonly onePacket: boolean;
  /** Undefined for a service whose clients do not stay with their server. */
  readonly persistent: IpvsPersistence | undefined;
  readonly servers: readonly IpvsServer[];
}

/** Facts of the group `ipvs`. */
export interface IpvsFacts {
  /** The module is loaded. Where it is not, nothing else is told. */
  readonly available: boolean;
  /** Of the module: `1.2.1`. */
  readonly version: string | undefined;
  /** In the kernel's order: those by address first. */
  readonly services: readonly IpvsService[];
  /** There were more than 20,000 services and servers, and the rest is missing. */
  readonly truncated: boolean;
}

// What the kernel lists needs no tool. It leaves out flags of schedulers, thresholds and kinds of tunnels. Lengths of
// time are in ticks; these two parameters are a second and five of them, unless somebody has changed one.
// One read must take the whole of such a parameter, so that they are no work for the shell.
const probe = sh`
printf '@ticks\n'
cat /proc/sys/net/ipv4/route/error_cost /proc/sys/net/ipv4/route/error_burst 2>/dev/null || :
printf '@table\n'
[ ! -e /proc/net/ip_vs ] || head -n ${most + 1} /proc/net/ip_vs`;

/** See {@link IpvsFacts}. */
export const ipvs: FactGroupDefinition<IpvsFacts> = {
  probe,
  parse(printed) {
    const said = new Sections(printed);
    const lines = said.lines('table');
    const ticks = ticksOf(said.lines('ticks'));
    if (lines.length === 0) return { available: false, version: undefined, services: [], truncated: false };
    const [, version] = /^IP Virtual Server version (\S+)/.exec(lines[0] ?? '') ?? [];
    if (version === undefined) throw new Error(`not a table of IPVS: ${lines[0]}`);
    const found: { service: Listed; servers: IpvsServer[] }[] = [];
    // The first three lines are its head.
    for (const line of lines.slice(3, most)) {
      const words = line.trim().split(/\s+/);
      if (words[0] === '->') found.at(-1)?.servers.push(serverOf(words, line));
      else found.push({ service: serviceOf(words, line), servers: [] });
    }
    const services = found.map(({ service: { words, ...service }, servers }) => {
      const family = service.family ?? familyOf(servers[0]?.address);
      return { ...service, family, persistent: persistenceOf(words, ticks, family), servers };
    });
    return { available: true, version, services, truncated: lines.length > most };
  },
};

/** A service whose family may stand in its servers only. */
type Listed = Omit<IpvsService, 'servers' | 'persistent'> & { readonly words: readonly string[] };

function serviceOf([kind = '', where = '', scheduler, ...words]: readonly string[], line: string): Listed {
  if (scheduler === undefined) throw new Error(`not a service of IPVS: ${line}`);
  const shared = { scheduler, onePacket: words.includes('ops'), words };
  if (kind === 'FWM') {
    const none = { protocol: undefined, vip: undefined, port: undefined, family: undefined };
    return { ...none, fwmark: numberOfHex(where), ...shared };
  }
  const protocol = kind.toLowerCase();
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp')
    throw new Error(`not a service of IPVS: ${line}`);
  const { address: vip, port } = hostOf(where);
  return { protocol, vip, port, fwmark: undefined, family: familyOf(vip), ...shared };
}

function serverOf([, where = '', method = '', ...numbers]: readonly string[], line: string): IpvsServer {
  const known = Object.entries(methods).find(([name]) => name === method)?.[1];
  const [weight, activeConnections, inactiveConnections] = numbers.map(Number);
  if (known === undefined || weight === undefined || activeConnections === undefined)
    throw new Error(`not a server of IPVS: ${line}`);
  return {
    ...hostOf(where),
    method: known,
    weight,
    activeConnections,
    inactiveConnections: inactiveConnections ?? 0,
  };
}

const familyOf = (address: string | undefined): 4 | 6 | undefined =>
  address === undefined ? undefined : address.includes(':') ? 6 : 4;

/** How many of the kernel's ticks a second has, if its two parameters agree about it. */
function ticksOf(lines: readonly string[]): number | undefined {
  const [cost, burst] = lines.map(Number);
  return cost !== undefined && cost >= 10 && burst === 5 * cost ? cost : undefined;
}

function persistenceOf(
  words: readonly string[],
  ticks: number | undefined,
  family: 4 | 6 | undefined,
): IpvsPersistence | undefined {
  const at = words.indexOf('persistent');
  const [timeout, mask] = words.slice(at + 1);
  if (at < 0 || timeout === undefined || mask === undefined) return undefined;
  const seconds = ticks === undefined ? undefined : Number(timeout) / ticks;
  if (seconds !== undefined && Number.isNaN(seconds)) throw new Error(`not a time: ${timeout}`);
  return { seconds, prefix: family === undefined ? undefined : prefixOf(numberOfHex(mask), family) };
}

/** IPv4 has a mask there; IPv6 the length itself, with its bytes turned round on most machines. */
function prefixOf(mask: number, family: 4 | 6): number {
  return family === 4 ? mask.toString(2).replaceAll('0', '').length : mask >>> 24 || mask;
}
