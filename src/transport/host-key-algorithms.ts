import type { ServerHostKeyAlgorithm } from 'ssh2';

/** What ssh2 understands and OpenSSH still takes, in OpenSSH's order of preference. */
export const serverHostKeys = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const satisfies readonly ServerHostKeyAlgorithm[];

/**
 * The host key algorithms to offer, with those of known keys first: a host that has several keys shows the first
 * that is asked for, and only a known one can be compared.
 */
export function hostKeyAlgorithms(knownTypes: readonly string[]): ServerHostKeyAlgorithm[] {
  const known = (name: string): boolean => knownTypes.includes(name.startsWith('rsa-') ? 'ssh-rsa' : name);
  return [...serverHostKeys.filter(known), ...serverHostKeys.filter((name) => !known(name))];
}
