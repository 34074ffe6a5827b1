import type { Host } from '../inventory/inventory.ts';
import { Beyond } from './beyond.ts';
import { nobody, targetOf, type Asking } from './target.ts';
import type { Connection, Target, Tell, Transport } from './transport.ts';

/** The ways to reach a host. */
export const transportNames = ['ssh2', 'openssh', 'local'] as const;
export type TransportName = (typeof transportNames)[number];

/** How hosts are connected to. */
export interface ConnectOptions {
  /** The one way to take; undefined: what fits each host. */
  readonly transport?: TransportName | undefined;
  readonly asking?: Asking | undefined;
  /** Aborted when nobody wants the connection any more. It counts while that is being made, and not later. */
  readonly givenUp?: AbortSignal | undefined;
  /** Is told where a host is not reached in the usual way, and why. */
  readonly tell?: Tell | undefined;
}

/** Opens a connection to a host in the way that fits it: ssh2, or the system's ssh where ssh2 cannot go. */
export async function connect(host: Host, options: ConnectOptions = {}): Promise<Connection> {
  const { transport, asking = nobody, givenUp, tell } = options;
  const target = await targetOf(host, asking, givenUp);
  const forced = transport ?? (host.connection === 'local' ? 'local' : undefined);
  if (forced !== undefined) return (await transportNamed(forced)).open(target, tell);
  return openBestWay(target, tell);
}

async function openBestWay(target: Target, tell: Tell | undefined): Promise<Connection> {
  const { openSsh2 } = await import('./ssh2-transport.ts');
  try {
    return await openSsh2(target, tell);
  } catch (error) {
    if (!(error instanceof Beyond)) throw error;
    tell?.(`it is reached with the system's ssh, since ${error.reason}`);
    return (await transportNamed('openssh')).open(target);
  }
}

/** The transport of a name; each is loaded only where it is needed. */
export async function transportNamed(name: TransportName): Promise<Transport> {
  switch (name) {
    case 'local':
      return (await import('./local-transport.ts')).localTransport;
    case 'ssh2':
      return (await import('./ssh2-transport.ts')).ssh2Transport;
    case 'openssh':
      return (await import('./openssh-transport.ts')).opensshTransport;
  }
}
