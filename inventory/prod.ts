import { defineInventory } from 'tsplay';

/** A sample. Addresses are from the ranges that are reserved for documentation. */
export default defineInventory({
  hosts: {
    lb1: { address: '192.0.2.1', user: 'deploy', vars: { address: '198.51.100.1/24' } },
    gw1: { address: '192.0.2.2', user: 'deploy', vars: { address: '198.51.100.2/24' } },
    rt1: { address: '192.0.2.3', user: 'deploy', vars: { address: '198.51.100.3/24' } },
    mx1: { address: '192.0.2.4', user: 'deploy', vars: { address: '198.51.100.4/24' } },
    web1: { address: '192.0.2.11', user: 'deploy', vars: { address: '198.51.100.11/24' } },
    web2: { address: '192.0.2.12', user: 'deploy', vars: { address: '198.51.100.12/24' } },
  },
  groups: {
    directors: { hosts: ['lb1'] },
    gateways: {
      hosts: ['gw1'],
      vars: {
        uplinks: [
          {
            name: 'isp1',
            dev: 'eno3',
            address: '203.0.113.2/29',
            via: '203.0.113.1',
            weight: 1,
            ports: [80, 443],
          },
          {
            name: 'isp2',
            dev: 'eno4',
            address: '203.0.113.130/29',
            via: '203.0.113.129',
            weight: 3,
            ports: [25],
          },
        ],
        services: [{ port: 8080, to: '198.51.100.11', toPort: 80 }],
      },
    },
    routers: {
      hosts: ['rt1'],
      vars: {
        uplinks: [
          { dev: 'eno3', address: '203.0.113.10/29', via: '203.0.113.9', weight: 1 },
          { dev: 'eno4', address: '203.0.113.138/29', via: '203.0.113.137', weight: 3 },
        ],
      },
    },
    relays: {
      hosts: ['mx1'],
      vars: { mailUplink: { dev: 'eno3', address: '203.0.113.18/29', via: '203.0.113.17' } },
    },
    servers: { hosts: ['web1', 'web2'] },
    equalized: {
      hosts: ['lb1'],
      vars: {
        equalizer: {
          address: '203.0.113.1/30',
          peer: '203.0.113.2',
          networks: ['10.8.0.0/16'],
          links: [
            { dev: 'eno3', address: '203.0.113.5/30' },
            { dev: 'eno4', address: '203.0.113.9/30' },
          ],
        },
      },
    },
  },
  vars: {
    nics: ['eno1', 'eno2'],
    release: '1.0',
    director: 'lb1',
    web: {
      vip: '198.51.100.100',
      servers: [
        { address: '198.51.100.11', weight: 3 },
        { address: '198.51.100.12', weight: 1 },
      ],
    },
  },
});
