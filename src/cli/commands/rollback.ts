import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import {
  hostAliases,
  hostFlags,
  reportAliases,
  reportFlags,
  type HostFlags,
  type ReportFlags,
} from '../flags.ts';

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
    const { rollBack } = await import('../roll-back.ts');
    return rollBack(flags);
  }),
});
