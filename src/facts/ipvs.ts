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
  /** Seconds for which a client stays with its server; undefined for a service that is not persistent. */
  readonly persistent: number | undefined;
  /** Length of the prefix by which clients count as one; undefined where `persistent` or the family is. */
  readonly persistentPrefix: number | undefined;
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

// What the kernel lists needs no tool. It leaves out flags of schedulers, thresholds and kinds of tunnels.
const probe = sh`
printf '@table\n'
[ ! -e /proc/net/ip_vs ] || head -n ${most + 1} /proc/net/ip_vs`;

/** See {@link IpvsFacts}. */
export const ipvs: FactGroupDefinition<IpvsFacts> = {
  probe,
  parse(printed) {
    const lines = new Sections(printed).lines('table');
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
    const services = found.map(({ service: { mask, ...service }, servers }) => {
      const family = service.family ?? familyOf(servers[0]?.address);
      return { ...service, family, persistentPrefix: prefixOf(mask, family), servers };
    });
    return { available: true, version, services, truncated: lines.length > most };
  },
};

/** A service whose family may stand in its servers only. */
type Listed = Omit<IpvsService, 'servers' | 'persistentPrefix'> & { readonly mask: string | undefined };

function serviceOf(words: readonly string[], line: string): Listed {
  const [kind = '', where = '', scheduler, ...flags] = words;
  if (scheduler === undefined) throw new Error(`not a service of IPVS: ${line}`);
  const at = flags.indexOf('persistent');
  const [seconds, mask] = at < 0 ? [] : flags.slice(at + 1);
  const shared = { scheduler, onePacket: flags.includes('ops') };
  const persistent = seconds === undefined ? undefined : Number(seconds);
  if (kind === 'FWM') {
    const none = { protocol: undefined, vip: undefined, port: undefined, family: undefined };
    return { ...none, fwmark: numberOfHex(where), ...shared, persistent, mask };
  }
  const protocol = kind.toLowerCase();
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp')
    throw new Error(`not a service of IPVS: ${line}`);
  const { address: vip, port } = hostOf(where);
  const family = familyOf(vip);
  return { protocol, vip, port, fwmark: undefined, family, ...shared, persistent, mask };
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

/** IPv4 has a mask there; IPv6 the length itself, with its bytes turned round on most machines. */
function prefixOf(mask: string | undefined, family: 4 | 6 | undefined): number | undefined {
  if (mask === undefined || family === undefined) return undefined;
  const bits = numberOfHex(mask);
  return family === 4 ? bits.toString(2).replaceAll('0', '').length : bits >>> 24 || bits;
}
