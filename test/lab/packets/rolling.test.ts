import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { withLab } from '../support/lab.ts';
import { asPredicted, labProject, taskStatuses, thisProject, type ToldRun } from '../support/project.ts';

/*
 * The shipped playbooks in a lab of their own: lab1 is the director, lab2 and lab3 are its servers. The client has a NIC
 * of its own, lab1's eth4, in a network namespace on their segment.
 */
const lab = withLab(3);
const project = labProject();
const playbook = (name: string): string => join(thisProject().dir, 'playbooks', name);

const inventory = `hosts:
  lab1: { connection: lab }
  lab2: { connection: lab, vars: { address: 10.73.0.2/24 } }
  lab3: { connection: lab, vars: { address: 10.73.0.3/24 } }
groups:
  directors: { hosts: [lab1] }
  servers: { hosts: [lab2, lab3] }
vars:
  director: lab1
  release: one
  web: { vip: 10.73.0.100, servers: [{ address: 10.73.0.2, weight: 1 }, { address: 10.73.0.3, weight: 1 }] }
`;

// Slow to start and slow to answer: a restart without draining costs requests.
const daemon = `use IO::Socket::IP;
sleep 2;
open my $file, "<", "/etc/app.release"; my $release = <$file>; chomp $release;
die if $release eq "broken";
my $listen = IO::Socket::IP->new(LocalHost => "0.0.0.0", LocalPort => 80, ReuseAddr => 1, Listen => 50) or die $@;
$SIG{CHLD} = "IGNORE";
while (my $client = $listen->accept) {
  next if fork;
  select undef, undef, undef, 0.3;
  print $client "$ARGV[0] $release\\n";
  exit;
}`;
const unit = (name: string): string => `[Service]
ExecStart=/usr/bin/perl /tmp/app.pl ${name}
`;

const ground = (name: string): string =>
  name === 'lab1'
    ? `ip link set eth2 up; ip addr add 10.73.0.1/24 dev eth2
ip netns add client && ip link set eth4 netns client
ip netns exec client ip link set eth4 up && ip netns exec client ip addr add 10.73.0.9/24 dev eth4`
    : `ip link set eth2 up; ip addr add 10.73.0.${name.slice(3)}/24 dev eth2
echo one >/etc/app.release; echo one >/etc/app.serving
cat >/tmp/app.pl
printf '%s' '${unit(name)}' >/etc/systemd/system/app.service
systemctl daemon-reload; systemctl start app.service`;

/** Asks without end, several at once, what the service answers; what is not answered is lost. */
const asking = `rm -f /tmp/stop /tmp/asked.*; for client in 1 2; do
  ip netns exec client bash -c 'while [ ! -e /tmp/stop ]; do
    name=LOST
    { exec 3<>/dev/tcp/10.73.0.100/80 && read -r -t 10 name <&3; } 2>/dev/null || name=LOST
    exec 3>&- ; echo "$name"
  done; touch /tmp/asked.'$client >/tmp/answers.$client 2>/dev/null </dev/null &
done`;

async function whileAsked<T>(work: () => Promise<T>): Promise<{ done: T; answers: readonly string[] }> {
  await lab.read('lab1', asking);
  const done = await work();
  const text = await lab.read(
    'lab1',
    'touch /tmp/stop; while [ ! -e /tmp/asked.1 ] || [ ! -e /tmp/asked.2 ]; do sleep 0.1; done; cat /tmp/answers.1 /tmp/answers.2',
  );
  return { done, answers: text.split('\n') };
}

/** Asks once from each of a few ports, the same ones every time. */
const fromKnownPorts = async (): Promise<readonly string[]> => {
  const ask = 'timeout 20 nc -s 10.73.0.9 -p $port 10.73.0.100 80 </dev/null || echo LOST';
  const text = await lab.read(
    'lab1',
    `ip netns exec client sh -c 'for port in $(seq 20001 20006); do ${ask}; done'`,
  );
  return text.split('\n');
};

/** Which answers there were. */
const kinds = (answers: readonly string[]): readonly string[] => [...new Set(answers)].toSorted();

const servers = (): Promise<string> =>
  lab.read('lab1', `ipvsadm -Ln | awk '$1 == "->" && $2 ~ /:80$/ { print $2, $4 }' | sort`);
