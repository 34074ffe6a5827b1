import { expect, it } from 'vitest';
import { withLab } from '../support/lab.ts';
import { labProject, taskStatuses } from '../support/project.ts';

// eth1 and eth3 of both guests are on one segment, eth2 and eth4 on another.
const lab = withLab(2);
const project = labProject();

/** Runs a play with this bond0 on both guests. */
async function bond(options: string): Promise<void> {
  project.write(
    'bond.ts',
    `import { play } from 'tsplay';
import { bond } from 'tsplay/modules';
export default play('Bond', { hosts: 'lab1:lab2' }, ({ host }) => {
  bond('bond0', { ${options}, addresses: ['10.71.0.' + host.name.slice(3) + '/24'] });
});
`,
  );
  const run = await project.play('run', 'bond.ts');
  for (const host of lab.hosts) expect(taskStatuses(run, host).get('bond[bond0]')).toBe('changed');
}

const sent = async (host: string, link: string): Promise<number> =>
  Number(await lab.read(host, `cat /sys/class/net/${link}/statistics/tx_packets`));

it('active-backup survives the loss of its active slave', async () => {
  await bond(`mode: 'active-backup', slaves: ['eth1', 'eth3'], primary: 'eth1', miimon: 100`);
  const active = (): Promise<string> => lab.read('lab1', 'cat /sys/class/net/bond0/bonding/active_slave');
  expect(await active()).toBe('eth1');
  const counts = await lab.read(
    'lab1',
    `ping -c 1 -W 5 10.71.0.2 >/dev/null; ping -q -i 0.1 -c 80 10.71.0.2 >/tmp/ping &
ping=$!; sleep 2; ip link set eth1 down; wait $ping; cat /tmp/ping`,
  );
  const [, transmitted, received] = /(\d+) packets transmitted, (\d+) received/.exec(counts) ?? [];
  expect(transmitted).toBe('80');
  // Those of one interval of the monitor, and what a busy machine adds to it.
  expect(Number(received)).toBeGreaterThan(65);
  expect(await active()).toBe('eth3');
  expect(await sent('lab1', 'eth3')).toBeGreaterThan(30);
  await lab.read(
    'lab1',
    'ip link set eth1 up; for i in $(seq 50); do read -r s </sys/class/net/bond0/bonding/active_slave; [ $s != eth1 ] || exit 0; sleep 0.2; done; exit 1',
  );
});

it('802.3ad forms one aggregate of two links between two hosts, and spreads flows over both', async () => {
  await Promise.all(lab.hosts.map((host) => lab.reset(host)));
  await bond(
    `mode: '802.3ad', slaves: ['eth1', 'eth2'], lacpRate: 'fast', miimon: 100, xmitHashPolicy: 'layer3+4'`,
  );
  // 61 and 63: both sides active, in sync, collecting and distributing.
  const settled = `for i in $(seq 100); do n=$(grep -Ec 'port state: 6[13]$' /proc/net/bonding/bond0); [ "$n" != 4 ] || break; sleep 0.3; done
cat /proc/net/bonding/bond0`;
  const views = await Promise.all(lab.hosts.map((host) => lab.read(host, settled)));
  for (const view of views) {
    expect(view.match(/port state: 6[13]$/gm)).toHaveLength(4);
    expect(view).toMatch(/Number of ports: 2$/m);
    expect(view).not.toMatch(/Partner Mac Address: 00:00:00:00:00:00/);
  }
  expect((await lab.ssh('lab1', 'ping -c 3 -W 5 10.71.0.2')).code).toBe(0);
  const before = await Promise.all(['eth1', 'eth2'].map((link) => sent('lab1', link)));
  const flows = 64;
  await lab.read(
    'lab1',
    `bash -c 'for port in {5001..${5000 + flows}}; do echo x >/dev/udp/10.71.0.2/$port; done'`,
  );
  const after = await Promise.all(['eth1', 'eth2'].map((link) => sent('lab1', link)));
  const spread = after.map((count, index) => count - (before[index] ?? 0));
  for (const count of spread) expect(count).toBeGreaterThan(flows / 5);
});
