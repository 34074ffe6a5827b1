import type { ServerHostKeyAlgorithm } from 'ssh2';

/** What ssh2 understands and OpenSSH takes by itself, in OpenSSH's order of preference. */
export const serverHostKeys = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const satisfies readonly ServerHostKeyAlgorithm[];

/**
 * Host key algorithms with those of known keys first: a host that has several keys shows the first that is asked for,
 * and only a known one can be compared.
 *
 * @param names - what may be offered
 */
export function knownFirst<Name extends string>(
  knownTypes: readonly string[],
  names: readonly Name[],
): readonly Name[] {
  const known = (name: string): boolean => knownTypes.includes(name.startsWith('rsa-') ? 'ssh-rsa' : name);
  return [...names.filter(known), ...names.filter((name) => !known(name))];
}
