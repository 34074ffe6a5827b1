import { expect, it } from 'vitest';
import { algorithmsOf } from '../../src/transport/algorithms.ts';

const usual = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];
const asked = (types: readonly string[]) => algorithmsOf(undefined, types).serverHostKey;

it('asks for the types of known keys first, and for all others after them', () => {
  expect(asked([])).toEqual(usual);
  expect(asked(['ssh-rsa'])).toEqual(['rsa-sha2-512', 'rsa-sha2-256', ...usual.slice(0, 4)]);
  expect((asked(['ssh-rsa', 'ecdsa-sha2-nistp384']) as readonly string[]).slice(0, 4)).toEqual([
    'ecdsa-sha2-nistp384',
    'rsa-sha2-512',
    'rsa-sha2-256',
    'ssh-ed25519',
  ]);
});

it('never offers by itself what OpenSSH no longer takes, known or not', () => {
  for (const types of [[], ['ssh-dss'], ['ssh-rsa']]) {
    expect(asked(types)).not.toContain('ssh-dss');
    expect(asked(types)).not.toContain('ssh-rsa');
  }
});

it('leaves the order that ssh_config gives, and puts known ones first in what it only adds to', () => {
  const serverHostKey = ['rsa-sha2-256', 'ssh-ed25519', 'ssh-rsa'];
  const types = ['ssh-ed25519'];
  expect(algorithmsOf({ serverHostKey, hostKeysInOrder: true }, types).serverHostKey).toEqual(serverHostKey);
  expect(algorithmsOf({ serverHostKey, hostKeysInOrder: false }, types).serverHostKey).toEqual([
    'ssh-ed25519',
    'rsa-sha2-256',
    'ssh-rsa',
  ]);
});