const both = '10.73.0.2:80 1\n10.73.0.3:80 1';

const run = async (release: string) =>
  project.play('run', playbook('rolling.ts'), '--no-record', '-e', `release=${release}`);

it('the ground: two servers behind a director', async () => {
  mkdirSync(join(project.dir, 'inventory'));
  project.write('inventory/lab.yaml', inventory);
  const laid = await Promise.all(
    lab.hosts.map((name) => lab.ssh(name, `set -e\n${ground(name)}`, { input: daemon })),
  );
  for (const { code, stderr } of laid) expect(`${code} ${stderr}`).toBe('0 ');
  taskStatuses(await project.play('run', playbook('ipvs.ts'), '--no-record'), 'lab1');
  expect(await servers()).toBe(both);
  const { answers } = await whileAsked(() => new Promise((resolve) => setTimeout(resolve, 2000)));
  expect(kinds(answers)).toEqual(['lab2 one', 'lab3 one']);
});

it('nothing to do drains nobody', async () => {
  const told = await run('one');
  expect(told.code).toBe(0);
  expect(taskStatuses(told, 'lab1')).toEqual(new Map());
});

it('a new release reaches both servers, one after the other, and no request is lost', async () => {
  const check = await project.play('check', playbook('rolling.ts'), '--no-record', '-e', 'release=two');
  const { done, answers } = await whileAsked(() => run('two'));
  expect(done.code).toBe(0);
  // What the check said of each task is so; where it could not know, it said that.
  const ends = ({ events }: ToldRun, host: string): readonly (readonly [unknown, unknown])[] =>
    events
      .filter((event) => event['type'] === 'task' && event['host'] === host)
      .map((event) => [event['task'], event['status']]);
  for (const host of lab.hosts) {
    const predicted = ends(check, host);
    expect(predicted.length).toBeGreaterThan(1);
    expect(ends(done, host)).toEqual(asPredicted(predicted));
  }
  expect(answers.length).toBeGreaterThan(20);
  expect(kinds(answers)).toEqual(['lab2 one', 'lab2 two', 'lab3 one', 'lab3 two']);
  // When the second server is begun with, the first one has the new release.
  const { answers: after } = await whileAsked(() => new Promise((resolve) => setTimeout(resolve, 2000)));
  expect(kinds(after)).toEqual(['lab2 two', 'lab3 two']);
  expect(await servers()).toBe(both);
});

it('where the update fails the server stays out, the others keep what they have, and no request is lost', async () => {
  expect(kinds(await fromKnownPorts())).toEqual(['lab2 two', 'lab3 two']);
  const { done, answers } = await whileAsked(() => run('broken'));
  expect(done.code).toBe(1);
  expect(kinds(answers)).toEqual(['lab2 two', 'lab3 two']);
  // The director knows ends of these connections for two minutes; half of them were those of the server that is out.
  expect(kinds(await fromKnownPorts())).toEqual(['lab3 two']);
  expect(await servers()).toBe('10.73.0.3:80 1');
  expect(done.events.filter(({ type }) => type === 'left')).toMatchObject([
    { hosts: ['lab3'], reason: 'all hosts of batch 1 of 2 failed' },
  ]);
});

it('an update that is cut off half-way is made good by the next run, and no request is lost', async () => {
  const { done, answers } = await whileAsked(async () => {
    const words = ['run', playbook('rolling.ts'), '-i', 'lab', '--no-record', '-e', 'release=three'];
    const first = startCli(words, { cwd: project.dir });
    // It is drained, and has the file but has not been restarted, or is about to be.
    const begun = `while [ "$(cat /etc/app.release)" != three ]; do sleep 0.05; done`;
    await lab.read('lab2', `timeout 120 sh -c '${begun}'`);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await run('three');
    return { second, again: await run('three') };
  });
  expect(done.second.code).toBe(0);
  expect(kinds(answers)).toEqual(['lab2 three', 'lab3 three', 'lab3 two']);
  expect(await servers()).toBe(both);
  expect(done.again.code).toBe(0);
  for (const host of lab.hosts) expect([...taskStatuses(done.again, host).values()]).not.toContain('changed');
});
