import type { TsplayError } from '../errors/tsplay-error.ts';
import { transportError } from '../errors/transport.ts';
import { credentials } from './credentials.ts';
import { dial } from './dial.ts';
import { Dropped } from './dropped.ts';
import { hostKeyPolicy } from './host-key-policy.ts';
import { Limit } from './limit.ts';
import { Ssh2Connection } from './ssh2-connection.ts';
import { Handshake, type HandshakeParts } from './ssh2-handshake.ts';
import { whereOf, type Connection, type Target, type Transport } from './transport.ts';

/**
 * sshd's MaxStartups refuses some connections above ten that have not logged in yet, and it notices a login a little
 * later than we do.
 */
const handshakesAtOnce = 8;
const mostTries = 5;
/** Milliseconds before the second try; it doubles with each one, and varies by half. */
const firstPause = 100;

/** Reaches hosts with ssh2, in this process: the fastest way. */
export const ssh2Transport: Transport = {
  open: (target) => handshakesTo(target).run(() => openWithRetry(target)),
};

// One for each sshd and not one for all: hosts that do not answer must not hold up the others.
const limits = new Map<string, Limit>();

function handshakesTo({ address, port }: Target): Limit {
  const key = `${address} ${port}`;
  const limit = limits.get(key) ?? new Limit(handshakesAtOnce);
  limits.set(key, limit);
  return limit;
}

async function openWithRetry(target: Target): Promise<Connection> {
  const parts = Promise.all([import('ssh2'), hostKeyPolicy(target), credentials(target)]).then(
    ([{ default: ssh2 }, policy, found]) => ({
      newClient: () => new ssh2.Client(),
      policy,
      credentials: found,
    }),
  );
  for (let tries = 1; ; tries += 1) {
    try {
      return await open(target, parts);
    } catch (error) {
      if (!(error instanceof Dropped)) throw error;
      if (tries === mostTries) throw dropped(target, error);
      const pause = firstPause * 2 ** (tries - 1) * (0.5 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

async function open(target: Target, parts: Promise<HandshakeParts>): Promise<Connection> {
  const dialing = dial(target);
  try {
    // Loading ssh2 and the keys takes as long as the way to a host; so both at once.
    const [socket, ready] = await Promise.all([dialing, parts]);
    const client = await new Handshake(target, socket, ready).run();
    return new Ssh2Connection(client, socket, target);
  } catch (error) {
    dialing.then(
      (socket) => socket.destroy(),
      () => {},
    );
    throw error;
  }
}

function dropped(target: Target, { said, cause }: Dropped): TsplayError {
  const args = { ...whereOf(target), tries: mostTries, said: said || 'nothing' };
  return transportError('handshake-dropped', args, { host: target.name, cause });
}
