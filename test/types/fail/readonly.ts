import { play, type Handle, type InventoryData, type PlayOptions } from 'tsplay';
import type { BondOptions, CommandOptions, FileOptions, IpvsOptions, RealServer } from 'tsplay/modules';
import { file } from 'tsplay/modules';

export function change(
  bond: BondOptions,
  command: CommandOptions,
  options: FileOptions,
  ipvs: IpvsOptions,
  server: RealServer,
  inventory: InventoryData,
  playOptions: PlayOptions,
  handle: Handle,
): void {
  bond.state = 'absent'; // error: Cannot assign to 'state' because it is a read-only property
  command.reads = true; // error: Cannot assign to 'reads' because it is a read-only property
  command.successCodes?.push(1); // error: Property 'push' does not exist on type 'readonly number[]'
  options.mode = '0600'; // error: Cannot assign to 'mode' because it is a read-only property
  ipvs.state = 'absent'; // error: Cannot assign to 'state' because it is a read-only property
  server.weight = 0; // error: Cannot assign to 'weight' because it is a read-only property
  inventory.hosts = {}; // error: Cannot assign to 'hosts' because it is a read-only property
  playOptions.hosts = 'all'; // error: Cannot assign to 'hosts' because it is a read-only property
  handle.id = 'x'; // error: Cannot assign to 'id' because it is a read-only property
}

export default play('Host', { hosts: 'all' }, ({ host, vars }) => {
  host.address = '192.0.2.1'; // error: Cannot assign to 'address' because it is a read-only property
  host.groups.push('web'); // error: Property 'push' does not exist on type 'readonly string[]'
  file('/etc/x', { content: String(vars['x']) }).changed = file('/etc/y', { content: '' }).changed; // error: Cannot assign to 'changed' because it is a read-only property
});
