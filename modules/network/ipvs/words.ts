import { canonicalAddress, isAddress6 } from '../address.ts';
import type { AnyIpvsOptions, IpvsMethod, IpvsTunnel, RealServer } from './options.ts';

/** The words of ipvsadm for what the options say, in the form and order in which `ipvsadm -Sn` prints them. */

/** By method, how packets reach a real server. */
export const methodFlags: Readonly<Record<IpvsMethod, string>> = {
  gatewaying: '-g',
  ipip: '-i',
  masquerading: '-m',
};

/** By protocol, what a service is named by. */
export const protocolFlags = { tcp: '-t', udp: '-u', sctp: '--sctp-service' } as const;

/** Is the service for IPv6 packets? */
export function isSix(o: AnyIpvsOptions): boolean {
  return o.vip === undefined ? o.family === 6 : isAddress6(o.vip);
}

function endpoint(address: string, port: number): string {
  const plain = canonicalAddress(address);
  return isAddress6(plain) ? `[${plain}]:${port}` : `${plain}:${port}`;
}

/** The words that name the service. */
export function serviceWords(o: AnyIpvsOptions): readonly string[] {
  if (o.vip !== undefined) return [protocolFlags[o.protocol ?? 'tcp'], endpoint(o.vip, o.port ?? 0)];
  return ['-f', String(o.fwmark), ...(isSix(o) ? ['-6'] : [])];
}

/** The words of the service's own settings. */
export function settingWords(o: AnyIpvsOptions): readonly string[] {
  const mask = persistentMask(o);
  return [
    '-s',
    o.scheduler ?? '',
    ...(o.persistent === undefined ? [] : ['-p', String(o.persistent)]),
    ...(mask === undefined ? [] : ['-M', mask]),
    ...(o.persistenceEngine === undefined ? [] : ['--pe', o.persistenceEngine]),
    ...(o.onePacket === true ? ['-o'] : []),
    ...((o.schedulerFlags ?? []).length === 0 ? [] : ['-b', (o.schedulerFlags ?? []).toSorted().join(',')]),
  ];
}

// Nothing for a whole address.
function persistentMask(o: AnyIpvsOptions): string | undefined {
  const bits = o.persistentPrefix;
  if (bits === undefined || bits === (isSix(o) ? 128 : 32)) return undefined;
  if (isSix(o)) return String(bits);
  const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (mask >>> shift) & 255).join('.');
}

/** What a real server is known by among those of its service. */
export function serverKey(server: RealServer, o: AnyIpvsOptions): string {
  return endpoint(server.address, server.port ?? o.port ?? 0);
}

/** The words of a real server's settings; thresholds stand behind the weight. */
export function serverWords(server: RealServer): readonly string[] {
  return [
    methodFlags[server.method],
    '-w',
    String(server.weight ?? 1),
    '-x',
    String(server.upperThreshold ?? 0),
    '-y',
    String(server.lowerThreshold ?? 0),
    ...tunnelWords(server.tunnel),
  ];
}

// An ipip tunnel is the default, and older versions of ipvsadm know no other: it goes without words.
function tunnelWords(tunnel: IpvsTunnel | undefined): readonly string[] {
  if (tunnel === undefined || tunnel.type === 'ipip') return [];
  const port = tunnel.type === 'gue' ? ['--tun-port', String(tunnel.port)] : [];
  return ['--tun-type', tunnel.type, ...port, `--tun-${tunnel.checksum ?? 'nocsum'}`];
}
