import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import { inventoryAliases, inventoryFlags, type InventoryFlags } from '../inventory/flags.ts';

/** `tsplay inventory list` */
export const inventoryList = buildCommand<InventoryFlags, [string?]>({
  docs: {
    brief: 'List hosts, how they are reached, and their groups',
    fullDescription: [
      'Lists hosts, how they are reached, and their groups. With --json, their variables too, with their places.',
      '',
      "Example: tsplay inventory list 'servers:!web2' -i prod",
    ].join('\n'),
  },
  parameters: {
    flags: inventoryFlags,
    aliases: inventoryAliases,
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: String,
          placeholder: 'PATTERN',
          optional: true,
          brief: 'Of these hosts only those that match; by default all',
        },
      ],
    },
  },
  func: command(async ({ inventory, json }, pattern) => {
    const { listHosts } = await import('../inventory/list.ts');
    await listHosts({ inventory, json, pattern });
    return 0;
  }),
});
