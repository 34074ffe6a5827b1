import type { TsplayError } from '../errors/tsplay-error.ts';
import { transportError } from '../errors/transport.ts';
import { Dropped } from './dropped.ts';
import { Limit } from './limit.ts';
import { whereOf, type Target } from './transport.ts';

/**
 * sshd's MaxStartups refuses some connections above ten that have not logged in yet, and it notices a login a little
 * later than we do.
 */
const handshakesAtOnce = 8;
const mostTries = 5;

// One for each sshd and not one for all: hosts that do not answer must not hold up the others.
const limits = new Map<string, Limit>();

/** How many may log in to one sshd at once. */
export function handshakesTo({ address, port, via, proxyCommand }: Target): Limit {
  const key = JSON.stringify([address, port, via?.address, via?.port, proxyCommand]);
  const limit = limits.get(key) ?? new Limit(handshakesAtOnce);
  limits.set(key, limit);
  return limit;
}

/**
 * Tries again, after a while, what an sshd has refused because it had too much to do.
 *
 * @param firstPause - milliseconds before the second try; it doubles with each one, and varies by half
 */
export async function retried<T>(target: Target, firstPause: number, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Dropped)) throw error;
      if (tries === mostTries) throw dropped(target, error);
      const pause = firstPause * 2 ** (tries - 1) * (0.5 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

function dropped(target: Target, { said, cause }: Dropped): TsplayError {
  const args = { ...whereOf(target), tries: mostTries, said: said || 'nothing' };
  return transportError('handshake-dropped', args, { host: target.name, cause });
}
