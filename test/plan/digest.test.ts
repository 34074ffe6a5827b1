import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/inventory/inventory.ts';
import { hostDigest, programDigest } from '../../src/plan/digest.ts';
import { secret } from '../../src/secrets/secret.ts';
import type { Compiled } from '../../src/steps/compile.ts';

const compiled = (body: string, secrets: Readonly<Record<string, string>> = {}): Compiled => ({
  setup: ':',
  body,
  secrets: new Map(Object.entries(secrets)),
  segments: [],
});

describe('the digest of a program', () => {
  it('is quick without a secret, and slow with one, be it that the text has it', async () => {
    expect(await programDigest(compiled('echo x'), 'salt')).toMatch(/^sha256:/);
    expect(await programDigest(compiled('echo x', { TS_SECRET_1: 'a' }), 'salt')).toMatch(/^scrypt:/);
    secret('very-secret-words');
    expect(await programDigest(compiled('echo very-secret-words'), 'salt')).toMatch(/^scrypt:/);
  });

  it('tells body, secrets and salts apart', async () => {
    const one = await programDigest(compiled('x', { S: 'a' }), 'salt');
    expect(await programDigest(compiled('x', { S: 'a' }), 'salt')).toBe(one);
    expect(await programDigest(compiled('x', { S: 'b' }), 'salt')).not.toBe(one);
    expect(await programDigest(compiled('y', { S: 'a' }), 'salt')).not.toBe(one);
    expect(await programDigest(compiled('x', { S: 'a' }), 'pepper')).not.toBe(one);
  });
});

it('the digest of a host is that of its values, whatever their order and place', () => {
  const host: Host = {
    name: 'a',
    connection: 'ssh',
    address: 'a',
    groups: ['all'],
    vars: { x: 1, y: { b: 2, a: [1, 2] } },
  };
  const same = { ...host, vars: { y: { a: [1, 2], b: 2 }, x: 1 }, where: () => undefined, layers: [] };
  expect(hostDigest(same)).toBe(hostDigest(host));
  expect(hostDigest({ ...host, vars: { x: 2, y: { b: 2, a: [1, 2] } } })).not.toBe(hostDigest(host));
  expect(hostDigest({ ...host, vars: { x: 1, y: { b: 2, a: [2, 1] } } })).not.toBe(hostDigest(host));
});
