import { describe, expect, it } from 'vitest';
import { law, networkView, snapshotLines, type LawCase } from '../support/law.ts';
import { withLab, type Lab } from '../support/lab.ts';
import { labProject, taskStatuses } from '../support/project.ts';

const lab = withLab(1);

/** The files of /sys about a bond, by name; a choice without its number. */
async function settings(lab: Lab, bond: string, ...names: readonly string[]): Promise<readonly string[]> {
  const files = names.map((name) => `/sys/class/net/${bond}/bonding/${name}`);
  return (await lab.read('lab1', `cat ${files.join(' ')}`))
    .split('\n')
    .map((line) => line.replace(/ \d+$/, ''));
}

const addresses = (lab: Lab, link: string): Promise<string> =>
  lab.read('lab1', `ip -br addr show dev ${link}; cat /sys/class/net/${link}/mtu`);

interface BondCase {
  readonly bond: string;
  readonly slaves: readonly string[];
  readonly options: string;
  readonly varied: string;
  /** The file of /sys that the variation changes. */
  readonly file: RegExp;
  readonly drift: string;
  readonly there: (lab: Lab) => Promise<void>;
}

const bonds: Record<string, BondCase> = {
  'balance-rr': {
    bond: 'rr0',
    slaves: ['d0'],
    options: `miimon: 200, downdelay: 400, updelay: 200, mtu: 1400, addresses: ['10.70.0.1/24', 'fd70::1/64']`,
    varied: `miimon: 200, downdelay: 600, updelay: 200, mtu: 1400, addresses: ['10.70.0.1/24', 'fd70::1/64']`,
    file: /\brr0\/bonding\/downdelay\b/,
    drift: 'ip link set d0 nomaster; ip addr del 10.70.0.1/24 dev rr0; ip link set rr0 mtu 1450',
    async there(lab) {
      expect(await settings(lab, 'rr0', 'mode', 'miimon', 'updelay', 'downdelay')).toEqual([
        'balance-rr',
        '200',
        '200',
        '400',
      ]);
      expect(await addresses(lab, 'rr0')).toMatch(/10\.70\.0\.1\/24[^]*fd70::1\/64[^]*\n1400$/);
    },
  },
  'active-backup': {
    bond: 'bond0',
    slaves: ['eth1', 'eth3'],
    options: `primary: 'eth3', primaryReselect: 'failure', failOverMac: 'active', addresses: ['10.71.0.1/24']`,
    varied: `primary: 'eth1', primaryReselect: 'failure', failOverMac: 'active', addresses: ['10.71.0.1/24']`,
    file: /\bbond0\/bonding\/primary\b/,
    drift:
      'echo follow >/sys/class/net/bond0/bonding/primary_reselect 2>/dev/null; echo always >/sys/class/net/bond0/bonding/primary_reselect; ip link set bond0 down',
    async there(lab) {
      expect(await settings(lab, 'bond0', 'mode', 'primary', 'primary_reselect', 'fail_over_mac')).toEqual([
        'active-backup',
        'eth3',
        'failure',
        'active',
      ]);
      expect(await addresses(lab, 'bond0')).toMatch(/^bond0 +UP.*10\.71\.0\.1\/24/);
    },
  },
  'ARP monitor': {
    bond: 'arp0',
    slaves: ['d2'],
    options: `arpInterval: 500, arpIpTargets: ['10.72.0.2', '10.72.0.3']`,
    varied: `arpInterval: 500, arpIpTargets: ['10.72.0.4', '10.72.0.3']`,
    file: /\barp0\/bonding\/arp_ip_target\b/,
    drift:
      'echo -10.72.0.2 >/sys/class/net/arp0/bonding/arp_ip_target; echo 900 >/sys/class/net/arp0/bonding/arp_interval',
    async there(lab) {
      const [interval, targets = ''] = await settings(lab, 'arp0', 'arp_interval', 'arp_ip_target');
      expect([interval, targets.split(' ').toSorted()]).toEqual(['500', ['10.72.0.2', '10.72.0.3']]);
    },
  },
  'balance-xor': {
    bond: 'xor0',
    slaves: ['d4'],
    options: `xmitHashPolicy: 'layer3+4'`,
    varied: `xmitHashPolicy: 'vlan+srcmac'`,
    file: /\bxor0\/bonding\/xmit_hash_policy\b/,
    drift:
      'ip link set d4 nomaster; ip link set xor0 down; echo balance-rr >/sys/class/net/xor0/bonding/mode',
    async there(lab) {
      expect(await settings(lab, 'xor0', 'mode', 'xmit_hash_policy')).toEqual(['balance-xor', 'layer3+4']);
    },
  },
  broadcast: {
    bond: 'bc0',
    slaves: ['d6'],
    options: `miimon: 50`,
    varied: `miimon: 100`,
    file: /\bbc0\/bonding\/miimon\b/,
    drift: 'echo 70 >/sys/class/net/bc0/bonding/miimon',
    async there(lab) {
      expect(await settings(lab, 'bc0', 'mode', 'miimon')).toEqual(['broadcast', '50']);
    },
  },
  '802.3ad': {
    bond: 'ad0',
    slaves: ['d8'],
    options: `lacpRate: 'fast', adSelect: 'bandwidth', minLinks: 1, xmitHashPolicy: 'layer2+3'`,
    varied: `lacpRate: 'slow', adSelect: 'bandwidth', minLinks: 1, xmitHashPolicy: 'layer2+3'`,
    file: /\bad0\/bonding\/lacp_rate\b/,
    drift: 'ip link set ad0 down; echo count >/sys/class/net/ad0/bonding/ad_select; ip link set ad0 up',
    async there(lab) {
      const names = ['mode', 'lacp_rate', 'ad_select', 'min_links', 'xmit_hash_policy'];
      expect(await settings(lab, 'ad0', ...names)).toEqual(['802.3ad', 'fast', 'bandwidth', '1', 'layer2+3']);
    },
  },
  'balance-tlb': {
    bond: 'tlb0',
    slaves: ['d11'],
    options: `primary: 'd11', updelay: 300`,
    varied: `primary: 'd11', updelay: 200`,
    file: /\btlb0\/bonding\/updelay\b/,
    drift: 'ip link set d11 nomaster',
    async there(lab) {
      expect(await settings(lab, 'tlb0', 'mode', 'primary', 'updelay')).toEqual([
        'balance-tlb',
        'd11',
        '300',
      ]);
    },
  },
  'balance-alb': {
    bond: 'alb0',
    slaves: ['d12'],
    options: `primary: 'd12', primaryReselect: 'better', up: false`,
    varied: `primary: 'd12', primaryReselect: 'better', up: true`,
    file: /^(link (alb0|d12)|addr alb0|route6? .*alb0)/m,
    drift: 'ip link set alb0 up',
    async there(lab) {
      expect(await settings(lab, 'alb0', 'mode', 'primary', 'primary_reselect')).toEqual([
        'balance-alb',
        'd12',
        'better',
      ]);
      expect(await addresses(lab, 'alb0')).toMatch(/^alb0 +DOWN/);
    },
  },
};

