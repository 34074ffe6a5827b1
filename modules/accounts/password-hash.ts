import { Secret, secret, withSecrets, type OptionRule } from '../../src/steps/index.ts';

const crypt = '[./A-Za-z0-9]';

/** The hashes of crypt(5) that are still taken for good. */
const hashes: readonly RegExp[] = [
  new RegExp(String.raw`^\$g?y\$${crypt}+\$${crypt}{1,86}\$${crypt}{43}$`),
  new RegExp(String.raw`^\$6\$(rounds=[1-9]\d{3,8}\$)?${crypt}{1,16}\$${crypt}{86}$`),
  new RegExp(String.raw`^\$5\$(rounds=[1-9]\d{3,8}\$)?${crypt}{1,16}\$${crypt}{43}$`),
  new RegExp(String.raw`^\$2[aby]\$\d\d\$${crypt}{53}$`),
];

/** What no password fits: `*`, and `!`, which is a lock as well. */
export const noPassword: readonly string[] = ['*', '!'];

/** A password as /etc/shadow has it. What was given instead may be the password itself, so it is not shown. */
export const passwordHash: OptionRule = (name, value) => {
  if (typeof value !== 'string' && !(value instanceof Secret)) {
    return [`${name} must be a hash between quotes, or a secret one`];
  }
  const text = plainHash(value);
  if (noPassword.includes(text) || hashes.some((one) => one.test(text))) return [];
  const why = text.startsWith('!')
    ? "for a locked password say locked: true, and give the hash without '!'"
    : 'make one with: openssl passwd -6, or mkpasswd';
  return [
    `${name} must be a hash as /etc/shadow has it ($y$…, $6$…, $5$… or $2b$…), or '*' if no password is to fit; ${why}`,
  ];
};

/** The text of a hash, for those who compare and pass it on. */
export function plainHash(value: string | Secret): string {
  let text = '';
  withSecrets((reveal) => {
    text = value instanceof Secret ? reveal(value) : value;
    return text;
  });
  return text;
}

/** The hash as a step wants it: never shown, but for the mark that there is none. */
export function wantedHash(value: string | Secret): string | Secret {
  if (noPassword.includes(plainHash(value))) return '*';
  return value instanceof Secret ? value : secret(value);
}
