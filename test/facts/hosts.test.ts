import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { factGroups, type Route, type Rule } from '../../src/facts/index.ts';

/** What the probes printed on hosts of many kinds; README.md there tells which were recorded. */
const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/facts/${name}.txt`, import.meta.url), 'utf8');

const { bonding, bridges, firewall, ipvs, namespaces, network, routes } = factGroups;

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

describe('routes', () => {
  it('of an iproute2 that prints names', () => {
    const { routes4, routes6, rules4, rules6, tables } = routes.parse(fixture('routes-rhel8'));
    expect(tables.at(0)).toEqual({ number: 0, name: 'unspec' });
    const leg = { onlink: false, dead: false, linkdown: false, weight: 1 };
    const uplink = { table: 200, tableName: 'uplink2' };
    const brief = ({ destination, type, legs, ...more }: Route): string =>
      [type, destination, more.table, more.protocol, more.scope, more.metric, more.tos, legs.length].join(
        ' ',
      );
    expect(routes4.map(brief)).toEqual([
      'unicast default 254 dhcp global 100 0 1',
      'unicast 192.0.2.0/24 254 kernel link 100 0 1',
      'unicast default 200 static global 0 0 2',
      'unicast 203.0.113.128/25 254 bgp global 20 0 1',
      'prohibit 10.0.0.0/8 200 boot global 0 0 0',
      'unicast 10.1.0.0/16 254 boot global 0 8 1',
      'unicast 10.2.0.0/16 254 boot link 0 0 1',
      'throw default 300 boot global 0 0 0',
      'broadcast 192.0.2.0 255 kernel link 0 0 1',
      'local 192.0.2.20 255 kernel host 0 0 1',
    ]);
    expect(routes4[2]).toMatchObject({
      ...uplink,
      legs: [
        { ...leg, via: '198.51.100.1', dev: 'eno2', dead: true, linkdown: true },
        { ...leg, via: '203.0.113.1', dev: 'eno3', weight: 2, onlink: true },
      ],
    });
    expect(routes4[3]?.legs).toEqual([{ ...leg, via: 'fe80::1', dev: 'eno2' }]);
    expect(routes4[6]?.legs).toEqual([{ ...leg, via: undefined, dev: 'eno2', linkdown: true }]);
    expect(routes6.map(brief)).toEqual([
      'unreachable ::/96 254 boot global 1024 0 0',
      'unicast 2001:db8::/64 254 ra global 100 0 1',
      'unicast default 254 ra global 100 0 2',
    ]);
    const action = (rule: Rule): unknown[] => [rule.preference, rule.action, rule.table ?? rule.goto];
    expect(rules4.map(action)).toEqual([
      [0, 'lookup', 255],
      [1000, 'lookup', undefined],
      [1500, 'lookup', 200],
      [1600, 'nop', undefined],
      [1700, 'goto', 32_766],
      [1800, 'blackhole', undefined],
      [32_766, 'lookup', 254],
      [32_767, 'lookup', 253],
    ]);
    expect(rules4[2]).toMatchObject({ ...uplink, iif: 'eno2', fwmark: 0x10, fwmask: 0xf0 });
    expect(rules4[3]).toMatchObject({ fwmark: 7, fwmask: 0xff_ff_ff_ff, others: ['dscp', '8'] });
    expect(rules4[5]).toMatchObject({ not: true, ipproto: '89' });
    expect(rules6).toHaveLength(2);
  });

  it("of busybox's `ip`", () => {
    const { routes4, routes6, rules4 } = routes.parse(fixture('routes-busybox'));
    expect(routes4[0]).toMatchObject({
      destination: '10.9.0.0/16',
      table: 200,
      legs: [],
      protocol: undefined,
    });
    expect(routes6.find(({ destination }) => destination === 'default')?.legs[0]?.via).toBe('2001:db8::9');
    expect(rules4.map(({ action }) => action)).toEqual(
      'lookup lookup goto prohibit lookup lookup'.split(' '),
    );
  });

  it.each([
    ['default via', 'ends too early'],
    ['default metric high dev eno1', 'not a number'],
    ['default dev eno1 table nowhere', 'no number is known of the table nowhere'],
    ['RTNETLINK answers', 'not a route'],
    ['default tos odd dev eno1', 'type of service odd'],
  ])('are refused where a line makes no sense: %s', (line, message) => {
    const text = fixture('routes-rhel8').replace(/^throw default.*$/m, line);
    expect(() => routes.parse(text)).toThrow(message);
  });

  it.each([
    ['nonsense', 'not a rule'],
    ['7:\tfrom all', 'without an action'],
    ['7:\tfrom all fwmark red lookup 5', 'not a mark'],
    ['7:\tfrom all sport a-b lookup 5', 'not a range'],
  ])('are refused where a rule makes no sense: %s', (line, message) => {
    const text = fixture('routes-rhel8').replace(/^1600:.*$/m, line);
    expect(() => routes.parse(text)).toThrow(message);
  });
});

it('the packet filter is refused where its answer makes no sense', () => {
  const begun = '@backend\npf\n@nft\n@iptables\n@managers\n';
  expect(() => firewall.parse(begun)).toThrow('not a packet filter: pf');
  expect(() => firewall.parse(`${begun}@failed\nnft list`)).toThrow('this command failed: nft list');
});

it('chains of nft have hooks, and rules that are counted without what only looks like one', () => {
  const ruleset = `table inet a b {
	set s {
		type ipv4_addr
		elements = { 192.0.2.1,
			     192.0.2.2 }
	}

	chain x'y {
		comment "no rule"
		ip saddr { 192.0.2.1, 192.0.2.2 } accept
		jump "z" comment "{"
	}

	chain guard {
		type filter hook ingress device "eth0" priority -500; policy drop;
	}
}
table netdev n {
}`;
  const { tables } = firewall.parse(
    `@backend\nnft\n@nft\nnftables v0.9.3 (Topsy)\n@iptables\n@managers\n@ruleset\n${ruleset}\n`,
  );
  expect(tables).toEqual([
    {
      family: 'inet',
      name: 'a b',
      chains: [
        { name: "x'y", hook: undefined, policy: undefined, rules: 2 },
        { name: 'guard', hook: 'ingress', policy: 'drop', rules: 0 },
      ],
    },
    { family: 'netdev', name: 'n', chains: [] },
  ]);
});

it('namespaces are refused where the answer makes no sense', () => {
  expect(() => namespaces.parse('@inodes\nnonsense\n@ids\n@names\n')).toThrow('not a line of ls');
});
