import { ExitStatusReader } from '../report/exit-status.ts';
import { runPlaybook } from '../runner/run.ts';
import { parseExtraVars } from './flags.ts';
import { reportFor } from './report-for.ts';

/** Flags of `run` and `check`, as parsed. */
export interface RunFlags {
  readonly inventory: string;
  readonly limit?: string;
  readonly extraVar?: readonly string[];
  readonly forks: number;
  readonly diff: boolean;
  readonly output?: 'tty' | 'plain' | 'json';
  readonly verbose: number;
  readonly strict: boolean;
}

/** `tsplay run` and `tsplay check`. Gives the exit status. */
export async function run(mode: 'run' | 'check', flags: RunFlags, playbook: string): Promise<number> {
  const report = await reportFor(flags);
  const status = new ExitStatusReader({ strict: flags.strict });
  await runPlaybook({
    playbook,
    inventory: flags.inventory,
    mode,
    limit: flags.limit,
    forks: flags.forks,
    diff: flags.diff,
    extraVars: await parseExtraVars(flags.extraVar ?? []),
    cwd: process.cwd(),
    emit(event) {
      status.event(event);
      report.event(event);
    },
  });
  return status.status;
}
