import { createHmac, randomBytes } from 'node:crypto';
import { callerPlace } from '../playbook/place.ts';
import { isArmored } from './armor.ts';
import { isOpen, learn, reveal, Secret, unknownSecret } from './hidden.ts';
import { declareSealed, unseal } from './sealed.ts';

export { reveal, Secret } from './hidden.ts';

/**
 * Makes a secret of a string. One that `tsplay secret encrypt` has printed is decrypted with the key of whoever runs
 * the playbook, before any body runs.
 *
 * Before a template literal it joins texts and secrets, which makes a secret of the whole.
 *
 * @example
 * const password = secret(`-----BEGIN AGE ENCRYPTED FILE-----
 * …
 * -----END AGE ENCRYPTED FILE-----`);
 * @example
 * file('/etc/app.url', { content: secret`postgres://app:${password}@db1/app\n`, mode: '0600' });
 */
export function secret(value: string): Secret;
export function secret(texts: TemplateStringsArray, ...values: readonly (string | number | Secret)[]): Secret;
export function secret(
  value: string | TemplateStringsArray,
  ...values: readonly (string | number | Secret)[]
): Secret {
  if (typeof value !== 'string') return joined(value, values);
  if (!isArmored(value)) return new Secret(value);
  const where = callerPlace();
  return declareSealed({
    open: async () => (await import('./identity.ts')).decryptText(value, { what: 'this secret', where }),
  });
}

function joined(texts: readonly string[], values: readonly (string | number | Secret)[]): Secret {
  const join = (): string =>
    texts.map((text, index) => text + (index < values.length ? plain(values[index]) : '')).join('');
  const parts = values.filter((value) => value instanceof Secret);
  if (parts.every(isOpen)) return madeOfSecrets(join());
  const open = async (): Promise<string> => {
    const problems = await Promise.all(parts.map(unseal));
    for (const problem of problems) if (problem !== undefined) throw problem;
    return join();
  };
  return declareSealed({ open, made: true });
}

function plain(value: string | number | Secret | undefined): string {
  return value instanceof Secret ? reveal(value) : String(value);
}

function madeOfSecrets(text: string): Secret {
  const made = unknownSecret();
  learn(made, text, { made: true });
  return made;
}

const key = randomBytes(32);

/** Tells two texts apart in a message. The key is this process's own, so it says nothing about a secret. */
export function fingerprint(value: string | Secret): string {
  const text = value instanceof Secret ? reveal(value) : value;
  return `#${createHmac('sha256', key).update(text).digest('hex').slice(0, 12)}`;
}

/**
 * Makes a text in which secrets may stand: `make` gets what reveals them. Where it has revealed one, the text is a
 * secret itself.
 */
export function withSecrets(make: (reveal: (value: Secret) => string) => string): string | Secret {
  let revealed = false;
  const text = make((value) => {
    revealed = true;
    return reveal(value);
  });
  return revealed ? madeOfSecrets(text) : text;
}
