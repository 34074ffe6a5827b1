import { transportError } from '../errors/transport.ts';
import { Beyond } from './beyond.ts';
import { credentials } from './credentials.ts';
import { dial } from './dial.ts';
import { Dropped } from './dropped.ts';
import { hostKeyPolicy } from './host-key-policy.ts';
import { handshakesTo, retried } from './retry.ts';
import { Ssh2Connection } from './ssh2-connection.ts';
import { Handshake, type HandshakeParts } from './ssh2-handshake.ts';
import { whereOf, type Connection, type Target, type Tell, type Transport } from './transport.ts';

/** Milliseconds; a login takes less. */
const firstPause = 100;

/** Reaches hosts with ssh2, in this process: the fastest way. */
export const ssh2Transport: Transport = {
  async open(target, tell): Promise<Connection> {
    try {
      return await openSsh2(target, tell);
    } catch (error) {
      throw error instanceof Beyond ? error.error : error;
    }
  },
};

/** Opens a connection. Throws a TsplayError, or {@link Beyond} where OpenSSH could go on. */
export async function openSsh2(target: Target, tell: Tell = () => {}): Promise<Ssh2Connection> {
  const { reasons = [], name: host } = target;
  const [first] = reasons;
  if (first !== undefined) {
    throw new Beyond(first, transportError('beyond-ssh2', { ...whereOf(target), reasons }, { host }));
  }
  return handshakesTo(target).run(() => {
    const parts = partsFor(target);
    // Whether they are there is looked at where they are needed.
    parts.catch(() => {});
    return retried(target, firstPause, () => open(target, parts, tell));
  });
}

async function partsFor(target: Target): Promise<HandshakeParts> {
  const [{ default: ssh2 }, policy, found] = await Promise.all([
    import('ssh2'),
    hostKeyPolicy(target),
    credentials(target),
  ]);
  return { newClient: () => new ssh2.Client(), policy, credentials: found };
}

async function open(target: Target, parts: Promise<HandshakeParts>, tell: Tell): Promise<Ssh2Connection> {
  const dialing = dial(target);
  try {
    // Loading ssh2 and the keys takes as long as the way to a host; so both at once.
    const [{ stream }, ready] = await Promise.all([dialing, parts]);
    const client = await new Handshake(target, stream, ready).run();
    return new Ssh2Connection(
      client,
      stream,
      ready.policy.isBlind() ? { ...target, updateKeysIn: undefined } : target,
      tell,
      () => openSsh2(target, tell),
    );
  } catch (error) {
    dialing.then(
      ({ stream }) => stream.destroy(),
      () => {},
    );
    if (!(error instanceof Dropped)) throw error;
    const dialed = await dialing;
    throw (await dialed.failure()) ?? error;
  }
}
