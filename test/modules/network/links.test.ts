import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addresses, bond, ipvsRealServer, link, teql } from '../../../modules/index.ts';
import { problemsOf } from '../../support/modules.ts';
import { namespaceLaw, NamespacePlays, only, type NamespaceCase } from '../../support/namespace-law.ts';
import { shellNames } from '../../support/shells.ts';

let plays: NamespacePlays;

/** A link with addresses and routes of others, one that is down, and one that is nothing but its name. */
const ground = [
  'link add e1 type veth peer name f1',
  'link add e2 type veth peer name f2',
  'link add i1 address 02:00:00:00:00:03 type ifb',
  'link set i1 alias others txqueuelen 77',
  ...['lo', 'e1', 'f1', 'i1'].map((name) => `link set ${name} up`),
  'link set e1 address 02:00:00:00:00:01',
  'link set e2 address 02:00:00:00:00:02',
  'link set f1 address 02:00:00:00:00:11',
  'link set f2 address 02:00:00:00:00:12',
  'addr add 10.1.0.1/24 dev e1',
  '-6 addr add fd01::1/64 dev e1 nodad',
  'addr add 10.1.0.9/24 dev e1 valid_lft 4000 preferred_lft 4000',
  'addr add 10.3.0.1/24 brd + dev i1 label i1:a',
  'route add 10.8.0.0/16 via 10.1.0.7',
  'route add 10.9.0.0/16 via 10.1.0.7 table 300 proto bird',
  '-6 route add fd09::/32 via fd01::7',
  'route add 10.7.0.0/16 via 10.3.0.7',
];

interface Listed {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly address: string;
  readonly txqlen: number;
  readonly ifalias?: string;
}

const stateOf: ConstructorParameters<typeof NamespacePlays>[1] = (namespace) => [
  ...(JSON.parse(namespace.ip('-j link show')) as readonly Listed[]).map(
    ({ ifname, flags, mtu, address, txqlen, ifalias }) =>
      `link ${ifname} ${flags.includes('UP') ? 'up' : 'down'} mtu ${mtu} mac ${address} queue ${txqlen} ${ifalias ?? ''}`.trim(),
  ),
  ...namespace
    .ip('-o addr show')
    .split('\n')
    .filter((line) => line !== '' && !/inet6 fe80:.*ff:fe/.test(line))
    .map((line) =>
      line
        .replace(/^\d+: /, '')
        .replaceAll(/ (tentative|dadfailed)\b/g, '')
        // Who comes first of a network, the kernel decides.
        .replace(/\s*\\\s+/, ' | ')
        .replaceAll(/[34]\d\d\dsec/g, 'a while')
        .trim(),
    ),
  ...['-4', '-6'].flatMap((family) =>
    namespace
      .ip(`${family} route show table all`)
      .split('\n')
      .filter((line) => line !== '' && !/ proto kernel|table local|^multicast|^fe80/.test(line))
      .map((line) => `route ${line.replaceAll(/ linkdown| dead/g, '').trim()}`),
  ),
];

const kept = ['10.1.0.1/24', 'fd01::1/64'];
const forever = '| valid_lft forever preferred_lft forever';

