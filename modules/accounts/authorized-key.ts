import { defineModule, option, type OptionRules } from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import { accountNameProblems } from './account-rules.ts';
import { keyOptions, keyOptionsText, type KeyOptions } from './key-options.ts';
import { keysAbsentSteps, keysPresentSteps } from './key-steps.ts';
import { keyRule, publicKey, type PublicKey } from './public-key.ts';

interface Keys {
  /** A public key, as `ssh-keygen` writes it in a file with `.pub`: its type, the key, a comment. @defaultValue `keys` has them */
  readonly key?: string;
  /** Several of them, in place of `key`. @defaultValue `key` is the only one */
  readonly keys?: readonly string[];
  /**
   * The file: a path from the user's home, or an absolute one, as sshd has it in `AuthorizedKeysFile`; `%u` stands for
   * the user. @defaultValue '.ssh/authorized_keys'
   */
  readonly path?: string;
}

interface Present extends Keys {
  /** What these keys may do, and from where. @defaultValue all that the user may; no options stand before the key */
  readonly options?: KeyOptions;
  /** Only these keys are in the file. @defaultValue false */
  readonly exclusive?: boolean;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent extends Keys {
  readonly options?: never;
  readonly exclusive?: never;
  /** The keys go, whatever options and comments they have. The file stays. */
  readonly state: 'absent';
}

/** Options of {@link authorizedKey}. */
export type AuthorizedKeyOptions = Present | Absent;

const options: OptionRules<AuthorizedKeyOptions> = {
  key: keyRule,
  keys: option.listOf(keyRule),
  path: option.line(),
  options: keyOptions,
  exclusive: option.flag,
  state: option.oneOf('present', 'absent'),
};

/**
 * Keys by which a user may log in over SSH; `authorizedKey('ops', …)` is about those of ops. Each key stands there
 * with the options and the comment that are declared. A file below the user's home and its folder are made where they
 * are missing, and belong to that user alone (0600, 0700). Several tasks may add keys for one user. Never written through
 * symbolic links that the user could have laid.
 *
 * @example authorizedKey('ops', { key: 'ssh-ed25519 AAAAC3… ops@laptop' })
 * @example authorizedKey('backup', { key, options: { restrict: true, command: 'rrsync /srv', from: ['10.0.0.0/8'] } })
 * @example authorizedKey('root', { keys: admins, exclusive: true })
 * @see https://man.openbsd.org/sshd.8#AUTHORIZED_KEYS_FILE_FORMAT
 */
export const authorizedKey = defineModule<AuthorizedKeyOptions>('authorizedKey', {
  options,
  claims(user, o) {
    const file = `${user}:${pathOf(user, o)}` as const;
    const lines = linesOf(o);
    const all = lines.map(([, line]) => line).toSorted();
    return [
      ...lines.map(([blob, line]) => ({
        resource: `key ${blob.slice(-16)} of authorized keys:${file}` as const,
        value: o.state === 'absent' ? 'absent' : line,
      })),
      ...(o.state === 'absent'
        ? []
        : [
            {
              resource: `authorized keys:${file}` as const,
              value: o.exclusive === true ? `only ${all.join(', ') || 'none'}` : 'open to more',
            },
          ]),
    ];
  },
  check(user, o, problem) {
    accountNameProblems(user).forEach(problem);
    if (o.path !== undefined) pathProblems(o.path).forEach(problem);
    if (o.key !== undefined && o.keys !== undefined) problem('key and keys exclude each other');
    else if (o.key === undefined && o.keys === undefined)
      problem('key is missing (or several of them by keys)');
    if (o.keys?.length === 0 && o.exclusive !== true)
      problem('keys must not be empty, unless with exclusive: true');
    const blobs = keysOf(o).map(({ blob }) => blob);
    for (const blob of new Set(blobs.filter((one, index) => blobs.indexOf(one) < index))) {
      problem(`keys has one key twice: '…${blob.slice(-16)}'`);
    }
    if (o.state === 'absent') checkAbsent(o, ['key', 'keys', 'path'], problem);
  },
  steps(user, o) {
    const path = pathOf(user, o);
    return o.state === 'absent'
      ? keysAbsentSteps(
          user,
          path,
          keysOf(o).map(({ blob }) => blob),
        )
      : keysPresentSteps(user, path, linesOf(o), o.exclusive ?? false);
  },
});

function keysOf(o: AuthorizedKeyOptions): readonly PublicKey[] {
  return (o.keys ?? (o.key === undefined ? [] : [o.key])).map(publicKey);
}

/** Each key, and the line that it is to stand in. */
function linesOf(o: AuthorizedKeyOptions): readonly (readonly [blob: string, line: string])[] {
  const before = o.options === undefined ? '' : keyOptionsText(o.options);
  return keysOf(o).map(({ blob, line }) => [blob, before === '' ? line : `${before} ${line}`] as const);
}

function pathOf(user: string, o: AuthorizedKeyOptions): string {
  return (o.path ?? '.ssh/authorized_keys').replaceAll('%u', user).replace(/^%h\//, '');
}

function pathProblems(path: string): readonly string[] {
  const plain = path.replaceAll('%u', 'u').replace(/^%h\//, '');
  if (/%/.test(plain)) return ["path can have %u, and %h at its beginning, but no other '%'"];
  if (/(^|\/)\.{0,2}$/.test(plain)) return [`path names a folder, not a file: ${option.quoted(path)}`];
  if (/(^|\/)\.{1,2}\/|\/\//.test(plain))
    return [`path must not have '.', '..' or '//' in it: ${option.quoted(path)}`];
  if (!plain.includes('/')) return [`path must have a folder in it, such as '.ssh/${plain}'`];
  return [];
}
