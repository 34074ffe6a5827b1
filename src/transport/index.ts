import { userInfo } from 'node:os';
import type { Host } from '../inventory/inventory.ts';
import type { Connection, Target } from './transport.ts';

/** Milliseconds until a connection attempt is given up. */
const connectTimeout = 10_000;

/** Where and as whom to connect to a host of the inventory. */
export function targetOf(host: Host): Target {
  return {
    name: host.name,
    address: host.address,
    port: host.port ?? 22,
    user: host.user ?? userInfo().username,
    identityFiles: host.identityFiles ?? [],
    knownHostsFiles: host.knownHostsFiles ?? [],
    hostKeyAlias: host.hostKeyAlias,
    connectTimeout,
  };
}

/** Opens a connection to a host in the way that the inventory says. */
export async function connect(host: Host): Promise<Connection> {
  const transport =
    host.connection === 'local'
      ? (await import('./local-transport.ts')).localTransport
      : (await import('./ssh2-transport.ts')).ssh2Transport;
  return transport.open(targetOf(host));
}
