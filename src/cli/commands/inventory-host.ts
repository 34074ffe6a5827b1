import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import { hostArgument, inventoryAliases, inventoryFlags, type InventoryFlags } from '../inventory/flags.ts';

/** `tsplay inventory host` */
export const inventoryHost = buildCommand<InventoryFlags, [string]>({
  docs: {
    brief: 'Show how a host is reached, and its variables',
    fullDescription: [
      'Shows how a host is reached, its groups and its variables, each with the place that it has its value from.',
      '',
      'Example: tsplay inventory host web1 -i prod',
    ].join('\n'),
  },
  parameters: {
    flags: inventoryFlags,
    aliases: inventoryAliases,
    positional: { kind: 'tuple', parameters: [hostArgument] },
  },
  func: command(async ({ inventory, json }, host) => {
    const { showHost } = await import('../inventory/host.ts');
    await showHost({ inventory, json, host });
    return 0;
  }),
});
