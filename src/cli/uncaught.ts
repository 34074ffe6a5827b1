import { runnerError } from '../errors/runner.ts';
import type { TsplayError } from '../errors/tsplay-error.ts';
import { placeOfThrower } from '../playbook/place.ts';

/** What the code of a user has thrown where nobody waits for it; undefined for what is tsplay's. */
export function uncaughtOfUser(thrown: unknown): TsplayError | undefined {
  const where = placeOfThrower(thrown);
  if (where === undefined || !(thrown instanceof Error)) return undefined;
  return runnerError('uncaught', { problem: thrown.message }, { where, cause: thrown });
}
