import { didYouMean, near } from '../errors/near.ts';

/** Where a secret is kept that stands in no file of the project as it is. */
export type SecretSource =
  /** An environment variable. It is taken out of the environment, so that no process gets it that tsplay starts. */
  | { readonly env: string }
  /**
   * What a program prints: its words, which no shell sees. It runs in the folder of the file that names it, and only
   * where the secret is needed.
   */
  | { readonly command: readonly [program: string, ...args: string[]] }
  /** A file, relative to the one that names it, encrypted or not. */
  | { readonly file: string };

const keys = ['env', 'command', 'file'];

/** What is wrong with something that should be a {@link SecretSource}. */
export function sourceProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it must be a mapping';
  const entries = Object.entries(value);
  const [[key, given] = ['', undefined], ...more] = entries;
  if (!keys.includes(key) || more.length > 0) {
    const unknown = entries.find(([name]) => !keys.includes(name));
    return `it must have one of ${keys.join(', ')}${unknown === undefined ? '' : `, and not ${unknown[0]}${didYouMean(near(unknown[0], keys))}`}`;
  }
  if (key === 'command') {
    const isWords =
      Array.isArray(given) && given.every((word) => typeof word === 'string' && !word.includes('\0'));
    if (!isWords || given.length === 0 || given[0] === '')
      return 'its command must be a list of words, as [pass, show, db]';
    return undefined;
  }
  if (typeof given !== 'string' || given === '' || given.includes('\0')) return `its ${key} must be text`;
  return key === 'env' && !/^[A-Za-z_]\w*$/.test(given)
    ? 'its env cannot be the name of a variable'
    : undefined;
}
