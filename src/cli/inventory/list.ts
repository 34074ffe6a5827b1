import type { Host } from '../../inventory/inventory.ts';
import { selectHosts } from '../../inventory/pattern.ts';
import { span } from '../../report/line.ts';
import { tableLines } from '../../report/table.ts';
import type { InventoryFlags } from './flags.ts';
import { hostData } from './host-data.ts';
import { open } from './open.ts';
import { print, printJson } from './print.ts';

/** Lists the hosts that a pattern names, one a line. */
export async function listHosts({
  inventory: names,
  json,
  pattern = 'all',
}: InventoryFlags & { readonly pattern?: string | undefined }): Promise<void> {
  const inventory = await open(names);
  // An inventory without hosts is no mistake of the pattern.
  const hosts =
    inventory.hosts.size === 0 && pattern === 'all' ? [] : selectHosts(inventory, pattern, process.cwd());
  if (json) printJson(hosts.map(hostData));
  else {
    const rows = hosts.map((host) => [
      span(host.name, 'strong'),
      span(reached(host)),
      span(host.groups.filter((group) => group !== 'all').join(', '), 'dim'),
    ]);
    print(tableLines(rows));
  }
}

/** As one would type it for ssh. */
function reached({ connection, user, address, port }: Host): string {
  if (connection === 'local') return 'this machine';
  const host = port !== undefined && address.includes(':') ? `[${address}]` : address;
  return `${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`;
}