const mode = (name: string): string => (name in bonds && name !== 'ARP monitor' ? name : 'active-backup');
const declare = (name: string, { bond, slaves }: BondCase, options: string): string =>
  `m.bond('${bond}', { mode: '${mode(name)}', slaves: ${JSON.stringify(slaves)}, ${options} });`;

async function isThere(lab: Lab, { bond, slaves, there }: BondCase): Promise<void> {
  await there(lab);
  const [found = ''] = await settings(lab, bond, 'slaves');
  expect(found.split(' ').toSorted()).toEqual(slaves.toSorted());
}

async function isGone(lab: Lab, { bond }: BondCase): Promise<void> {
  expect((await lab.read('lab1', 'ls /sys/class/net')).split('\n')).not.toContain(bond);
}

const cases: Record<string, LawCase> = Object.fromEntries(
  Object.entries(bonds).map(([name, one]): [string, LawCase] => [
    name,
    {
      ground: one.slaves
        .flatMap((slave) => (slave.startsWith('d') ? [`ip link add name ${slave} type dummy`] : []))
        .join('\n'),
      declared: declare(name, one, one.options),
      varied: declare(name, one, one.varied),
      variation: one.file,
      drift: one.drift,
      absent: `m.bond('${one.bond}', { state: 'absent' });`,
      // Freed slaves are up; the module stays.
      leaves: /^module bonding|^link (d\d+|eth[13]) |^qdisc .* dev (d\d+|eth[13])/,
      there: (lab) => isThere(lab, one),
      gone: (lab) => isGone(lab, one),
    },
  ]),
);