const cases: Readonly<Record<string, NamespaceCase>> = {
  'the state of a link': {
    declared: () =>
      void link('e2', { up: true, mtu: 1400, mac: '02:00:00:00:00:AA', txqueuelen: 7, alias: "it's up" }),
    shows: ["link e2 up mtu 1400 mac 02:00:00:00:00:aa queue 7 it's up"],
    hides: ['link e2 down mtu 1500 mac 02:00:00:00:00:02 queue 1000'],
    varied: () =>
      void link('e2', { up: true, mtu: 1300, mac: '02:00:00:00:00:aa', txqueuelen: 7, alias: "it's up" }),
    variation: ["link e2 up mtu 1300 mac 02:00:00:00:00:aa queue 7 it's up"],
    drift: ['link set e2 down mtu 1450', 'link set e2 alias x address 02:00:00:00:00:bb txqueuelen 9'],
  },
  'a link that is down': {
    declared: () => void link('e1', { up: false }),
    shows: ['link e1 down mtu 1500 mac 02:00:00:00:00:01 queue 1000'],
    hides: [
      'link e1 up mtu 1500 mac 02:00:00:00:00:01 queue 1000',
      `e1    inet6 fd01::1/64 scope global nodad ${forever}`,
      'route 10.8.0.0/16 via 10.1.0.7 dev e1',
      'route 10.9.0.0/16 via 10.1.0.7 dev e1 table 300 proto bird',
      'route fd09::/32 via fd01::7 dev e1 metric 1024 pref medium',
    ],
    varied: () => void link('e1', { up: false, txqueuelen: 9 }),
    variation: ['link e1 down mtu 1500 mac 02:00:00:00:00:01 queue 9'],
    drift: ['link set e1 up'],
  },
  'a link that is not': {
    declared: () => void link('i1', { state: 'absent' }),
    shows: [],
    hides: [
      'link i1 up mtu 1500 mac 02:00:00:00:00:03 queue 77 others',
      `i1    inet 10.3.0.1/24 brd 10.3.0.255 scope global i1:a ${forever}`,
      'route 10.7.0.0/16 via 10.3.0.7 dev i1',
    ],
    varied: () => {
      link('i1', { state: 'absent' });
      link('e2', { mtu: 1400 });
    },
    variation: ['link e2 down mtu 1400 mac 02:00:00:00:00:02 queue 1000'],
    drift: ['link add i1 type ifb', 'link set e2 txqueuelen 1000'],
  },
  'exactly these addresses': {
    declared: () => void addresses('e1', { addresses: ['10.1.0.1/24', '10.2.0.1/30', 'FD02::0:1/64'] }),
    shows: [
      `e1    inet 10.2.0.1/30 scope global e1 ${forever}`,
      `e1    inet6 fd02::1/64 scope global ${forever}`,
    ],
    hides: [`e1    inet6 fd01::1/64 scope global nodad ${forever}`],
    varied: () => void addresses('e1', { addresses: ['10.1.0.1/24', '10.2.0.2/30', 'fd02::1/64'] }),
    variation: [`e1    inet 10.2.0.2/30 scope global e1 ${forever}`],
    drift: ['addr del 10.2.0.1/30 dev e1', 'addr add 10.5.0.1/24 dev e1', '-6 addr add fd05::1/64 dev e1'],
  },
  'addresses beside others': {
    declared: () =>
      void addresses('e1', {
        exclusive: false,
        addresses: [
          { address: '10.2.0.1/24', label: 'e1:web', broadcast: true, scope: 'link', metric: 9 },
          { address: '10.4.0.1', peer: '10.4.0.2/32', noprefixroute: true },
          { address: 'fd02::1/64', nodad: true, deprecated: true, metric: 7 },
        ],
      }),
    shows: [
      `e1    inet 10.2.0.1/24 metric 9 brd 10.2.0.255 scope link e1:web ${forever}`,
      `e1    inet 10.4.0.1 peer 10.4.0.2/32 scope global noprefixroute e1 ${forever}`,
      'e1    inet6 fd02::1/64 metric 7 scope global nodad deprecated | valid_lft forever preferred_lft 0sec',
    ],
    varied: () =>
      void addresses('e1', {
        exclusive: false,
        addresses: [
          { address: '10.2.0.1/24', label: 'e1', broadcast: '10.2.0.9', scope: 'global', metric: 8 },
          { address: '10.4.0.1', peer: '10.4.0.2/32', noprefixroute: false },
          { address: 'fd02::1/64', nodad: true, deprecated: false },
        ],
      }),
    variation: [
      `e1    inet 10.2.0.1/24 metric 8 brd 10.2.0.9 scope global e1 ${forever}`,
      `e1    inet 10.4.0.1 peer 10.4.0.2/32 scope global e1 ${forever}`,
      `e1    inet6 fd02::1/64 metric 7 scope global nodad ${forever}`,
    ],
    drift: [
      'addr del 10.4.0.1 peer 10.4.0.2/32 dev e1',
      'addr del 10.2.0.1/24 dev e1',
      'addr add 10.2.0.1/24 dev e1',
      '-6 addr change fd02::1/64 dev e1 preferred_lft 100 valid_lft 200',
    ],
    absent: () =>
      void addresses('e1', {
        addresses: ['10.2.0.1/24', { address: '10.4.0.1', peer: '10.4.0.2/32' }, 'fd02::1/64'],
        state: 'absent',
      }),
  },
};

