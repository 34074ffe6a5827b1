import { expect, it } from 'vitest';
import { networkView, snapshotLines } from '../support/law.ts';
import { withLab } from '../support/lab.ts';
import { labProject, taskStatuses } from '../support/project.ts';

// A bond in use: what stands on it, the NIC that SSH comes by, and what must not be begun.
const lab = withLab(1);
const project = labProject();

/** Each text is a play of its own. */
function plays(...bodies: readonly string[]): string {
  const list = bodies.map((body, index) => `play('Play ${index}', { hosts: 'lab1' }, () => { ${body} })`);
  project.write(
    'live.ts',
    `import { attempt, play } from 'tsplay';\nimport { bond } from 'tsplay/modules';\nvoid attempt;\nexport default [${list.join(', ')}];\n`,
  );
  return 'live.ts';
}
const play = async (mode: 'run' | 'check', calls: string): Promise<readonly string[]> => [
  ...taskStatuses(await project.play(mode, plays(calls)), 'lab1').values(),
];

async function rollback(): Promise<void> {
  const { code, stdout, stderr } = await project.cli('rollback', '-i', 'lab', '--limit', 'lab1');
  if (code !== 0) throw new Error(`the rollback ended with status ${code}: ${stdout}${stderr}`);
}

// Beside what the law looks at: MAC addresses, neighbours, next hops, ports, classes of qdiscs, parameters of links.
const view = `${networkView}
for link in /sys/class/net/*/; do read -r mac <$link/address; echo "mac $link $mac"; done
{ ip neigh show nud permanent; ip neigh show proxy; ip nexthop; tc class show dev bond0; bridge link | cut -d: -f2- | sed 's/ state [a-z]*//'; } 2>/dev/null
for d in bond0 eth1; do grep -s . /proc/sys/net/ipv4/conf/$d/rp_filter /proc/sys/net/ipv6/conf/$d/accept_ra /proc/sys/net/ipv4/neigh/$d/gc_stale_time; done
cat /sys/class/net/bond0/bonding/queue_id 2>/dev/null || :`;
const snapshot = async (): Promise<readonly string[]> => snapshotLines(await lab.read('lab1', view));

const options = `slaves: ['eth1', 'eth3'], addresses: ['10.71.0.1/24', 'fd71::1/64']`;

it('a bond keeps all that it carries and all that stands on it when its mode changes, and changes back', async () => {
  await play('run', `bond('bond0', { mode: 'active-backup', primary: 'eth3', ${options} });`);
  await lab.read(
    'lab1',
    `set -e; ip link set bond0 address 02:00:00:00:07:01
ip link add link bond0 name bond0.7 type vlan id 7; ip link set bond0.7 up; ip addr add 10.72.0.1/24 dev bond0.7; ip addr add fd72::1/64 dev bond0.7
ip link add link bond0 name bond0.8 type vlan id 8
ip link add name br0 type bridge; ip link set br0 up; ip link set bond0.7 master br0; ip addr add 10.73.0.1/24 dev br0
ip link add link eth1 name eth1.9 type vlan id 9; ip link set eth1.9 up; ip addr add 10.74.0.1/24 dev eth1.9; ip route add 10.174.0.0/24 via 10.74.0.9
ip route add 10.81.0.0/24 via 10.71.0.9; ip route add default via 10.71.0.9 table 77 metric 5 proto 201
ip route add 10.83.0.0/24 dev bond0 src 10.71.0.1 mtu 1300; ip route add 10.85.0.0/24 via 10.81.0.9 onlink dev bond0
ip route add 10.84.0.0/24 nexthop via 10.71.0.9 weight 3 nexthop via 10.72.0.9 weight 1; ip route add local 10.86.0.0/24 dev bond0 table local
ip -6 route add fd81::/64 via fd71::9 table 78 metric 3; ip -6 route add default via fe80::9 dev bond0 table 79 src fd71::1
ip -6 route add fd82::/64 nexthop via fd71::9 nexthop via fd72::9 weight 2
ip nexthop add id 5 via 10.71.0.79 dev bond0; ip nexthop add id 6 via 10.72.0.79 dev bond0.7; ip nexthop add id 3 group 5/6,3
ip route add 10.87.0.0/24 nhid 3; ip nexthop add id 8 via fd71::8 dev bond0; ip -6 route add fd87::/64 nhid 8
ip neigh add 10.71.0.77 lladdr 02:00:00:00:00:77 nud permanent dev bond0; ip neigh add proxy 10.71.0.55 dev bond0
ip neigh add fd71::77 lladdr 02:00:00:00:00:78 nud permanent dev bond0; ip rule add iif bond0 table 77
tc qdisc replace dev bond0 root handle 1: htb default 10; tc class add dev bond0 parent 1: classid 1:10 htb rate 1mbit; tc qdisc replace dev eth1 root fq
echo 1 >/proc/sys/net/ipv4/conf/bond0/rp_filter; echo 2 >/proc/sys/net/ipv6/conf/eth1/accept_ra; ip link set eth1 type bond_slave queue_id 3`,
  );
  const before = await snapshot();
  const xor = `bond('bond0', { mode: 'balance-xor', ${options} });`;
  expect(await play('check', xor)).toEqual(['changed']);
  expect(await snapshot()).toEqual(before);
  expect(await play('run', xor)).toEqual(['changed']);
  const after = await snapshot();
  expect(after.filter((line) => !before.includes(line))).toEqual([
    '2 balance-xor bond bond0/bonding/mode',
    'bond bond0/bonding/primary',
  ]);
  expect(before.filter((line) => !after.includes(line))).toEqual([
    '1 active-backup bond bond0/bonding/mode',
    'bond bond0/bonding/primary eth3',
  ]);
  expect(await play('run', xor)).toEqual(['ok']);
  await rollback();
  expect(await snapshot()).toEqual(before);
});

