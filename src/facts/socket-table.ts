import { SocketAddress } from 'node:net';
import type { ListeningSocket } from './sockets.ts';

type TableSocket = Omit<ListeningSocket, 'interface' | 'processes'> & { readonly inode: string };

/** The kernel's numbers for: listening, and connected to nobody. */
const waiting: Readonly<Record<string, string>> = { tcp: '0A', udp: '07' };

/**
 * Reads lines of /proc/net/{tcp,tcp6,udp,udp6} that begin with the file they are from.
 *
 * @see https://docs.kernel.org/networking/proc_net_tcp.html
 */
export function socketsOf(lines: readonly string[], bigEndian: boolean): readonly TableSocket[] {
  return lines.flatMap((line) => {
    const [, protocol, six, rest] = /^\/proc\/net\/(tcp|udp)(6?):\s*\d+: (.*)$/.exec(line) ?? [];
    const [local = '', , state, , , , uid = '', , inode = ''] = rest?.trim().split(/\s+/) ?? [];
    const [, words, port] = /^((?:[\dA-F]{8}){1,4}):([\dA-F]{4})$/.exec(local) ?? [];
    if (words === undefined || port === undefined || !/^\d+$/.test(uid) || !/^\d+$/.test(inode))
      throw new Error(`a socket is not understood: ${line.slice(0, 200)}`);
    if ((protocol !== 'tcp' && protocol !== 'udp') || state !== waiting[protocol]) return [];
    const bytes = addressBytes(words, bigEndian);
    return {
      protocol,
      family: six === '6' ? 'inet6' : 'inet',
      address: six === '6' ? address6(bytes) : bytes.join('.'),
      port: Number.parseInt(port, 16),
      uid: Number(uid),
      inode,
    };
  });
}

/** The kernel prints each four bytes as one number of its own byte order. */
function addressBytes(words: string, bigEndian: boolean): Buffer {
  const bytes = Buffer.from(words, 'hex');
  return bigEndian ? bytes : bytes.swap32();
}

function address6(bytes: Buffer): string {
  const address = (bytes.toString('hex').match(/.{4}/g) ?? []).join(':');
  return new SocketAddress({ address, family: 'ipv6' }).address;
}
