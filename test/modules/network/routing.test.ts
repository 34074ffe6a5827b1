import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nexthopRoute, route, rule } from '../../../modules/index.ts';
import { problemsOf } from '../../support/modules.ts';
import { namespaceLaw, NamespacePlays, only, type NamespaceCase } from '../../support/namespace-law.ts';
import { shellNames } from '../../support/shells.ts';

let plays: NamespacePlays;

/** Two uplinks, and things of others beside ours. */
const ground = [
  'link add e1 type veth peer name f1',
  'link add e2 type veth peer name f2',
  ...['lo', 'e1', 'f1', 'e2', 'f2'].map((name) => `link set ${name} up`),
  'addr add 10.1.0.1/24 dev e1',
  'addr add 10.2.0.1/24 dev e2',
  '-6 addr add fd01::1/64 dev e1 nodad',
  '-6 addr add fd02::1/64 dev e2 nodad',
  'route add default via 10.1.0.9 metric 100',
  'route add 10.8.0.0/16 via 10.1.0.9 table 300 proto bird',
  'route add 10.9.0.0/16 via 10.1.0.9 mtu lock 1400',
  'rule add preference 200 fwmark 7 lookup 300',
  'rule add preference 201 from 10.77.0.0/16 lookup 300',
];

/** All routes, rules and next hops, as the kernel has them. */
const stateOf: ConstructorParameters<typeof NamespacePlays>[1] = (namespace) =>
  namespace
    .ips('-N -o route show table all', '-N rule', '-N -6 rule', '-N nexthop show')
    .split('\n')
    .filter((line) => !/ table 255 |^ff|^fe80|^multicast/.test(line))
    .map((line) => line.trim());

