import { resolve } from 'node:path';
import { askingWith, loginPassword } from './asking.ts';
import { becomePassword } from './become-password.ts';
import { parseExtraVars } from './extra-vars.ts';
import type { PlaybookFlags, RunFlags } from './flags.ts';
import { reported } from './reported.ts';

/** How `run` and `check` differ. */
export interface RunMode {
  readonly mode: 'run' | 'check';
  /** Tasks that a check cannot predict count as drift. */
  readonly strict: boolean;
}

/** Runs or checks a playbook and shows it; gives the exit status. */
export async function runAndReport(
  { mode, strict }: RunMode,
  flags: PlaybookFlags & RunFlags,
  playbook: string,
): Promise<number> {
  const { inventory, limit, forks } = flags;
  const cwd = process.cwd();
  const diff =
    flags.diff ||
    (flags.report !== undefined && (await import('./report-files.ts')).showsFiles(flags.report, cwd));
  const extraVars = await parseExtraVars(flags.extraVar ?? [], cwd);
  const password = await becomePassword(flags.askBecomePass ?? false);
  const login = await loginPassword(flags.askPass ?? false);
  const within = resolve(cwd, playbook);
  return reported(flags, { strict, within }, async ({ emit, signal, quietly }) => {
    const { runPlaybook } = await import('../runner/run.ts');
    await runPlaybook({
      playbook,
      inventory,
      mode,
      limit,
      forks,
      diff,
      extraVars,
      becomePassword: password,
      transport: flags.transport,
      asking: askingWith(login, quietly, signal),
      factAge: flags.factCache,
      cwd,
      emit,
      signal,
    });
  });
}
