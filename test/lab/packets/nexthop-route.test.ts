import { expect, it } from 'vitest';
import { withLab } from '../support/lab.ts';
import { labProject, taskStatuses } from '../support/project.ts';

/*
 * Two uplinks of lab1 are dummy links whose gateways have permanent neighbours: what is sent by one of them is counted
 * there and goes nowhere. For forwarded traffic a client stands in a network namespace.
 */
const lab = withLab(1);
const project = labProject();

const ground = `set -e
modprobe dummy numdummies=0
for i in 1 2; do
  ip link add name up$i type dummy
  ip link set up$i up
  ip addr add 10.4$i.0.1/24 dev up$i
  ip neigh add 10.4$i.0.2 lladdr 02:00:00:00:00:0$i dev up$i nud permanent
  ip addr add fd4$i::1/64 dev up$i nodad
  ip neigh add fd4$i::2 lladdr 02:00:00:00:00:0$i dev up$i nud permanent
done
ip netns add client
ip link add lan type veth peer name eth0 netns client
ip link set lan up
ip addr add 10.40.0.1/24 dev lan
ip -n client link set eth0 up
ip -n client addr add 10.40.0.2/24 dev eth0
ip -n client route add default via 10.40.0.1
echo 1 >/proc/sys/net/ipv4/ip_forward
for tables in iptables ip6tables; do
  for i in 1 2; do $tables -t mangle -A POSTROUTING -o up$i -p udp --dport 10000:11000; done
done
cat >/root/flows.pl`;

// HOSTS PORTS: a packet to each of so many hosts at each of so many ports.
const flows = `use IO::Socket::IP;
my ($base, $hosts, $ports) = @ARGV;
for my $host (1 .. $hosts) {
  for my $port (1 .. $ports) {
    my $socket = IO::Socket::IP->new(Proto => "udp", PeerHost => $base . $host, PeerPort => 10000 + $port) or die $@;
    $socket->send("x");
  }
}`;

async function run(options: string): Promise<void> {
  project.write(
    'ways.ts',
    `import { play } from 'tsplay';
import { nexthopRoute } from 'tsplay/modules';
export default play('Ways', { hosts: 'lab1' }, () => { ${options} });
`,
  );
  for (const [, status] of taskStatuses(await project.play('run', 'ways.ts', '--limit', 'lab1'), 'lab1')) {
    expect(status).toBe('changed');
  }
}

/**
 * Sends flows from the host itself, or from the client; gives how many of their packets left by each uplink. The kernel
 * speaks there too, when it likes (router solicitations, multicast reports): that is not counted.
 */
async function split(
  base: string,
  hosts: number,
  ports: number,
  from = '',
): Promise<readonly [number, number]> {
  const tables = base.includes(':') ? 'ip6tables' : 'iptables';
  const count = async (): Promise<readonly number[]> =>
    (await lab.read('lab1', `${tables} -t mangle -nvxL POSTROUTING`))
      .split('\n')
      .filter((line) => line.includes('udp'))
      .map((line) => Number(line.trim().split(/\s+/)[0]));
  const before = await count();
  await lab.read('lab1', `${from} perl /root/flows.pl ${base} ${hosts} ${ports}`);
  const after = await count();
  return [(after[0] ?? 0) - (before[0] ?? 0), (after[1] ?? 0) - (before[1] ?? 0)];
}

const client = 'ip netns exec client';
/** A fourth and three fourths of 240; three standard deviations are 20. */
const oneToThree = ([first, second]: readonly [number, number]): boolean =>
  first + second === 240 && first > 35 && first < 85;

const ways = (policy: string): string => `nexthopRoute('10.200.0.0/16', { hashPolicy: '${policy}', legs: [
  { via: '10.41.0.2', dev: 'up1', weight: 1 }, { via: '10.42.0.2', dev: 'up2', weight: 3 }] });`;

it('flows are pairs of addresses, and go one to three', async () => {
  const { code, stderr } = await lab.ssh('lab1', ground, { input: flows });
  expect(`${code} ${stderr}`).toBe('0 ');
  await run(ways('layer3'));
  expect(await split('10.200.0.', 240, 1)).toSatisfy(oneToThree);
  expect(await split('10.200.1.', 240, 1, client)).toSatisfy(oneToThree);
  // All between two hosts go the same way.
  expect((await split('10.200.0.', 1, 40)).toSorted((a, b) => a - b)[0]).toBeLessThan(5);
});

it('ports make flows of their own with layer 4', async () => {
  await run(ways('layer4'));
  expect(await split('10.200.0.', 1, 240)).toSatisfy(oneToThree);
  expect(await split('10.200.1.', 1, 240, client)).toSatisfy(oneToThree);
});

it('a leg whose link is down is left, and comes back', async () => {
  await lab.read('lab1', 'ip link set up2 down');
  const [all, none] = await split('10.200.0.', 1, 60);
  expect([all, none]).toEqual([60, 0]);
  await lab.read(
    'lab1',
    'ip link set up2 up; ip neigh replace 10.42.0.2 lladdr 02:00:00:00:00:02 dev up2 nud permanent',
  );
  expect(await split('10.200.0.', 1, 240)).toSatisfy(oneToThree);
});

it('IPv6 and groups of next hops spread likewise', async () => {
  await lab.read(
    'lab1',
    'ip link set up2 up; ip addr replace fd42::1/64 dev up2 nodad; ip neigh replace fd42::2 lladdr 02:00:00:00:00:02 dev up2 nud permanent',
  );
  await run(`nexthopRoute('2001:db8::/32', { hashPolicy: 'layer4', legs: [
    { via: 'fd41::2', dev: 'up1' }, { via: 'fd42::2', dev: 'up2', weight: 3 }] });
  nexthopRoute('10.201.0.0/16', { objects: { group: 10, members: [11, 12], resilient: { buckets: 64 } }, legs: [
    { via: '10.41.0.2', dev: 'up1' }, { via: '10.42.0.2', dev: 'up2', weight: 3 }] });`);
  expect(await split('2001:db8::', 1, 240)).toSatisfy(oneToThree);
  expect(await split('10.201.0.', 1, 240)).toSatisfy(oneToThree);
});
