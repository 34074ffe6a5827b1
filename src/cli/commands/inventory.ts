import { buildRouteMap } from '@stricli/core';
import { inventoryExplain } from './inventory-explain.ts';
import { inventoryGraph } from './inventory-graph.ts';
import { inventoryHost } from './inventory-host.ts';
import { inventoryList } from './inventory-list.ts';

/** `tsplay inventory` */
export const inventory = buildRouteMap({
  docs: {
    brief: 'Show hosts, groups, and where variables come from',
    fullDescription: [
      'Shows the hosts and groups of an inventory, and where their variables come from. Connects to nothing.',
      '',
      'Example: tsplay inventory list -i prod',
    ].join('\n'),
  },
  routes: { list: inventoryList, graph: inventoryGraph, host: inventoryHost, explain: inventoryExplain },
});
