import { describe, expect, it } from 'vitest';
import { factGroups } from '../../src/facts/index.ts';
import { printedOn as fixture } from '../support/probes.ts';

const { bonding, bridges, network } = factGroups;

describe('bonds', () => {
  const { bonds } = bonding.parse(fixture('bonding-debian'));

  it('with LACP', () => {
    const slave = { state: 'active', miiStatus: 'up', linkFailures: 0, queueId: 0, aggregator: 1 };
    expect(bonds[0]).toEqual({
      name: "b'0",
      mode: '802.3ad',
      miiStatus: 'up',
      miimon: 100,
      updelay: 0,
      downdelay: 0,
      arpInterval: 0,
      arpIpTargets: [],
      xmitHashPolicy: 'layer3+4',
      activeSlave: undefined,
      primary: undefined,
      minLinks: 0,
      lacp: {
        rate: 'fast',
        adSelect: 'stable',
        aggregator: 1,
        ports: 2,
        actorKey: 15,
        partnerKey: 15,
        partnerMac: 'ae:d9:3d:9a:36:7f',
      },
      slaves: [
        { ...slave, name: 's1', permanentMac: 'd2:92:ff:52:3c:2c', speed: 10_000, duplex: 'full' },
        { ...slave, name: 's2', permanentMac: 'da:22:43:77:8d:4a', speed: 10_000, duplex: 'full' },
      ],
    });
  });

  it('with ARP checks', () => {
    expect(bonds[1]).toMatchObject({
      mode: 'active-backup',
      miiStatus: 'down',
      arpInterval: 500,
      arpIpTargets: ['10.9.9.1', '10.9.9.2'],
      xmitHashPolicy: undefined,
      primary: 'eth1',
      lacp: undefined,
      slaves: [
        { name: 'd"0', miiStatus: 'going back', linkFailures: 1, speed: undefined, aggregator: undefined },
        { name: 'eth1', state: 'backup', miiStatus: 'going down', speed: 1000 },
      ],
    });
  });

  it('that nobody answers have no partner', () => {
    const alone = fixture('bonding-debian').replace('ae:d9:3d:9a:36:7f', '00:00:00:00:00:00');
    expect(bonding.parse(alone).bonds[0]?.lacp?.partnerMac).toBeUndefined();
  });

  it.each([
    ['', "no part 'bonds'"],
    ['@bonds\nbond\tb0\t\tup', 'no mode'],
    ['@bonds\nbond\tb0\tbroadcast 3\tup\tmany', 'not a number: many'],
    ['@bonds\nbond\tb0\tbroadcast 3\tup', 'a number is missing'],
    ['@bonds\nnonsense', 'not a line'],
  ])('are refused where the answer makes no sense: %j', (printed, message) => {
    expect(() => bonding.parse(printed)).toThrow(message);
  });
});

describe('bridges', () => {
  const one = { pvid: false, untagged: false };

  it('with VLANs that are listed one by one', () => {
    const [bridge] = bridges.parse(fixture('bridges-debian')).bridges;
    expect(bridge).toMatchObject({ name: 'br0', vlanFiltering: true, defaultPvid: 1 });
    expect(bridge?.vlans).toEqual([
      { id: 1, last: 1, pvid: true, untagged: true },
      { ...one, id: 30, last: 30 },
    ]);
    expect(bridge?.ports[0]).toMatchObject({ name: 'p0', state: 'forwarding', pathCost: 2 });
    expect(bridge?.ports[0]?.vlans).toEqual([
      { ...one, id: 1, last: 1, untagged: true },
      { ...one, id: 10, last: 20 },
      { id: 30, last: 30, pvid: true, untagged: true },
    ]);
  });

  it('of an old host, with VLANs by port', () => {
    const [bridge] = bridges.parse(fixture('bridges-rhel7')).bridges;
    expect(bridge).toMatchObject({
      stp: 'kernel',
      rootId: '1000.525400ddeeff',
    });
    expect(bridge?.ports[0]).toMatchObject({ name: 'eth1', state: 'forwarding', isolated: false });
    expect(bridge?.ports[0]?.vlans?.[1]).toEqual({ ...one, id: 20, last: 29 });
    expect(bridge?.ports[1]).toMatchObject({ name: "vnet'0", state: 'blocking', hairpin: true });
    expect(bridge?.ports[1]?.vlans).toEqual([{ id: 30, last: 30, pvid: true, untagged: true }]);
  });

  it('without `bridge` have VLANs that nobody knows', () => {
    const [bridge] = bridges.parse(fixture('bridges-rhel7').replace(/@vlans[^]*/, '')).bridges;
    expect([bridge?.vlans, bridge?.ports[0]?.vlans]).toEqual([undefined, undefined]);
  });

  it('are refused where the answer makes no sense', () => {
    const text = fixture('bridges-debian');
    expect(() => bridges.parse(text.replace('p0\t3', 'p0\t9'))).toThrow('not a state of a port');
    expect(() => bridges.parse(text.replace('[{"ifname"', '[{"ifname":7}'))).toThrow('JSON');
  });
});

it('interfaces of an iproute2 with odd JSON', () => {
  const facts = network.parse(fixture('network-rhel8'));
  expect(facts.interfaces.map(({ name }) => name)).toEqual(['lo', 'eno1', 'eno1.20', "veth'0"]);
  const [lo, eno1, vlan, veth] = facts.interfaces;
  expect(lo?.addresses).toHaveLength(1);
  expect(eno1).toMatchObject({ driver: 'igb', speed: 1000, duplex: 'full', altNames: [], parent: undefined });
  expect(eno1?.addresses).toMatchObject([
    { address: '192.0.2.20', dynamic: true, validLifetime: 3212 },
    { address: '2001:db8::f00', temporary: true, deprecated: true, preferredLifetime: 0 },
  ]);
  expect(vlan).toMatchObject({ kind: 'vlan', parent: 'eno1', vlanId: 20 });
  expect(veth).toMatchObject({ kind: 'veth', parent: undefined, addresses: [], speed: 10_000 });
  expect(facts.ssh?.interface).toBe('eno1');
});
