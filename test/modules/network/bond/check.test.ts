import { describe, expect, it } from 'vitest';
import { bond, type BondOptions } from '../../../../modules/index.ts';
import { problemsOf } from '../ipvs/ipvs-host.ts';

const slaves = ['eth1', 'eth2'];
const backup = { mode: 'active-backup', slaves } as const;

const problems = async (options: object, name = 'bond0'): Promise<readonly string[]> =>
  (await problemsOf(() => void bond(name, options as BondOptions))).map((text) =>
    text.replace(/^bond\('[^']*'\): /, ''),
  );

describe('what a bond refuses', () => {
  it('says all of it at once', async () => {
    const wrong = await problems({ mode: 'lacp', slaves: ['eth1', 'eth1'], miimon: -1, colour: 'red' });
    expect(wrong).toEqual([
      'colour is not an option of a bond',
      expect.stringMatching(/^mode must be one of balance-rr, .*, not lacp$/),
      'the slave eth1 is given twice',
      'miimon must be a whole number from 0, not -1',
    ]);
  });

  const names = [
    'sixteen-bytes-xx',
    'bücke',
    'a b',
    '-x',
    '.',
    '..',
    'a/b',
    'a:b',
    'bond%d',
    'all',
    'default',
  ];
  it.each([...names, 'bonding_masters', '漢字'])('the name %s, for itself and for a slave', async (name) => {
    expect(await problems({ mode: 'broadcast', slaves }, name)).toHaveLength(1);
    expect(await problems({ mode: 'broadcast', slaves: [name] })).toHaveLength(1);
  });

  it('a name with a control character', async () => {
    expect((await problems({ mode: 'broadcast', slaves }, 'a\nb')).join()).toContain('control characters');
  });

  const cases: readonly (readonly [string, object, RegExp])[] = [
    ['no mode', { slaves }, /mode must be one of .*, not left out/],
    ['no slaves', { mode: 'broadcast' }, /slaves must be a list/],
    ['slaves as a text', { mode: 'broadcast', slaves: 'eth1' }, /slaves must be a list/],
    ['an empty list of slaves', { mode: 'broadcast', slaves: [] }, /slaves is empty/],
    ['itself as a slave', { mode: 'broadcast', slaves: ['bond0'] }, /cannot be its own slave/],
    ['lo as a slave', { mode: 'broadcast', slaves: ['lo'] }, /lo cannot be a slave/],
    ['a slave that is no text', { mode: 'broadcast', slaves: [7] }, /'7' is not the name of a link/],
    ['a primary that is no slave', { ...backup, primary: 'eth3' }, /primary 'eth3' is not one of the slaves/],
    [
      'primary without one',
      { mode: 'balance-rr', slaves, primary: 'eth1' },
      /primary is not an option of mode balance-rr/,
    ],
    ['LACP without it', { ...backup, lacpRate: 'fast' }, /lacpRate is not an option of mode active-backup/],
    [
      'ARP where a switch is',
      { mode: '802.3ad', slaves, arpInterval: 100, arpIpTargets: ['10.0.0.1'] },
      /arpInterval is not an option of mode 802.3ad/,
    ],
    [
      'a hash that is none',
      { mode: 'balance-xor', slaves, xmitHashPolicy: 'layer4' },
      /xmitHashPolicy must be one of layer2/,
    ],
    [
      'both monitors',
      { ...backup, miimon: 100, arpInterval: 100, arpIpTargets: ['10.0.0.1'] },
      /exclude each other/,
    ],
    [
      'no monitor where one is needed',
      { mode: 'balance-tlb', slaves, miimon: 0 },
      /mode balance-tlb needs miimon/,
    ],
    ['ARP without targets', { ...backup, arpInterval: 100 }, /needs arpIpTargets/],
    ['targets without ARP', { ...backup, arpIpTargets: ['10.0.0.1'] }, /arpIpTargets needs arpInterval/],
    [
      'a target with a prefix',
      { ...backup, arpInterval: 100, arpIpTargets: ['10.0.0.1/24'] },
      /is not the IPv4 address of a host/,
    ],
    [
      'a target of IPv6',
      { ...backup, arpInterval: 100, arpIpTargets: ['fd00::1'] },
      /is not the IPv4 address of a host/,
    ],
    [
      'a target twice',
      { ...backup, arpInterval: 100, arpIpTargets: ['10.0.0.1', '10.0.0.1'] },
      /given twice/,
    ],
    [
      '17 targets',
      { ...backup, arpInterval: 100, arpIpTargets: Array.from({ length: 17 }, (_, i) => `10.0.0.${i + 1}`) },
      /at most 16/,
    ],
    [
      'a delay between checks',
      { ...backup, updelay: 250 },
      /updelay must be a multiple of miimon \(100 ms\)/,
    ],
    [
      'a delay without checks',
      { ...backup, miimon: 0, downdelay: 100 },
      /downdelay must be a multiple of miimon/,
    ],
    [
      'a delay with ARP',
      { ...backup, arpInterval: 100, arpIpTargets: ['10.0.0.1'], updelay: 100 },
      /updelay is counted in checks of miimon/,
    ],
    ['more links than slaves', { mode: '802.3ad', slaves, minLinks: 3 }, /would never be up/],
    ['an MTU of another kind', { ...backup, mtu: 67 }, /mtu must be a whole number of bytes/],
    ['IPv6 on a small MTU', { ...backup, mtu: 1279, addresses: ['fd00::1/64'] }, /too small for IPv6/],
    [
      'an address without prefix',
      { ...backup, addresses: ['10.0.0.1'] },
      /must be an address with a prefix length/,
    ],
    ['a network', { ...backup, addresses: ['10.0.0.0/24'] }, /is the network itself/],
    ['a network of IPv6', { ...backup, addresses: ['fd00::/64'] }, /is the network itself/],
    ['a broadcast address', { ...backup, addresses: ['10.0.0.255/24'] }, /is the broadcast address/],
    ['a group', { ...backup, addresses: ['224.0.0.1/24'] }, /is not an address of a host/],
    ['an address with a zone', { ...backup, addresses: ['fe80::1%eth0/64'] }, /is not an IP address/],
    ['IPv4 in IPv6 clothes', { ...backup, addresses: ['::ffff:10.0.0.1/96'] }, /write it as IPv4/],
    [
      'an address twice',
      { ...backup, addresses: ['FD00::0:1/64', 'fd00::1/64'] },
      /fd00::1\/64 is given twice/,
    ],
    ['addresses as a text', { ...backup, addresses: '10.0.0.1/24' }, /addresses must be a list/],
    ['up as a text', { ...backup, up: 'yes' }, /up must be true or false/],
    ['a state that is none', { ...backup, state: 'gone' }, /state must be 'present' or 'absent'/],
    [
      'settings of what shall not be',
      { state: 'absent', mode: 'broadcast' },
      /mode makes no sense with state: 'absent'/,
    ],
  ];
  it.each(cases)('%s', async (_what, options, message) => {
    expect((await problems(options)).join('\n')).toMatch(message);
  });

  it('but takes the ends of networks that have no other addresses, and options that are undefined', async () => {
    const addresses = ['10.0.0.0/31', '10.0.0.5/32', 'fd00::/127', 'fd00::8/128'];
    expect(await problems({ ...backup, addresses, primary: undefined, become: true })).toEqual([]);
    expect(await problems({ state: 'absent', become: false, mode: undefined })).toEqual([]);
  });
});

// Never called: the compiler is the test.
export function mustNotCompile(): void {
  // @ts-expect-error -- no mode
  bond('bond0', { slaves });
  // @ts-expect-error -- a mode that is none
  bond('bond0', { mode: 'lacp', slaves });
  // @ts-expect-error -- LACP belongs to 802.3ad
  bond('bond0', { mode: 'active-backup', slaves, lacpRate: 'fast' });
  // @ts-expect-error -- only one slave at a time can be the first choice
  bond('bond0', { mode: 'balance-rr', slaves, primary: 'eth1' });
  // @ts-expect-error -- the switch would not know
  bond('bond0', { mode: '802.3ad', slaves, arpInterval: 100, arpIpTargets: ['10.0.0.1'] });
  // @ts-expect-error -- one monitor or the other
  bond('bond0', { mode: 'active-backup', slaves, miimon: 100, arpInterval: 100, arpIpTargets: [] });
  // @ts-expect-error -- ARP needs somebody to ask
  bond('bond0', { mode: 'active-backup', slaves, arpInterval: 100 });
  // @ts-expect-error -- a misspelt option
  bond('bond0', { mode: 'active-backup', slaves, primry: 'eth1' });
  // @ts-expect-error -- what shall not be has no settings
  bond('bond0', { state: 'absent', mode: 'broadcast' });
}
