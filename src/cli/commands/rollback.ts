import { join } from 'node:path';
import { buildCommand } from '@stricli/core';
import { askingWith, loginPassword } from '../asking.ts';
import { becomePassword } from '../become-password.ts';
import { command } from '../command.ts';
import {
  hostAliases,
  hostFlags,
  reportAliases,
  reportFlags,
  type HostFlags,
  type ReportFlags,
} from '../flags.ts';
import { reported } from '../reported.ts';

/** `tsplay rollback` */
export const rollback = buildCommand<HostFlags & ReportFlags>({
  docs: {
    brief: 'Undo the last run on hosts',
    fullDescription: [
      'Undoes what the last run changed, from the journal that it left on each host.',
      '',
      'Example: tsplay rollback -i prod --limit lb1',
      '',
      'Exit status: 0 all well, 1 something could not be undone, 3 a host was unreachable, 64 nothing was done.',
    ].join('\n'),
  },
  parameters: {
    flags: { ...hostFlags, ...reportFlags },
    aliases: { ...hostAliases, ...reportAliases },
  },
  func: command(async (flags) => {
    const { inventory, limit, forks, transport } = flags;
    const password = await becomePassword(flags.askBecomePass ?? false);
    const login = await loginPassword(flags.askPass ?? false);
    const cwd = process.cwd();
    const within = join(cwd, 'any');
    return reported(
      { ...flags, diff: false },
      { strict: false, within },
      async ({ emit, signal, quietly }) => {
        const { rollback } = await import('../../runner/rollback.ts');
        const asking = askingWith(login, quietly, signal);
        const how = { becomePassword: password, transport, asking };
        await rollback({ emit, signal, inventory, limit, forks, cwd, ...how });
      },
    );
  }),
});