it('a bond that was removed comes back with all that it carried, its kernel parameters and its qdisc', async () => {
  await lab.read(
    'lab1',
    `set -e; ip link del br0; ip link del bond0.7; ip link del bond0.8; ip nexthop del id 3; tc qdisc replace dev bond0 root fq_codel limit 500
ip addr add 10.75.0.1/24 brd + dev bond0 label bond0:x; echo 4 >/sys/class/net/bond0/bonding/resend_igmp
echo 120 >/proc/sys/net/ipv4/neigh/bond0/gc_stale_time`,
  );
  const before = await snapshot();
  expect(await play('run', `bond('bond0', { state: 'absent' });`)).toEqual(['changed']);
  const gone = await snapshot();
  expect(gone.filter((line) => line.includes('bond0'))).toEqual([expect.stringMatching(/iif bond0/)]);
  // What stands on a freed slave stays.
  expect(gone.join('\n')).toMatch(/^route 10\.174\.0\.0\/24 via 10\.74\.0\.9 dev eth1\.9$/m);
  await rollback();
  expect(await snapshot()).toEqual(before);
});

it('a slave goes from one bond to another in one play, as a check foresees', async () => {
  await lab.read('lab1', 'for i in 1 2 3; do ip link add name d$i type dummy; done');
  const two = (first: string, second: string): string =>
    `bond('one0', { mode: 'balance-rr', slaves: ${first} }); bond('two0', { mode: 'balance-rr', slaves: ${second} });`;
  expect(await play('run', two(`['d1', 'd2']`, `['d3']`))).toEqual(['changed', 'changed']);
  const swapped = two(`['d1']`, `['d3', 'd2']`);
  expect(await play('check', swapped)).toEqual(['changed', 'changed']);
  expect(await play('run', swapped)).toEqual(['changed', 'changed']);
  expect(await lab.read('lab1', 'cat /sys/class/net/{one,two}0/bonding/slaves')).toBe('d1\nd3 d2');
});

