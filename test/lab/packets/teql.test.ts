import { expect, it } from 'vitest';
import { withLab } from '../support/lab.ts';
import { networkView, snapshotLines } from '../support/law.ts';
import { labProject, taskStatuses, type ToldRun } from '../support/project.ts';

/*
 * Two legs lead from lab1 into a network namespace, whose end is an equalizer as well: teql1, set up by hand. A ping is
 * one flow; what it sends by each leg is counted there.
 */
const lab = withLab(1);
const project = labProject();

const ground = `set -e
ip netns add peer
for i in 1 2; do
  ip link add name leg$i type veth peer name far$i netns peer
  ip link set leg$i up
  ip -n peer link set far$i up
  echo 1 >/proc/sys/net/ipv4/conf/leg$i/rp_filter
done
tc qdisc replace dev leg1 root handle 7: tbf rate 1mbit burst 5kb lat 50ms`;

const peer = `set -e
ip link set teql1 netns peer
for i in 1 2; do tc -n peer qdisc replace dev far$i root teql1; done
ip -n peer link set teql1 up
ip -n peer addr add 10.77.0.2/24 dev teql1`;

const view = `${networkView}; [ ! -d /sys/module/sch_teql ] || echo module sch_teql; cat /proc/sys/net/ipv4/conf/leg?/rp_filter`;
const snapshot = async (): Promise<readonly string[]> => snapshotLines(await lab.read('lab1', view));

const equalizer = `teql('teql0', { slaves: ['leg1', 'leg2'], addresses: ['10.77.0.1/24'], maxEqualizers: 2 });`;

function play(mode: 'run' | 'check', body: string): Promise<ToldRun> {
  project.write(
    'legs.ts',
    `import { play } from 'tsplay';
import { addresses, sysctl, teql } from 'tsplay/modules';
void [addresses, sysctl];
export default play('Legs', { hosts: 'lab1' }, () => { ${body} });
`,
  );
  return project.play(mode, 'legs.ts', '--limit', 'lab1');
}

/** What a person was warned of about the equalizer. */
const warnings = ({ events }: ToldRun): readonly unknown[] =>
  events
    .filter(({ type, task }) => type === 'warning' && task === 'teql[teql0]')
    .map(({ message }) => message);

/** How many of 200 packets came back, and how many went out and came in by each leg meanwhile. */
async function pinged(): Promise<{
  readonly back: number;
  readonly out: readonly number[];
  readonly in: readonly number[];
}> {
  const count = async (): Promise<readonly number[]> => {
    const files = ['tx', 'rx'].flatMap((way) =>
      [1, 2].map((i) => `/sys/class/net/leg${i}/statistics/${way}_packets`),
    );
    return (await lab.read('lab1', `cat ${files.join(' ')}`)).split('\n').map(Number);
  };
  const before = await count();
  const { stdout } = await lab.ssh('lab1', 'ping -q -i 0.01 -c 200 -W 2 10.77.0.2');
  const [outOne = 0, outTwo = 0, inOne = 0, inTwo = 0] = (await count()).map(
    (now, i) => now - (before[i] ?? 0),
  );
  return { back: Number(/(\d+) received/.exec(stdout)?.[1]), out: [outOne, outTwo], in: [inOne, inTwo] };
}

/** Some packets are ARP. */
const half = expect.toSatisfy((count: number) => count >= 95 && count < 115, 'is about half of 200');
const all = expect.toSatisfy((count: number) => count >= 200 && count < 215, 'is about 200');
const none = expect.toSatisfy((count: number) => count < 10, 'is about none');

let before: readonly string[] = [];

it('one flow goes packet after packet by one leg after another, there and back', async () => {
  await lab.read('lab1', ground);
  before = await snapshot();
  const run = await play('run', equalizer);
  expect(taskStatuses(run, 'lab1').get('teql[teql0]')).toBe('changed');
  expect(warnings(run)).toEqual([expect.stringContaining('may overtake each other')]);
  expect(warnings(await play('run', equalizer))).toEqual([]);
  await lab.read('lab1', peer);
  expect(await pinged()).toEqual({ back: 200, out: [half, half], in: [half, half] });
});

it('goes on over the other leg when one is down or has no carrier, and over both when it is back', async () => {
  await lab.read('lab1', 'ip link set leg2 down');
  expect(await pinged()).toEqual({ back: 200, out: [all, none], in: [all, none] });
  await lab.read('lab1', 'ip link set leg2 up; ip -n peer link set far1 down');
  expect(await pinged()).toEqual({ back: 200, out: [none, all], in: [none, all] });
  await lab.read('lab1', 'ip -n peer link set far1 up');
  expect(await pinged()).toEqual({ back: 200, out: [half, half], in: [half, half] });
});

it('is taken back whole, with the qdisc that a leg had and without the module', async () => {
  // A module takes the links that are elsewhere along, too.
  await lab.read('lab1', 'for i in 1 2; do tc -n peer qdisc del dev far$i root; done');
  expect((await project.cli('rollback', '-i', 'lab', '--limit', 'lab1')).code).toBe(0);
  expect(await snapshot()).toEqual(before);
});

it('tells what would drop all that comes in, and a leg with an address of its own lets it in', async () => {
  const filter = `sysctl('net.ipv4.conf.all.rp_filter', { value: 2, persist: false });`;
  const refused = await play('check', `${filter} ${equalizer}`);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain('which drops them where leg1 has no IPv4 address');
  const own = [1, 2].map((i) => `addresses('leg${i}', { addresses: ['10.77.${i}.1/24'] });`).join(' ');
  const whole = `${filter} ${own} ${equalizer}`;
  const predicted = taskStatuses(await play('check', whole), 'lab1');
  expect(new Set(predicted.values())).toEqual(new Set(['changed']));
  expect(taskStatuses(await play('run', whole), 'lab1')).toEqual(predicted);
  await lab.read('lab1', peer);
  expect(await pinged()).toEqual({ back: 200, out: [half, half], in: [half, half] });
  // As it would have been, and where ARP is not answered.
  await lab.read('lab1', 'ip addr flush dev leg1; ip addr flush dev leg2');
  expect((await pinged()).back).toBe(0);
  const asked = await lab.ssh(
    'lab1',
    `echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter; echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore
ip neigh flush all; ip -n peer neigh flush all; ip netns exec peer ping -q -c 2 -W 1 10.77.0.1`,
  );
  expect(asked.stdout).toContain('100% packet loss');
});
