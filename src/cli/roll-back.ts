import { join } from 'node:path';
import { askingWith, loginPassword } from './asking.ts';
import { becomePassword } from './become-password.ts';
import type { HostFlags, ReportFlags } from './flags.ts';
import { reported } from './reported.ts';

/** Takes back what the last run on each host changed, and shows it; gives the exit status. */
export async function rollBack(flags: HostFlags & ReportFlags): Promise<number> {
  const { inventory, limit, forks, transport } = flags;
  const password = await becomePassword(flags.askBecomePass ?? false);
  const login = await loginPassword(flags.askPass ?? false);
  const cwd = process.cwd();
  const within = join(cwd, 'any');
  return reported({ ...flags, diff: false }, { strict: false, within }, async ({ emit, signal, quietly }) => {
    const { rollback } = await import('../runner/rollback.ts');
    const asking = askingWith(login, quietly, signal);
    const how = { becomePassword: password, transport, asking };
    await rollback({ emit, signal, inventory, limit, forks, cwd, ...how });
  });
}