it('the NIC that SSH comes by joins a bond, and comes back', async () => {
  await lab.read(
    'lab1',
    `set -e; ip link add link eth0 name eth0.5 type vlan id 5; ip link set eth0.5 up; ip addr add 10.91.0.1/24 dev eth0.5
ip route add 10.92.0.0/24 via 10.91.0.9; ip route add 10.93.0.0/24 via 10.0.2.3 table 93; ip addr add fd94::1/64 dev eth0; ip -6 route add fd95::/64 via fd94::9
ip neigh add 10.0.2.77 lladdr 02:00:00:00:00:77 nud permanent dev eth0; ip addr change 10.0.2.15/24 dev eth0 valid_lft 5000 preferred_lft 5000`,
  );
  const before = await snapshot();
  const joined = (more: string): string =>
    `bond('ssh0', { mode: 'active-backup', slaves: ['eth0', 'eth2'], primary: 'eth0'${more} });`;
  expect(await play('run', joined(''))).toEqual(['changed']);
  const seen = await lab.read(
    'lab1',
    'ip -o addr | grep -v fe80; ip route; ip route show table 93; ip -6 route; ip neigh show nud permanent; cat /sys/class/net/{ssh0,eth0}/address',
  );
  // With the time that it had left.
  expect(seen).toMatch(/ssh0 +inet 10\.0\.2\.15\/24 .*dynamic .*valid_lft 4\d\d\dsec/);
  expect(seen).toMatch(/ssh0 +inet6 fd94::1\/64/);
  expect(seen).not.toMatch(/ eth0 +inet/);
  expect(seen).toMatch(/^default via 10\.0\.2\.2 dev ssh0/m);
  expect(seen).toMatch(/^10\.93\.0\.0\/24 via 10\.0\.2\.3 dev ssh0/m);
  expect(seen).toMatch(/^fd95::\/64 via fd94::9 dev ssh0/m);
  expect(seen).toMatch(/^10\.0\.2\.77 dev ssh0/m);
  expect(seen).toMatch(/^10\.92\.0\.0\/24 via 10\.91\.0\.9 dev eth0\.5/m);
  const [ours, its] = seen.split('\n').slice(-2);
  expect(ours).toBe(its);
  expect(await play('run', joined(''))).toEqual(['ok']);

  expect(await play('run', joined(`, addresses: ['10.0.2.15/24', 'fd94::1/64']`))).toEqual(['changed']);
  expect(await lab.read('lab1', 'ip -o -4 addr show dev ssh0')).toMatch(
    /10\.0\.2\.15\/24.*valid_lft forever/,
  );
  await rollback();
  expect(await lab.read('lab1', 'ip -o -4 addr show dev ssh0')).toMatch(/10\.0\.2\.15\/24.*dynamic/);
  await rollback();
  expect(await snapshot()).toEqual(before);
});

it('what would cut SSH off or cannot be is refused, and nothing is begun', async () => {
  await lab.read(
    'lab1',
    `set -e; ip link add name br1 type bridge; ip link set eth4 master br1; ip tuntap add dev tap0 mode tap
ip link add link bond0 name bond0.7 type vlan id 7
ip addr change 10.0.2.15/24 dev eth0 valid_lft forever preferred_lft forever`,
  );
  const before = await snapshot();
  const refused: readonly (readonly [string, string])[] = [
    [`'x0', { mode: 'broadcast', slaves: ['eth0'], addresses: ['10.9.9.9/24'] }`, 'SSH came to 10.0.2.15'],
    [`'x0', { mode: 'broadcast', slaves: ['eth0'], up: false }`, 'this SSH connection goes over x0 or eth0'],
    [`'x0', { mode: 'broadcast', slaves: ['eth2', 'eth9'] }`, 'there is no link eth9'],
    [`'x0', { mode: 'broadcast', slaves: ['eth4'] }`, 'eth4 belongs to br1'],
    [`'x0', { mode: 'broadcast', slaves: ['bond0'] }`, 'bond0 is a bond itself'],
    [`'x0', { mode: 'broadcast', slaves: ['tap0'], mtu: 65530 }`, 'tap0 can have an MTU of 65521 at most'],
    [`'br1', { mode: 'broadcast', slaves: ['eth2'] }`, 'br1 exists and is not a bond'],
    [`'br1', { state: 'absent' }`, 'br1 exists and is not a bond'],
    [`'bond0', { state: 'absent' }`, 'bond0.7 stands on bond0'],
  ];
  for (const mode of ['check', 'run'] as const) {
    const { events } = await project.play(
      mode,
      plays(...refused.map(([call]) => `attempt(() => void bond(${call}));`)),
    );
    const failures = events.flatMap((event) => ('error' in event ? [JSON.stringify(event['error'])] : []));
    expect(failures).toEqual(refused.map(([, words]) => expect.stringContaining(words)));
    expect(await snapshot()).toEqual(before);
  }
});
