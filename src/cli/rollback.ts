import { ExitStatusReader } from '../report/exit-status.ts';
import { rollback } from '../runner/rollback.ts';
import { reportFor } from './report-for.ts';
import type { RunFlags } from './run.ts';

/** `tsplay rollback`. Gives the exit status. */
export async function rollbackCommand(
  flags: Pick<RunFlags, 'inventory' | 'limit' | 'forks' | 'output' | 'verbose'>,
): Promise<number> {
  // What is taken back is always worth showing.
  const report = await reportFor({ ...flags, diff: true });
  const status = new ExitStatusReader({ strict: false });
  const { inventory, limit, forks } = flags;
  await rollback({
    inventory,
    limit,
    forks,
    cwd: process.cwd(),
    emit(event) {
      status.event(event);
      report.event(event);
    },
  });
  return status.status;
}
