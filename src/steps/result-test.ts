/** A predicate on a command's result that the target decides by itself, without a round trip. */
export type ResultTest =
  | { readonly kind: 'rc'; readonly codes: readonly number[]; readonly holds: boolean }
  | { readonly kind: 'stdout'; readonly ere: string; readonly holds: boolean };

/**
 * Predicates on the exit status of a command.
 *
 * @example command('sync', { run: ['rsync', …], changedWhen: rc.in(0), failedWhen: rc.notIn(0, 24) })
 */
export const rc = {
  /** The exit status is one of these. */
  in: (...codes: readonly [number, ...number[]]): ResultTest => ({ kind: 'rc', codes, holds: true }),
  /** The exit status is none of these. */
  notIn: (...codes: readonly [number, ...number[]]): ResultTest => ({ kind: 'rc', codes, holds: false }),
};

/**
 * Predicates on what a command prints on standard output.
 *
 * @example command('apply', { run: ['apply'], changedWhen: stdout.matches('^updated ') })
 */
export const stdout = {
  /** A line matches this POSIX extended regular expression. */
  matches: (ere: string): ResultTest => ({ kind: 'stdout', ere, holds: true }),
  /** No line matches this POSIX extended regular expression. */
  lacks: (ere: string): ResultTest => ({ kind: 'stdout', ere, holds: false }),
};
