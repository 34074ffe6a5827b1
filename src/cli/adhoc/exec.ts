import { cliError } from '../../errors/cli.ts';
import { play, type Play } from '../../playbook/play.ts';
import { recorder } from '../../record/recorder.ts';
import { findProject } from '../../playbook/load/project.ts';
import type { Flags } from '../commands/exec.ts';
import { warn } from '../command.ts';
import { reported } from '../reported.ts';
import { recording } from '../reports.ts';
import { titleOf, type Execution } from './execution.ts';
import { becomeOf } from './flags.ts';
import { execReport } from './exec-report.ts';
import { passwordsOf, runHandMade } from './run-play.ts';
import { standardInput } from './standard-input.ts';

/** Runs a command on the hosts of a pattern and shows what it prints; gives the exit status. */
export async function execute(flags: Flags, pattern: string, words: readonly string[]): Promise<number> {
  const wanted: Execution = {
    run: commandOf(flags.shell, words),
    stdin: flags.stdin ? await standardInput(process.stdin) : undefined,
    seconds: flags.timeout === undefined ? undefined : Math.ceil(flags.timeout / 1000),
  };
  const passwords = await passwordsOf(flags);
  const statuses = new Map<string, number | undefined>();
  const within = `${process.cwd()}/any`;
  const record = flags.record ? recorder(findProject(within), warn) : undefined;
  const report = await execReport(flags);
  const status = await reported(
    { ...flags, diff: false },
    { strict: false, within, only: recording(report, record) },
    async (reporting) =>
      runHandMade(
        await playOf(wanted, pattern, becomeOf(flags), statuses),
        flags,
        { mode: 'run', diff: false, passwords },
        reporting,
      ),
  );
  if (flags.json) report.printJson(statuses);
  return status;
}

function commandOf(shell: string | undefined, words: readonly string[]): readonly [string, ...string[]] {
  const [program, ...rest] = words;
  if (shell !== undefined && program !== undefined) throw cliError('two-commands', undefined);
  if (shell !== undefined) return ['sh', '-c', shell];
  if (program === undefined) throw cliError('no-command', undefined);
  return [program, ...rest];
}

/** The play of one command, which leaves its status behind for each host. */
async function playOf(
  wanted: Execution,
  pattern: string,
  become: boolean | string,
  statuses: Map<string, number | undefined>,
): Promise<Play> {
  const { register } = await import('./execution-task.ts');
  const title = titleOf(wanted);
  return play(`exec ${title}`, { hosts: pattern, become }, async ({ host }) => {
    const handle = register(title, wanted);
    // A failure has been told by then; how the command ended is known all the same.
    const result = await handle.result().catch(() => handle.result());
    statuses.set(host.name, result.rc);
  });
}