law(lab, cases, networkView);

describe('a live bond', () => {
  const project = labProject();
  const playing = async (calls: string): Promise<readonly string[]> => {
    project.write(
      'live.ts',
      `import { play } from 'tsplay';\nimport { bond } from 'tsplay/modules';\nexport default play('Live', { hosts: 'lab1' }, () => { ${calls} });\n`,
    );
    return [...taskStatuses(await project.play('run', 'live.ts', '--limit', 'lab1'), 'lab1').values()];
  };
  const snapshot = async (): Promise<readonly string[]> => snapshotLines(await lab.read('lab1', networkView));
  const options = `slaves: ['eth1', 'eth3'], addresses: ['10.71.0.1/24', 'fd71::1/64']`;

  it('keeps addresses, routes of all tables, slaves and what stands on it when its mode changes', async () => {
    await lab.reset('lab1');
    await playing(`bond('bond0', { mode: 'active-backup', ${options} });`);
    await lab.read(
      'lab1',
      `set -e
ip link add link bond0 name bond0.7 type vlan id 7; ip addr add 10.71.7.1/24 dev bond0.7; ip link set bond0.7 up
ip link add name br0 type bridge; ip link set bond0.7 master br0; ip addr add 10.71.8.1/24 dev br0; ip link set br0 up
ip link set bond0 address 02:00:00:00:07:01
ip route add 10.81.0.0/24 via 10.71.0.9; ip route add 10.82.0.0/24 via 10.71.0.9 table 77 metric 5 proto 201
ip route add 10.83.0.0/24 dev bond0 src 10.71.0.1 mtu 1300; ip -6 route add fd81::/64 via fd71::9 table 78
ip route add 10.84.0.0/24 nexthop via 10.71.0.9 weight 3 nexthop via 10.71.7.9 weight 1
ip route add blackhole 10.85.0.0/24; tc qdisc replace dev bond0 root fq; echo 2 >/proc/sys/net/ipv4/conf/bond0/rp_filter`,
    );
    const more = (): Promise<string> =>
      lab.read(
        'lab1',
        'cat /proc/sys/net/ipv4/conf/bond0/rp_filter /sys/class/net/bond0/address; tc qdisc show dev bond0; bridge link | cut -d: -f2-4',
      );
    const before = await snapshot();
    const beside = await more();
    expect(await playing(`bond('bond0', { mode: 'balance-xor', ${options} });`)).toEqual(['changed']);
    const after = await snapshot();
    expect(after.filter((line) => !before.includes(line))).toEqual(['2 balance-xor bond bond0/bonding/mode']);
    expect(before.filter((line) => !after.includes(line))).toEqual([
      '1 active-backup bond bond0/bonding/mode',
    ]);
    expect(await more()).toBe(beside);
    expect((await project.cli('rollback', '-i', 'lab', '--limit', 'lab1')).code).toBe(0);
    expect(await snapshot()).toEqual(before);
    expect(await more()).toBe(beside);
  });

  it('takes the NIC that SSH comes by, with its addresses and routes, and gives it back', async () => {
    await lab.reset('lab1');
    const before = await snapshot();
    const bonded = `bond('bond0', { mode: 'active-backup', slaves: ['eth0'] });`;
    expect(await playing(bonded)).toEqual(['changed']);
    const view = await lab.read('lab1', 'ip -br addr; ip route');
    expect(view).toMatch(/^bond0 +UP +10\.0\.2\.15\/24/m);
    expect(view).not.toMatch(/^eth0 .*10\.0\.2\.15/m);
    expect(view).toMatch(/^default via 10\.0\.2\.2 dev bond0/m);
    expect(await playing(bonded)).toEqual(['ok']);

    project.write(
      'absent.ts',
      `import { play } from 'tsplay';\nimport { bond } from 'tsplay/modules';\nexport default play('Live', { hosts: 'lab1' }, () => { bond('bond0', { state: 'absent' }); });\n`,
    );
    const refused = await project.cli('run', 'absent.ts', '-i', 'lab', '--limit', 'lab1');
    expect(refused).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('could not be reached any more'),
    });

    expect((await project.cli('rollback', '-i', 'lab', '--limit', 'lab1')).code).toBe(0);
    expect((await snapshot()).filter((line) => !line.startsWith('module '))).toEqual(before);
  });
});