const two = [
  { via: '10.1.0.2', dev: 'e1' },
  { via: '10.2.0.2', weight: 3 },
];
const group = { group: 10, members: [11, 12] };
const legs = [
  { via: '10.1.0.2', dev: 'e1' },
  { via: '10.2.0.2', dev: 'e2', weight: 3 },
];
const cases: Readonly<Record<string, NamespaceCase>> = {
  'a route': {
    declared: () => void route('10.50.0.0/16', { via: '10.1.0.2', dev: 'e1', mtu: 1400, source: '10.1.0.1' }),
    shows: ['10.50.0.0/16 via 10.1.0.2 dev e1 proto 201 src 10.1.0.1 mtu 1400'],
    varied: () => void route('10.50.0.0/16', { via: '10.1.0.2', dev: 'e1', mtu: 1300, source: '10.1.0.1' }),
    variation: ['10.50.0.0/16 via 10.1.0.2 dev e1 proto 201 src 10.1.0.1 mtu 1300'],
    drift: ['route append 10.50.0.0/16 via 10.2.0.7'],
    absent: () => void route('10.50.0.0/16', { state: 'absent' }),
  },
  'a route of a table, on a link, by type of service': {
    declared: () =>
      void route('10.51.0.0/16', {
        dev: 'e1',
        table: 77,
        tos: 0x10,
        metric: 5,
        lockMtu: true,
        mtu: 1280,
        initcwnd: 20,
        advmss: 1200,
      }),
    shows: [
      '10.51.0.0/16 tos 0x10 dev e1 table 77 proto 201 scope 253 metric 5 mtu lock 1280 advmss 1200 initcwnd 20',
    ],
    varied: () =>
      void route('10.51.0.0/16', {
        dev: 'e2',
        table: 77,
        tos: 0x10,
        metric: 5,
        lockMtu: true,
        mtu: 1280,
        initcwnd: 20,
        advmss: 1200,
      }),
    variation: [
      '10.51.0.0/16 tos 0x10 dev e2 table 77 proto 201 scope 253 metric 5 mtu lock 1280 advmss 1200 initcwnd 20',
    ],
    drift: ['route del 10.51.0.0/16 tos 0x10 table 77 metric 5'],
    absent: () => void route('10.51.0.0/16', { table: 77, tos: 0x10, metric: 5, state: 'absent' }),
  },
  'a route to nowhere': {
    declared: () => void route('10.52.0.1', { type: 'blackhole', table: 77 }),
    shows: ['6 10.52.0.1 table 77 proto 201'],
    varied: () => void route('10.52.0.1', { type: 'unreachable', table: 77 }),
    variation: ['7 10.52.0.1 table 77 proto 201'],
    drift: ['route replace prohibit 10.52.0.1 table 77'],
    absent: () => void route('10.52.0.1/32', { table: 77, state: 'absent' }),
  },
  'a route of IPv6': {
    declared: () => void route('2001:DB8::/32', { via: 'FD01::2', hoplimit: 33 }),
    shows: ['2001:db8::/32 via fd01::2 dev e1 proto 201 metric 1024 hoplimit 33 pref medium'],
    varied: () => void route('2001:db8::/32', { via: 'fd02::2', hoplimit: 33 }),
    variation: ['2001:db8::/32 via fd02::2 dev e2 proto 201 metric 1024 hoplimit 33 pref medium'],
    drift: ['-6 route append 2001:db8::/32 via fd02::7'],
    absent: () => void route('2001:db8::/32', { state: 'absent' }),
  },
  'a route to nowhere of IPv6': {
    declared: () => void route('default', { type: 'prohibit', family: 6, metric: 9 }),
    shows: ['8 default dev lo proto 201 metric 9 pref medium'],
    varied: () => void route('default', { type: 'throw', family: 6, metric: 9 }),
    variation: ['9 default dev lo proto 201 metric 9 pref medium'],
    drift: ['-6 route del prohibit default metric 9'],
    absent: () => void route('default', { family: 6, metric: 9, state: 'absent' }),
  },
  'a multipath route': {
    declared: () => void nexthopRoute('default', { legs: two }),
    shows: [
      'default proto 201 \\\tnexthop via 10.1.0.2 dev e1 weight 1 \\\tnexthop via 10.2.0.2 dev e2 weight 3',
    ],
    varied: () =>
      void nexthopRoute('default', { legs: [...two.slice(0, 1), { via: '10.2.0.2', weight: 2 }] }),
    variation: [
      'default proto 201 \\\tnexthop via 10.1.0.2 dev e1 weight 1 \\\tnexthop via 10.2.0.2 dev e2 weight 2',
    ],
    drift: ['route append default via 10.1.0.3'],
    absent: () => void nexthopRoute('default', { state: 'absent' }),
  },
  'a multipath route of IPv6': {
    declared: () =>
      void nexthopRoute('default', {
        table: 78,
        legs: [
          { via: 'fd01::2', dev: 'e1', weight: 9 },
          { via: 'fd02::2', dev: 'e2' },
        ],
      }),
    shows: [
      'default table 78 proto 201 metric 1024 pref medium\\\tnexthop via fd01::2 dev e1 weight 9 \\\tnexthop via fd02::2 dev e2 weight 1',
    ],
    varied: () => void nexthopRoute('default', { table: 78, legs: [{ via: 'fd02::2', dev: 'e2' }] }),
    variation: ['default via fd02::2 dev e2 table 78 proto 201 metric 1024 pref medium'],
    drift: ['-6 route append default via fd01::7 dev e1 table 78'],
    absent: () => void nexthopRoute('default', { table: 78, family: 6, state: 'absent' }),
  },
  'a route by objects': {
    declared: () => void nexthopRoute('10.60.0.0/16', { legs, objects: group }),
    shows: [
      'id 11 via 10.1.0.2 dev e1 scope 253 proto 201',
      'id 12 via 10.2.0.2 dev e2 scope 253 proto 201',
      'id 10 group 11/12,3 proto 201',
      '10.60.0.0/16 nhid 10 proto 201 \\\tnexthop via 10.1.0.2 dev e1 weight 1 \\\tnexthop via 10.2.0.2 dev e2 weight 3',
    ],
    varied: () =>
      void nexthopRoute('10.60.0.0/16', {
        legs: [...legs.slice(0, 1), { via: '10.2.0.8', dev: 'e2', weight: 3 }],
        objects: group,
      }),
    variation: [
      'id 12 via 10.2.0.8 dev e2 scope 253 proto 201',
      '10.60.0.0/16 nhid 10 proto 201 \\\tnexthop via 10.1.0.2 dev e1 weight 1 \\\tnexthop via 10.2.0.8 dev e2 weight 3',
    ],
    drift: ['nexthop del id 12'],
    absent: () => void nexthopRoute('10.60.0.0/16', { objects: group, state: 'absent' }),
  },
  'a rule': {
    declared: () => void rule('mail', { preference: 200, fwmark: 2, fwmask: 0xff, table: 300 }),
    shows: ['200:\tfrom all fwmark 0x2/0xff lookup 300 proto 201'],
    varied: () =>
      void rule('mail', { preference: 200, fwmark: 3, fwmask: 0xff, table: 'main', suppressPrefixlength: 0 }),
    variation: ['200:\tfrom all fwmark 0x3/0xff lookup 254 suppress_prefixlength 0 proto 201'],
    drift: ['rule add preference 200 fwmark 9 lookup 300 protocol 201'],
    absent: () => void rule('mail', { preference: 200, state: 'absent' }),
  },
  'a rule with everything': {
    declared: () =>
      void rule('all', {
        preference: 201,
        not: true,
        from: '10.0.0.0/8',
        to: '10.99.0.1',
        tos: 16,
        iif: 'e1',
        ipproto: 'tcp',
        sport: [1000, 2000],
        dport: 25,
        type: 'blackhole',
      }),
    shows: [
      '201:\tnot from 10.0.0.0/8 to 10.99.0.1 tos 0x10 iif e1 ipproto ipproto-6 sport 1000-2000 dport 25 6 proto 201',
    ],
    varied: () => void rule('all', { preference: 201, oif: 'e2', uidrange: [1000, 1010], goto: 32766 }),
    variation: ['201:\tfrom all oif e2 uidrange 1000-1010 goto 32766 proto 201'],
    drift: ['rule del preference 201 protocol 201'],
    absent: () => void rule('all', { preference: 201, state: 'absent' }),
  },
  'a rule of IPv6': {
    declared: () => void rule('six', { preference: 99, from: 'fd00::/8', table: 78 }),
    shows: ['99:\tfrom fd00::/8 lookup 78 proto 201'],
    varied: () => void rule('six', { preference: 99, from: 'fd00::/9', table: 78 }),
    variation: ['99:\tfrom fd00::/9 lookup 78 proto 201'],
    drift: ['-6 rule add preference 99 from fd80::/9 lookup 78 protocol 201'],
    absent: () => void rule('six', { preference: 99, family: 6, state: 'absent' }),
  },
};

