import { connect } from 'node:net';
import type { TsplayError } from '../errors/tsplay-error.ts';
import { transportError } from '../errors/transport.ts';
import type { Dialed } from './dial.ts';
import { whenGivenUp } from './given-up.ts';
import { Dropped } from './dropped.ts';
import { whereOf, type Target } from './transport.ts';

/** Opens a TCP connection to a host. */
export function dialDirectly(target: Target): Promise<Dialed> {
  const { address, port, connectTimeout, family, bindAddress } = target;
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port,
      // Nagle's algorithm would hold every small request back for 40 ms.
      noDelay: true,
      ...(family === undefined ? {} : { family }),
      ...(bindAddress === undefined ? {} : { localAddress: bindAddress }),
      // Of several addresses, Node gives each but the last only 250 ms: too little for a far host.
      autoSelectFamilyAttemptTimeout: Math.ceil(connectTimeout / 4),
    });
    const late = (): void => {
      socket.destroy();
      settle();
      reject(timeout(target));
    };
    const timer = setTimeout(late, connectTimeout);
    let watching: (() => void) | undefined;
    const settle = (): void => {
      clearTimeout(timer);
      watching?.();
    };
    watching = whenGivenUp(target, late);
    socket.once('connect', () => {
      settle();
      resolve({ stream: socket, failure: () => Promise.resolve(undefined) });
    });
    // This listener stays: the socket may fail while nobody else listens yet.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      settle();
      reject(explain(target, error));
    });
  });
}

/** A host that has not answered. */
export function timeout(target: Target, cause?: unknown): TsplayError {
  const seconds = target.connectTimeout / 1000;
  return transportError('connection-timeout', { ...whereOf(target), seconds }, { host: target.name, cause });
}

function explain(target: Target, error: NodeJS.ErrnoException): TsplayError | Dropped {
  const context = { host: target.name, cause: error };
  switch (error.code) {
    case 'ECONNREFUSED':
      return transportError('connection-refused', whereOf(target), context);
    // The host took the connection and ended it before we had noticed.
    case 'ECONNRESET':
      return new Dropped('', error);
    case 'ETIMEDOUT':
      return timeout(target, error);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return transportError('name-not-found', whereOf(target), context);
    default:
      return transportError('connection-impossible', { ...whereOf(target), problem: error.message }, context);
  }
}
