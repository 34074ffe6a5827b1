import { cliError } from '../errors/cli.ts';
import { visible } from '../report/visible.ts';
import { concealed } from '../secrets/conceal.ts';
import type { VaultFlags } from './flags.ts';
import { exitOf } from './exit.ts';
import { versions } from './version.ts';

/** Makes the body of a command, which gives its exit status, into what the command line calls. */
export function command<Flags extends object, Args extends readonly unknown[]>(
  body: (flags: Flags, ...args: Args) => Promise<number>,
): (flags: Flags, ...args: Args) => Promise<void> {
  return async (flags, ...args) => {
    try {
      await useKeys(flags as VaultFlags);
      process.exitCode = await body(flags, ...args);
    } catch (error) {
      process.exitCode = await showError(error);
    }
  };
}

/** What opens secrets is the same for all commands that read an inventory. */
async function useKeys({ vaultId }: VaultFlags): Promise<void> {
  if (vaultId !== undefined) (await import('../secrets/vault-passwords.ts')).useVaultIds(vaultId);
}

/** Shows something thrown to the user; gives the exit status it leads to. */
export async function showError(thrown: unknown): Promise<number> {
  const error = isFull(thrown) ? cliError('no-room', { problem: thrown.message }, { cause: thrown }) : thrown;
  const { formatError } = await import('../report/format-error.ts');
  const { wantsColor } = await import('../report/color.ts');
  const color = wantsColor(process.stderr, process.env);
  process.stderr.write(formatError(error, { color, about: versions(), conceal: concealed }));
  return exitOf(error);
}

/** A full disk is nobody's bug. */
function isFull(thrown: unknown): thrown is Error {
  return (
    thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOSPC' || thrown.code === 'EDQUOT')
  );
}

/** Tells of something that keeps nothing from going on. Its text may come from anywhere. */
export function warn(message: string): void {
  process.stderr.write(`warning: ${visible(message)}\n`);
}