describe.skipIf(process.getuid?.() !== 0).each(shellNames)('routes and rules, in %s', (shell) => {
  beforeEach(() => {
    plays = new NamespacePlays(ground, stateOf);
  });
  afterEach(() => plays.close());

  namespaceLaw(shell, cases, () => plays);

  it('a dead leg is no drift, a route that vanished is', async () => {
    const declared = cases['a multipath route']?.declared ?? (() => {});
    await plays.play(shell, declared);
    plays.namespace.ip('link set f2 down');
    expect(plays.state().join('\n')).toMatch(/^default .*linkdown/m);
    expect((await plays.play(shell, declared)).outcome).toBe('ok');
    plays.namespace.ip('link set f2 up');
    plays.namespace.ip('link set e1 down');
    expect((await plays.play(shell, declared)).outcome).toBe('ok');
    plays.namespace.ip('link set e2 down');
    for (const device of ['e1', 'e2']) plays.namespace.ip(`link set ${device} up`);
    expect(plays.state().join('\n')).not.toMatch(/^default proto 201/m);
    expect((await plays.play(shell, declared)).outcome).toBe('changed');
    expect(plays.state().join('\n')).toMatch(/^default proto 201/m);
  });

  it('a route of others with the same key is replaced, and comes back with an undo', async () => {
    const before = plays.state();
    const { name, outcome } = await plays.play(shell, () => void route('10.9.0.0/16', { via: '10.2.0.5' }));
    expect(outcome).toBe('changed');
    expect(only(plays.state(), before)).toEqual(['10.9.0.0/16 via 10.2.0.5 dev e2 proto 201']);
    plays.undo(shell, name);
    expect(plays.state()).toEqual(before);
  });

  it('next hops that other routes need stay', async () => {
    const one = cases['a route by objects'];
    await plays.play(shell, one?.declared ?? (() => {}));
    plays.namespace.ip('route add 10.61.0.0/16 nhid 10');
    const run = await plays.play(shell, one?.absent ?? (() => {}));
    expect(run.outcome).toMatch(/^failed .*routes need it that this task does not know/s);
    expect(plays.state().join('\n')).toMatch(/^10\.61\.0\.0\/16 nhid 10/m);
  });
});

