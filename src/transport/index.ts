import { userInfo } from 'node:os';
import type { Host } from '../inventory/inventory.ts';
import type { Connection, Target, Transport } from './transport.ts';

const sshPort = 22;
const connectTimeoutMs = 10_000;

/** Where and as whom to connect to a host of the inventory. */
export function targetOf(host: Host): Target {
  return {
    name: host.name,
    address: host.address,
    port: host.port ?? sshPort,
    user: host.user ?? userInfo().username,
    identityFiles: host.identityFiles ?? [],
    knownHostsFiles: host.knownHostsFiles ?? [],
    hostKeyAlias: host.hostKeyAlias,
    connectTimeout: host.connectTimeout ?? connectTimeoutMs,
  };
}

/** Opens a connection to a host in the way that the inventory says. */
export async function connect(host: Host): Promise<Connection> {
  const transport = await transportOf(host.connection);
  return transport.open(targetOf(host));
}

async function transportOf(connection: Host['connection']): Promise<Transport> {
  switch (connection) {
    case 'local':
      return (await import('./local-transport.ts')).localTransport;
    case 'ssh':
    case 'lab':
      return (await import('./ssh2-transport.ts')).ssh2Transport;
  }
}
