import { defineInventory, secret, type InventoryData } from 'tsplay';

export const plain: InventoryData = { hosts: { web1: {}, web2: { address: '192.0.2.2', port: 2222 } } };

export default defineInventory(async () => ({
  ...plain,
  groups: { web: { hosts: ['web1', 'web2'], children: ['more'], vars: { mtu: 9000 } }, more: {} },
  vars: { domain: 'example.net' },
  hosts: { db1: { connection: 'local' as const, becomeMethod: 'su' as const, becomePassword: secret('x') } },
}));
