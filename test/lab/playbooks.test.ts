import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withLab } from './support/lab.ts';
import { asPredicted, taskStatuses, thisProject } from './support/project.ts';

const lab = withLab(4);
const project = thisProject();
const playbooks = readdirSync(join(project.dir, 'playbooks'))
  // What that one updates is not there in this lab; it has a test of its own.
  .filter((name) => name.endsWith('.ts') && name !== 'rolling.ts')
  .map((name) => `playbooks/${name}`);
const site = 'playbooks/site.ts';

/** What a host is, as other tools see it. */
const view = `ip -o addr show scope global | awk '{ print $2, $3, $4 }' | sort; cat /sys/class/net/bond0/bonding/mode /etc/motd 2>/dev/null
ipvsadm -Sn 2>/dev/null; sysctl net.ipv4.ip_forward net.ipv4.conf.all.rp_filter net.core.somaxconn; tc qdisc show | grep -o 'teql0.*dev [^ ]*' | sed 's/ [0-9a-f]*: / /'; ip route show dev teql0 2>/dev/null; ls /etc/sysctl.d /etc/modules-load.d
ip -4 -N route show table all proto 201; ip -N rule; tc qdisc show | grep teql | cut -d ' ' -f 2,5; iptables-save | grep TSPLAY || :`;
const snapshots = (): Promise<readonly string[]> =>
  Promise.all(lab.hosts.map((host) => lab.read(host, view)));

/** The statuses of all tasks, by host. */
async function told(mode: 'run' | 'check', playbook: string): Promise<object> {
  const run = await project.play(mode, playbook);
  return Object.fromEntries(lab.hosts.map((host) => [host, Object.fromEntries(taskStatuses(run, host))]));
}

const all = (statuses: object): readonly unknown[] =>
  Object.values(statuses).flatMap((tasks: object) => Object.values(tasks) as unknown[]);

it('a check of the site predicts what a run then does, and a second run does nothing', async () => {
  const before = await snapshots();
  const predicted = await told('check', site);
  expect(await snapshots()).toEqual(before);
  expect(all(predicted)).toContain('changed');
  expect(await told('run', site)).toEqual(asPredicted(predicted));
  const after = await snapshots();
  expect(after).not.toEqual(before);
  const again = await told('run', site);
  expect(all(again)).not.toContain('changed');
  expect(await snapshots()).toEqual(after);
});

it.each(playbooks)('%s is in sync after it', async (playbook) => {
  expect((await project.play('check', playbook)).code).toBe(0);
});

it('what is broken by hand is predicted, repaired and nothing else', async () => {
  const whole = await snapshots();
  await lab.read('lab2', 'ip link set eth1 nomaster; ip addr del 10.66.0.2/24 dev bond0; echo x >/etc/motd');
  await lab.read('lab1', 'ipvsadm -C; tc qdisc del dev eth4 root; ip addr del 10.66.0.100/32 dev lo');
  await lab.read(
    'lab4',
    'iptables -t mangle -F TSPLAY-PRE-isp1; ip rule del preference 202; ip route del default',
  );
  const predicted = await told('check', site);
  expect(await told('run', site)).toEqual(asPredicted(predicted));
  expect(all(await told('run', site))).not.toContain('changed');
  expect(await snapshots()).toEqual(whole);
});