describe('what cannot be', () => {
  it.each<readonly [string, () => void, readonly string[]]>([
    [
      'a network with host bits',
      () => void route('10.1.2.3/16', { dev: 'e1' }),
      ["'10.1.2.3/16' has host bits: the network is 10.1.0.0/16; or say 'default'"],
    ],
    [
      'host bits of IPv6',
      () => void route('2001:db8::1/32', { dev: 'e1' }),
      ["'2001:db8::1/32' has host bits: the network is 2001:db8::/32; or say 'default'"],
    ],
    [
      'no way',
      () => void route('10.0.0.0/8', {}),
      ['via or dev is missing (or say what kind of route to nowhere it is, by type)'],
    ],
    [
      'a way to nowhere',
      () => void route('10.0.0.0/8', { via: '10.1.0.1', type: 'throw' }),
      ['a route of type throw leads nowhere: it has no via and no dev'],
    ],
    [
      'two families',
      () => void route('10.0.0.0/8', { via: '10.1.0.1', source: 'fd00::1' }),
      ['destination, source and family must be of one family, IPv4 or IPv6'],
    ],
    [
      'a link-local gateway without its link',
      () => void route('2001:db8::/32', { via: 'fe80::1' }),
      ['the gateway fe80::1 is a link-local address: say by which link, with dev'],
    ],
    [
      'the table of local addresses',
      () => void route('10.0.0.0/8', { dev: 'e1', table: 255 }),
      ["table must be 'main' or the number of a table, from 1 to 4294967295 but not 255, not the number 255"],
    ],
    ['no legs', () => void nexthopRoute('default', { legs: [] }), ['legs must not be empty']],
    [
      'legs that are the same, and weights',
      () =>
        void nexthopRoute('default', {
          legs: [
            { dev: 'e1', weight: 257 },
            { dev: 'e1', weight: 0 },
          ],
        }),
      [
        'legs[0].weight must be a whole number from 1 to 256, not the number 257',
        'legs[1].weight must be a whole number from 1 to 256, not the number 0',
        'the leg e1 is given twice; give it a greater weight instead',
      ],
    ],
    [
      'objects of other legs',
      () =>
        void nexthopRoute('default', {
          legs: [{ via: '10.1.0.1' }],
          objects: { group: 7, members: [7, 8] },
        }),
      [
        'objects.members has 2 numbers for 1 legs',
        'objects gives a number twice',
        'with objects each leg needs its via and dev',
      ],
    ],
    [
      'a mark outside of its mask',
      () => void rule('x', { preference: 5, fwmark: 0x100, fwmask: 0xff, table: 9 }),
      ['fwmark 256 has bits outside of fwmask 255: it would never match'],
    ],
    [
      'ports of no protocol',
      () => void rule('x', { preference: 5, dport: 25, table: 9 }),
      ["sport and dport need ipproto: 'tcp', 'udp' or 'sctp'"],
    ],
    [
      'a way back',
      () => void rule('x', { preference: 5, goto: 4 }),
      ['goto 4 must lead to a later rule than 5'],
    ],
  ])('%s', async (_, body, problems) => {
    expect(await problemsOf(body)).toEqual(problems);
  });

  it('two routes of one key that differ', async () => {
    const clash = await problemsOf(() => {
      route('10.0.0.0/8', { dev: 'e1' });
      nexthopRoute('10.0.0.0/8', { legs: [{ dev: 'e2' }] });
    });
    expect(clash).toHaveLength(1);
  });
});
