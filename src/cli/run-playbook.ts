import { resolve } from 'node:path';
import { recordError } from '../errors/record.ts';
import { inventoryText } from '../inventory/find.ts';
import { findProject } from '../playbook/load/project.ts';
import type { Wished } from '../runner/planning/selection.ts';
import { askingWith, loginPassword } from './asking.ts';
import { becomePassword } from './become-password.ts';
import { parseExtraVars } from './extra-vars.ts';
import type { PlaybookFlags, RunFlags, SelectionFlags } from './flags.ts';
import type { ListKind } from './list.ts';
import { reported } from './reported.ts';
import { stepByStep } from './step-by-step.ts';

/** How `run` and `check` differ. */
export interface RunMode {
  readonly mode: 'run' | 'check';
  /** Tasks that a check cannot predict count as drift. */
  readonly strict: boolean;
}

/** Runs or checks a playbook and shows it; gives the exit status. */
export async function runAndReport(
  { mode, strict }: RunMode,
  flags: PlaybookFlags & RunFlags & SelectionFlags,
  playbook: string,
): Promise<number> {
  const { inventory, limit, forks } = flags;
  const cwd = process.cwd();
  const diff =
    flags.diff ||
    (flags.report !== undefined && (await import('./report-files.ts')).showsFiles(flags.report, cwd));
  const extraVars = await parseExtraVars(flags.extraVar ?? [], cwd);
  const wished = { only: flags.tags, skip: flags.skipTags, startAt: flags.startAt };
  const within = resolve(cwd, playbook);
  const former = await formerRun(flags, within);
  const kinds = listKinds(flags);
  if (kinds.length > 0) {
    const { list } = await import('./list.ts');
    return list(
      kinds,
      { playbook, inventory, limit, among: former?.hosts, extraVars, cwd, wished },
      flags.output === 'json',
    );
  }
  const asks = flags.step ? stepByStep() : undefined;
  const password = await becomePassword(flags.askBecomePass ?? false);
  const login = await loginPassword(flags.askPass ?? false);
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
      wished: { ...wished, asks: asks?.(quietly), resumes: former?.resumes },
      among: former?.hosts,
      cwd,
      emit,
      signal,
    });
  });
}

function listKinds({ listHosts, listTasks, listTags }: SelectionFlags): readonly ListKind[] {
  return [
    ...(listHosts ? (['hosts'] as const) : []),
    ...(listTasks ? (['tasks'] as const) : []),
    ...(listTags ? (['tags'] as const) : []),
  ];
}

interface FormerRun {
  readonly hosts: readonly string[] | undefined;
  readonly resumes: Wished['resumes'];
}

/** What is taken from the last run of the playbook, where that is asked for. */
async function formerRun(
  { resume, rerun, inventory }: SelectionFlags & PlaybookFlags,
  playbook: string,
): Promise<FormerRun | undefined> {
  if (!resume && rerun === undefined) return undefined;
  const { doneIn, hostsWith, isWhole, lastRun } = await import('../record/last-run.ts');
  const last = lastRun(findProject(playbook), playbook, inventoryText(inventory));
  const hosts = rerun === undefined ? undefined : hostsWith(last, rerun);
  if (rerun !== undefined && hosts?.length === 0)
    throw recordError('nothing-to-rerun', { run: last.name, outcome: rerun });
  if (!resume) return { hosts, resumes: undefined };
  if (isWhole(last)) throw recordError('nothing-to-resume', { run: last.name });
  return { hosts, resumes: { run: last.name, isDone: doneIn(last) } };
}
