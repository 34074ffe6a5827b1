import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';
import type { Restrictions } from './ssh-config/restrictions.ts';

/** What is offered to a host: what ssh_config leaves of each list, and what ssh2 offers by itself of the others. */
export function algorithmsOf(
  { kex, cipher, hmac, serverHostKey }: Restrictions = {},
  hostKeys: readonly ServerHostKeyAlgorithm[],
): Algorithms {
  const keys =
    serverHostKey === undefined ? hostKeys : hostKeys.filter((name) => serverHostKey.includes(name));
  const lists = Object.entries({ kex, cipher, hmac }).filter(([, names]) => names !== undefined);
  return { ...(Object.fromEntries(lists) as Algorithms), serverHostKey: [...keys] };
}
