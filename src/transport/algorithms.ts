import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';
import { knownFirst, serverHostKeys } from './host-key-algorithms.ts';
import type { Restrictions } from './ssh-config/restrictions.ts';

/**
 * What is offered to a host: what ssh_config leaves of each list, and what ssh2 offers by itself of the others. Keys
 * that are known come first, but not before what ssh_config itself puts first.
 *
 * @param knownTypes - the types of the host's known keys
 */
export function algorithmsOf(
  { kex, cipher, hmac, serverHostKey, hostKeysInOrder = false }: Restrictions = {},
  knownTypes: readonly string[],
): Algorithms {
  const may = (serverHostKey ?? serverHostKeys) as readonly ServerHostKeyAlgorithm[];
  const lists = Object.entries({ kex, cipher, hmac }).filter(([, names]) => names !== undefined);
  return {
    ...(Object.fromEntries(lists) as Algorithms),
    serverHostKey: [...(hostKeysInOrder ? may : knownFirst(knownTypes, may))],
  };
}
