import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import { inventoryAliases, inventoryFlags, type InventoryFlags } from '../inventory/flags.ts';

/** `tsplay inventory graph` */
export const inventoryGraph = buildCommand<InventoryFlags, [string]>({
  docs: {
    brief: 'Show groups and hosts as a tree',
    fullDescription: [
      'Shows groups, the groups within them, and their hosts, as a tree. What is in several groups stands in each.',
      '',
      'Example: tsplay inventory graph servers -i prod',
    ].join('\n'),
  },
  parameters: {
    flags: inventoryFlags,
    aliases: inventoryAliases,
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'GROUP', default: 'all', brief: 'The group to begin with' }],
    },
  },
  func: command(async ({ inventory, json }, group) => {
    const { showGraph } = await import('../inventory/graph.ts');
    await showGraph({ inventory, json, group });
    return 0;
  }),
});
