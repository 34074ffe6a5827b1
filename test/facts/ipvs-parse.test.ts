import { expect, it } from 'vitest';
import { factGroups } from '../../src/facts/index.ts';
import { printedOn as fixture } from '../support/probes.ts';

const { ipvs } = factGroups;

it('IPVS has services by address and by mark, of both families', () => {
  const facts = ipvs.parse(fixture('ipvs-debian'));
  expect(facts).toMatchObject({ available: true, version: '1.2.1', truncated: false });
  const plain = { fwmark: undefined, family: 4, onePacket: false, persistent: undefined, servers: [] };
  const mark = { protocol: undefined, vip: undefined, port: undefined, onePacket: false };
  const idle = { activeConnections: 0, inactiveConnections: 0 };
  const straight = { ...idle, method: 'gatewaying' };
  expect(facts.services).toEqual([
    {
      ...plain,
      protocol: 'sctp',
      vip: '10.0.0.1',
      port: 0,
      scheduler: 'rr',
      persistent: { seconds: 100, prefix: 32 },
    },
    {
      ...plain,
      protocol: 'udp',
      vip: '10.0.0.1',
      port: 53,
      scheduler: 'rr',
      onePacket: true,
      servers: [{ ...idle, address: '10.0.0.4', port: 53, method: 'ipip', weight: 1 }],
    },
    {
      ...plain,
      protocol: 'tcp',
      vip: '2001:db8::1',
      port: 443,
      family: 6,
      scheduler: 'lc',
      persistent: { seconds: 60, prefix: 64 },
      servers: [{ ...idle, address: '2001:db8::2', port: 443, method: 'masquerading', weight: 2 }],
    },
    {
      ...plain,
      protocol: 'tcp',
      vip: '10.0.0.1',
      port: 80,
      scheduler: 'wrr',
      persistent: { seconds: 300, prefix: 24 },
      servers: [
        { ...straight, address: '127.0.0.1', port: 80, weight: 5 },
        { ...straight, address: '10.0.0.3', port: 80, weight: 0 },
        { ...idle, address: '10.0.0.2', port: 8080, method: 'masquerading', weight: 3 },
      ],
    },
    {
      ...mark,
      fwmark: 7,
      family: 4,
      scheduler: 'sh',
      persistent: undefined,
      servers: [{ ...straight, address: '10.0.0.9', port: 0, weight: 1 }],
    },
    {
      ...mark,
      fwmark: 8,
      family: 6,
      scheduler: 'rr',
      persistent: { seconds: 50, prefix: 128 },
      servers: [{ ...straight, address: '2001:db8::9', port: 0, weight: 1 }],
    },
    { ...mark, fwmark: 9, family: undefined, scheduler: 'rr', persistent: undefined, servers: [] },
  ]);
  // Somebody has set one of the parameters that tell how long a tick is.
  const unknown = ipvs.parse(fixture('ipvs-debian').replace('250\n1250', '250\n1000'));
  expect(unknown.services[0]?.persistent).toEqual({ seconds: undefined, prefix: 32 });
  expect(() => ipvs.parse('@ticks\n@table\nnonsense')).toThrow('not a table of IPVS');
  const odd = fixture('ipvs-debian').replace('0A000004', 'nowhere');
  expect(() => ipvs.parse(odd)).toThrow('not an address of IPVS: nowhere:0035');
});
