import { expect, it } from 'vitest';
import { hostKeyAlgorithms } from '../../src/transport/host-key-algorithms.ts';

const usual = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

it('asks for the types of known keys first, and for all others after them', () => {
  expect(hostKeyAlgorithms([])).toEqual(usual);
  expect(hostKeyAlgorithms(['ssh-rsa'])).toEqual(['rsa-sha2-512', 'rsa-sha2-256', ...usual.slice(0, 4)]);
  expect(hostKeyAlgorithms(['ssh-rsa', 'ecdsa-sha2-nistp384']).slice(0, 4)).toEqual([
    'ecdsa-sha2-nistp384',
    'rsa-sha2-512',
    'rsa-sha2-256',
    'ssh-ed25519',
  ]);
});

it('never offers what OpenSSH no longer takes, known or not', () => {
  for (const types of [[], ['ssh-dss'], ['ssh-rsa']]) {
    expect(hostKeyAlgorithms(types)).not.toContain('ssh-dss');
    expect(hostKeyAlgorithms(types)).not.toContain('ssh-rsa');
  }
});
