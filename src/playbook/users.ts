import { stepError } from '../errors/steps.ts';
import type { ErrorContext, TsplayError } from '../errors/tsplay-error.ts';

/** Who is who on a host. */
export interface Users {
  /** The user of the connection. */
  readonly login: string;
  /** Whom tasks run as that do not say it themselves. */
  readonly become: boolean | string;
}

/** Whom a task runs as; undefined is the user of the connection. */
export function userFor(wanted: boolean | string | undefined, { login, become }: Users): string | undefined {
  const asked = wanted ?? become;
  const user = asked === true ? 'root' : asked;
  return user === false || user === login ? undefined : user;
}

/** A name that begins with a hyphen would be an option of sudo and su. */
export function userProblems(user: string | undefined, context: ErrorContext): readonly TsplayError[] {
  if (user === undefined || /^[^-\p{Cc}\p{Surrogate}:][^\p{Cc}\p{Surrogate}:]*$/u.test(user)) return [];
  return [stepError('bad-user', { task: context.task ?? '', user }, context)];
}
