import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import { playbookAliases, playbookFlags } from '../flags.ts';
import { hostArgument, inventoryFlags, type InventoryFlags } from '../inventory/flags.ts';

interface Flags extends InventoryFlags {
  readonly extraVar?: readonly string[];
  readonly playbook?: string;
}

/** `tsplay inventory explain` */
export const inventoryExplain = buildCommand<Flags, [string, string]>({
  docs: {
    brief: 'Tell where a variable of a host has its value from',
    fullDescription: [
      'Tells every place that gives a variable of a host a value, the weakest first, and which one counts: the default of',
      "a play, 'all', outer groups, inner groups, the host, -e.",
      '',
      'Example: tsplay inventory explain nics web1 -i prod',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...inventoryFlags,
      extraVar: playbookFlags.extraVar,
      playbook: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'PLAYBOOK',
        brief: 'A playbook, whose defaults count too',
      },
    },
    aliases: { i: playbookAliases.i, e: playbookAliases.e, p: 'playbook' },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'VAR', brief: 'The name of a variable' }, hostArgument],
    },
  },
  func: command(async ({ inventory, json, extraVar = [], playbook }, variable, host) => {
    const { explain } = await import('../inventory/explain.ts');
    await explain({ inventory, json, extraVar, playbook, variable, host });
    return 0;
  }),
});