describe.skipIf(process.getuid?.() !== 0).each(shellNames)('links, in %s', (shell) => {
  beforeEach(() => {
    plays = new NamespacePlays(ground, stateOf);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    plays.close();
  });

  namespaceLaw(shell, cases, () => plays);

  it('an address whose label, broadcast or scope changes keeps its routes', async () => {
    const before = plays.state();
    const { name, outcome } = await plays.play(
      shell,
      () =>
        void addresses('e1', {
          addresses: [{ address: '10.1.0.1/24', label: 'e1:x', broadcast: true }, 'fd01::1/64'],
        }),
    );
    expect(outcome).toBe('changed');
    expect(only(plays.state(), before)).toEqual([
      `e1    inet 10.1.0.1/24 brd 10.1.0.255 scope global e1:x ${forever}`,
    ]);
    plays.undo(shell, name);
    expect(only(before, plays.state())).toEqual([]);
  });

  it('an IPv6 address whose length changes is that one address, and keeps its routes', async () => {
    const before = plays.state();
    const longer = () => void addresses('e1', { addresses: ['10.1.0.1/24', 'fd01::1/48'] });
    const { name, outcome } = await plays.play(shell, longer);
    expect(outcome).toBe('changed');
    expect(only(plays.state(), before)).toEqual([`e1    inet6 fd01::1/48 scope global ${forever}`]);
    expect(only(before, plays.state())).toEqual([`e1    inet6 fd01::1/64 scope global nodad ${forever}`]);
    expect((await plays.play(shell, longer)).outcome).toBe('ok');
    plays.undo(shell, name);
    expect(plays.state()).toEqual(before);
  });

  it('an address with a lifetime that is wanted for good gets it for good', async () => {
    const before = plays.state();
    const declared = () => void addresses('e1', { addresses: [...kept, '10.1.0.9/24'] });
    const { name, outcome } = await plays.play(shell, declared);
    expect(outcome).toBe('changed');
    expect(only(plays.state(), before)).toEqual([
      `e1    inet 10.1.0.9/24 scope global secondary e1 ${forever}`,
    ]);
    expect((await plays.play(shell, declared)).outcome).toBe('ok');
    plays.undo(shell, name);
    expect(plays.state()).toEqual(before);
  });

  it('what is not there, or cannot be, is told before anything is changed', async () => {
    let before = plays.state();
    const fails = async (body: () => void, text: RegExp): Promise<void> => {
      const told = await plays.play(shell, body);
      expect(told.outcome).toMatch(/^failed/);
      expect(told.outcome).toMatch(text);
      expect(plays.state()).toEqual(before);
    };
    await fails(() => void link('e9', { up: true }), /there is no link e9 on this host/);
    await fails(() => void addresses('e9', { addresses: ['10.0.0.1/24'] }), /there is no link e9/);
    await fails(() => void link('e1', { mtu: 1000 }), /e1 has IPv6 addresses, and IPv6 needs an MTU of 1280/);
    await fails(() => void link('e1', { state: 'absent' }), /e1 is neither of kind dummy nor ifb/);
    plays.namespace.ip('link add name br type bridge');
    plays.namespace.ip('link set i1 master br');
    before = plays.state();
    await fails(() => void link('i1', { state: 'absent' }), /br stands on i1/);
  });

  it('SSH is not cut off', async () => {
    const before = plays.state();
    vi.stubEnv('SSH_CONNECTION', '10.1.0.50 5000 10.1.0.1 22');
    const refused = async (body: () => void): Promise<void> => {
      expect((await plays.play(shell, body)).outcome).toMatch(
        /^failed.*the host could not be reached any more/,
      );
      expect(plays.state()).toEqual(before);
    };
    await refused(() => void link('e1', { up: false }));
    await refused(() => void addresses('e1', { addresses: ['10.1.0.2/24'] }));
    await refused(() => void addresses('e1', { addresses: ['10.1.0.1/24'], state: 'absent' }));
    const goes = await plays.play(shell, () => void addresses('e1', { addresses: kept }));
    expect(goes.outcome).toBe('ok');
    const other = await plays.play(
      shell,
      () => void addresses('e2', { addresses: ['10.1.0.1/24'], state: 'absent' }),
    );
    expect(other.outcome).toBe('ok');
  });
});

