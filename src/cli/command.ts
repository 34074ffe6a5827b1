import { visible } from '../report/visible.ts';
import { concealed } from '../secrets/conceal.ts';
import { exitOf } from './exit.ts';
import { versions } from './version.ts';

/** Makes the body of a command, which gives its exit status, into what the command line calls. */
export function command<Flags, Args extends readonly unknown[]>(
  body: (flags: Flags, ...args: Args) => Promise<number>,
): (flags: Flags, ...args: Args) => Promise<void> {
  return async (flags, ...args) => {
    try {
      process.exitCode = await body(flags, ...args);
    } catch (error) {
      process.exitCode = await showError(error);
    }
  };
}

/** Shows something thrown to the user; gives the exit status it leads to. */
export async function showError(error: unknown): Promise<number> {
  const { formatError } = await import('../report/format-error.ts');
  const { wantsColor } = await import('../report/color.ts');
  const color = wantsColor(process.stderr, process.env);
  process.stderr.write(formatError(error, { color, about: versions(), conceal: concealed }));
  return exitOf(error);
}

/** Tells of something that keeps nothing from going on. Its text may come from anywhere. */
export function warn(message: string): void {
  process.stderr.write(`warning: ${visible(message)}\n`);
}
