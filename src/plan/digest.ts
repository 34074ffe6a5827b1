import { createHash, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Host } from '../inventory/inventory.ts';
import { concealed } from '../secrets/conceal.ts';
import type { Compiled } from '../steps/compile.ts';

const slow = promisify<string, string, number, Buffer>(scrypt);

/**
 * Tells whether another program is the same, its secrets too. Where there are any, trying out what they could be takes
 * long: a plan may be seen by somebody who does not know them.
 *
 * @param salt - of the plan, so that nothing can be tried out for several at once
 */
export async function programDigest({ body, segments, secrets }: Compiled, salt: string): Promise<string> {
  const all = [secrets, ...segments.map((segment) => segment.secrets)].map((some) => [...some]);
  const parts = segments.map((segment) => [segment.number, segment.user, segment.body]);
  const text = JSON.stringify([body, parts, all]);
  if (all.every((some) => some.length === 0) && concealed(text) === text) return `sha256:${sha256(text)}`;
  return `scrypt:${(await slow(text, salt, 32)).toString('base64')}`;
}

/** Tells whether the inventory says the same of a host. Secrets do not count: those that matter are in its programs. */
export function hostDigest({ where: _where, layers: _layers, ...host }: Host): string {
  return `sha256:${sha256(canonical(host))}`;
}

/** JSON in which the order of names does not count. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/** A digest of a text. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