describe('what cannot be', () => {
  const list = (...all: readonly (string | object)[]) =>
    void addresses('e1', { addresses: all as readonly string[] });
  it.each<readonly [string, () => void, readonly string[]]>([
    [
      'a network for an address, and one without length',
      () => list('10.0.0.0/24', '10.0.0.1', 'fd00::1/129'),
      [
        "'10.0.0.0/24' is the network itself; give the address of the host in it",
        "'10.0.0.1' must be an address with a prefix length, such as 192.0.2.1/24",
        "'fd00::1/129' is not an IP address",
      ],
    ],
    [
      'an address twice',
      () => list('10.0.0.1/24', { address: '10.0.0.1/24', label: 'e1:x' }, 'fd00::1/64', 'fd00::1/48'),
      ['the address 10.0.0.1/24 is given twice', 'the address fd00::1/48 is given twice'],
    ],
    [
      'what is of the other family',
      () =>
        list(
          { address: '10.0.0.1/24', nodad: true },
          { address: 'fd00::1/64', label: 'e1:x', scope: 'link' },
        ),
      [
        'nodad of 10.0.0.1/24 is for IPv6 only',
        'label of fd00::1/64 is for IPv4 only',
        'scope of fd00::1/64 is for IPv4 only',
      ],
    ],
    [
      'labels of other links, and broadcast addresses of none',
      () => list({ address: '10.0.0.1/24', label: 'e2:x' }, { address: '10.0.0.1/32', broadcast: true }),
      [
        "label 'e2:x' must begin with e1: and have at most 15 letters, digits and ._-",
        'the network of 10.0.0.1/32 has no broadcast address',
      ],
    ],
    [
      'peers',
      () =>
        list(
          { address: '10.0.0.1/24', peer: '10.0.0.2/32' },
          { address: '10.0.0.1', peer: '10.0.0.2' },
          { address: '10.0.0.1', peer: 'fd00::2/128' },
        ),
      [
        "'10.0.0.1/24' must be an address without prefix length: its peer has that",
        "'10.0.0.2' must be an address with a prefix length, such as 192.0.2.1/24",
        '10.0.0.1 and its peer fd00::2/128 must be of one family',
      ],
    ],
    [
      'entries that are none',
      () => list(7 as unknown as string, { adress: '10.0.0.1/24' }, { address: 'x/24\n', metric: 0 }),
      [
        "'7' must be an address with a prefix length, such as 192.0.2.1/24",
        'an entry of addresses has no address',
        "an entry of addresses has no option 'adress'; there are address, peer, label, broadcast, scope, metric, noprefixroute, nodad, deprecated",
        "an entry of addresses.address must have no newlines or other control characters: 'x/24\\u000a'",
        'an entry of addresses.metric must be a whole number from 1 to 4294967295, not the number 0',
      ],
    ],
    [
      'nothing to do',
      () => void addresses('e1', { addresses: [], exclusive: false }),
      ['addresses is empty: there is nothing to do'],
    ],
    [
      'more than which addresses go',
      () => void addresses('e1', { addresses: ['10.0.0.1/24'], exclusive: true, state: 'absent' } as never),
      ["exclusive makes no sense with state: 'absent'"],
    ],
    [
      'no link',
      () => void link('e1/x', {}),
      [
        "'e1/x' is not the name of a link: give up to 15 letters, digits and any of _.@+-",
        'nothing is declared of the link: give up, mtu, mac, txqueuelen or alias',
      ],
    ],
    [
      'a state that is none',
      () =>
        void link('e1', {
          mtu: 67,
          mac: '01:00:00:00:00:01',
          txqueuelen: -1,
          alias: 'a  b',
          up: 'yes',
        } as never),
      [
        'mtu must be a whole number of bytes from 68 to 65535, not the number 67',
        "mac must be the MAC address of one link, such as 02:00:00:00:00:01, not '01:00:00:00:00:01'",
        'txqueuelen must be a whole number from 0 to 2147483647, not the number -1',
        "alias must be one line of at most 255 bytes, with single blanks between its words, not 'a  b'",
        "up must be true or false, not 'yes'",
      ],
    ],
    [
      'an equalizer of other names and slaves',
      () => void teql('bond0', { slaves: ['lo', 'teql1', 'e1', 'e1'] }),
      [
        'the name must be that of an equalizer: teql0, teql1 and so on',
        'lo cannot be a slave: it leads nowhere',
        'teql1 is an equalizer itself, and cannot be a slave',
        'the slave e1 is given twice',
      ],
    ],
    [
      'an equalizer beyond their number',
      () =>
        void teql('teql2', {
          slaves: ['e1'],
          maxEqualizers: 2,
          rpFilter: 1 as 0,
          mtu: 1000,
          addresses: ['fd00::1/64'],
        }),
      [
        'rpFilter must be 0 or 2 (1 would drop all that comes in by a slave), not the number 1',
        'with maxEqualizers 2 there is no teql2, for they count from teql0',
        'mtu 1000 is too small for IPv6, which needs 1280; there would be no IPv6 addresses',
      ],
    ],
    ['an equalizer without slaves', () => void teql('teql0', { slaves: [] }), ['slaves must not be empty']],
  ])('%s', async (_, body, problems) => {
    expect(await problemsOf(body)).toEqual(problems);
  });

  const both = (one: () => void, two: () => void): Promise<readonly string[]> =>
    problemsOf(() => {
      one();
      two();
    });
  const bonded = () => void bond('b0', { mode: 'broadcast', slaves: ['e1'], mtu: 1400, addresses: kept });
  it.each<readonly [string, () => void, () => void, number]>([
    ['the same of a link', () => link('e1', { mtu: 1400 }), () => link('e1', { mtu: 1400, up: true }), 0],
    ['another MTU', () => link('e1', { mtu: 1400 }), () => link('e1', { mtu: 1500 }), 1],
    ['the same addresses in another order', () => list(...kept), () => list(...kept.toReversed()), 0],
    ['other addresses', () => list(...kept), () => list('10.1.0.1/24'), 1],
    [
      'addresses of several tasks',
      () => addresses('e1', { addresses: ['10.1.0.1/24'], exclusive: false }),
      () => addresses('e1', { addresses: ['10.2.0.1/24'], exclusive: false }),
      0,
    ],
    [
      'addresses that one task has and another takes away',
      () => addresses('e1', { addresses: ['10.1.0.1/24'], exclusive: false }),
      () => addresses('e1', { addresses: ['10.1.0.1/24'], state: 'absent' }),
      1,
    ],
    [
      'one who has all addresses and one who adds to them',
      () => list(...kept),
      () => addresses('e1', { addresses: ['10.2.0.1/24'], exclusive: false }),
      1,
    ],
    ['what a bond says of itself', bonded, () => addresses('b0', { addresses: kept }), 0],
    ['another MTU than that of its bond', bonded, () => link('e1', { mtu: 1500 }), 1],
    ['addresses on a slave of a bond', bonded, () => list(...kept), 1],
    ['a bond that is absent', () => bond('b0', { state: 'absent' }), () => link('b0', { up: true }), 1],
    [
      'what an equalizer says of itself and its slaves',
      () => teql('teql0', { slaves: ['e1', 'b0'], addresses: kept, mtu: 1400 }),
      () => {
        link('teql0', { up: true, mtu: 1400 });
        link('e1', { up: true });
        addresses('teql0', { addresses: kept });
      },
      0,
    ],
    ['a slave that is down', () => teql('teql0', { slaves: ['e1'] }), () => link('e1', { up: false }), 1],
    [
      'a slave of two equalizers',
      () => teql('teql0', { slaves: ['e1'] }),
      () => teql('teql1', { slaves: ['e1'] }),
      2,
    ],
    ['a bond as a slave', bonded, () => teql('teql0', { slaves: ['b0'] }), 0],
    [
      'a real server, who must not answer ARP',
      () => teql('teql0', { slaves: ['e1'] }),
      () => ipvsRealServer('192.0.2.1'),
      1,
    ],
    [
      'a real server, on a link whose addresses are another task’s',
      () => addresses('lo', { addresses: ['192.0.2.2/32'] }),
      () => ipvsRealServer('192.0.2.1'),
      1,
    ],
    ['a slave of a bond, too', bonded, () => teql('teql0', { slaves: ['e1'] }), 1],
    [
      'as many equalizers as another task says',
      () => teql('teql0', { slaves: ['e1'], maxEqualizers: 2 }),
      () => teql('teql1', { slaves: ['e2'], maxEqualizers: 3 }),
      1,
    ],
  ])('two tasks and %s', async (_, one, two, count) => {
    expect(await both(one, two)).toHaveLength(count);
  });
});
