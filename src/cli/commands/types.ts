import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import { hostAliases, inventoryFlags, type InventoryFlags } from '../flags.ts';

interface Flags extends InventoryFlags {
  readonly check: boolean;
}

/** `tsplay types` */
export const types = buildCommand<Flags>({
  docs: {
    brief: 'Write down what an inventory has, for editors and the compiler',
    fullDescription: [
      'Writes declarations of an inventory beside it: the names of its hosts and groups, and the types of its variables.',
      "Then editors complete them in 'hosts' of plays and in 'host.vars', and a name that there is not is a type error.",
      '',
      'Example: tsplay types -i prod',
      '',
      'Exit status: 0 all well, 2 with --check: they would be others, 64 the inventory is wrong.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...inventoryFlags,
      check: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Write nothing; tell whether they are as they would be written',
      },
    },
    aliases: { i: hostAliases.i },
  },
  func: command(async (flags) => (await import('../inventory/types.ts')).writeTypes(flags)),
});
