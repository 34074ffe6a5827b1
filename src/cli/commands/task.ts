import { buildCommand } from '@stricli/core';
import { becomeAliases, becomeFlags, type BecomeFlags } from '../adhoc/flags.ts';
import { command } from '../command.ts';
import { inventoryFlags, runAliases, runFlags, type InventoryFlags, type RunFlags } from '../flags.ts';

/** What `tsplay task` is told. */
export interface Flags extends InventoryFlags, RunFlags, BecomeFlags {
  readonly from?: string;
  readonly check: boolean;
}

/** `tsplay task` */
export const task = buildCommand<Flags, [string, string, string, ...string[]]>({
  docs: {
    brief: 'Call one module on hosts, without a playbook',
    fullDescription: [
      'Calls one module on hosts, as a play with this one call would: options are checked before anything connects, what',
      'is as it should be is left alone, and what is changed can be rolled back.',
      '',
      'Options are words KEY=VALUE, whose text becomes what the option takes (slaves=eth1,eth2), KEY:=JSON, a mapping in',
      'braces, or @FILE.',
      '',
      'Example: tsplay task -i prod web1 sysctl net.ipv4.ip_forward value=1 --become --check',
      '',
      'Exit status: 0 all well, 1 a task failed, 3 a host was unreachable, 64 nothing was run; with --check 2 for drift.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...inventoryFlags,
      from: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE',
        brief: 'A .ts file that exports the module; by default those that come with tsplay',
      },
      ...becomeFlags,
      check: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Change nothing; tell what would change',
      },
      ...runFlags,
    },
    aliases: { i: 'inventory', ...runAliases, ...becomeAliases },
    positional: {
      kind: 'array',
      parameter: {
        parse: String,
        placeholder: 'PATTERN, MODULE, NAME, OPTION',
        brief: 'Which hosts, the module, the name of the task, and its options',
      },
      minimum: 3,
    },
  },
  func: command(async (flags, pattern, module, name, ...words) => {
    const { callModule } = await import('../adhoc/task.ts');
    return callModule(flags, pattern, { module, name, words });
  }),
});
