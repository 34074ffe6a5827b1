import { TsplayError, TsplayErrors, type ErrorExit } from '../errors/tsplay-error.ts';

/** Wrong use: nothing has run. */
export const wrongUse = 64;

/** A bug in tsplay, as in sysexits.h. */
export const bug = 70;

/** The exit status that something thrown leads to. */
export function exitOf(error: unknown): ErrorExit | typeof bug {
  if (error instanceof TsplayError) return error.exit;
  if (!(error instanceof TsplayErrors)) return bug;
  const exits = error.errors.map(({ exit }) => exit);
  return ([1, 3, 64] as const).find((exit) => exits.includes(exit)) ?? wrongUse;
}
