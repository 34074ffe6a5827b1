import { expect, it } from 'vitest';
import { withLab } from '../support/lab.ts';
import { labProject, taskStatuses, type ToldRun } from '../support/project.ts';

/*
 * lab1 is the director, lab2 and lab3 are real servers. The client has a NIC of its own, lab1's eth4, in a network
 * namespace. It shares segment B (10.73.0.0/24) with the director and the real servers, who answer it there
 * themselves. In 10.74.0.0/24 it has only the director; the real servers reach that over segment A (10.72.0.0/24)
 * by the director, which is the way back that NAT needs.
 */
const lab = withLab(3);
const project = labProject();

// Says its name, and then before each line that it hears.
const daemon = `use IO::Socket::IP;
my ($port, $name) = @ARGV;
my $listen = IO::Socket::IP->new(LocalHost => "::", LocalPort => $port, V6Only => 0, Listen => 50) or die $@;
$SIG{CHLD} = "IGNORE";
while (my $client = $listen->accept) {
  next if fork;
  $client->autoflush(1);
  print $client "$name\\n";
  print $client "$name $_" while <$client>;
  exit;
}`;

const link = (device: string, ...addresses: readonly string[]): string =>
  [
    `ip link set ${device} up`,
    ...addresses.map((one) => `ip addr add ${one} dev ${device} ${one.includes(':') ? 'nodad' : ''}`),
  ].join('\n');
const groundOf: Readonly<Record<string, string>> = {
  lab1: `${link('eth1', '10.72.0.1/24')}
${link('eth2', '10.73.0.1/24', 'fd73::1/64', '10.74.0.1/24', '10.73.0.100/32', '10.73.0.101/32', 'fd73::100/128')}
ip netns add client && ip link set eth4 netns client
set -- ip netns exec client
$@ ip link set eth4 up
$@ ip addr add 10.73.0.9/24 dev eth4 && $@ ip addr add 10.74.0.9/24 dev eth4 && $@ ip addr add fd73::9/64 dev eth4 nodad`,
  ...Object.fromEntries(
    [2, 3].map((number) => [
      `lab${number}`,
      `${link('eth1', `10.72.0.${number}/24`)}
${link('eth2', `10.73.0.${number}/24`, `fd73::${number}/64`)}
ip route add 10.74.0.0/24 via 10.72.0.1
cat >/tmp/server.pl
for port in 80 8080; do systemd-run --quiet perl /tmp/server.pl $port lab${number}; done`,
    ]),
  ),
};

type Weights = Readonly<Record<string, number>>;

/** The real servers with a weight, as options. */
const members = (weights: Weights, network: string, method: string): string =>
  Object.entries(weights)
    .map(([name, weight]) => `{ address: '${network}${name.slice(3)}', ${method}, weight: ${weight} }`)
    .join(', ');

/** The two services that change on the way. */
const changing = (weights: Weights): string => `const drain = { limit: 600 };
    ipvs('nat', { vip: '10.74.0.1', port: 80, scheduler: 'wrr', drain,
      servers: [${members(weights, '10.72.0.', "method: 'masquerading', port: 8080")}] });
    ipvs('dr', { vip: '10.73.0.100', port: 80, scheduler: 'wrr', drain,
      servers: [${members(weights, '10.73.0.', "method: 'gatewaying'")}] });`;

const weights: Weights = { lab2: 3, lab3: 1 };
const everything = `play('Site', { hosts: 'lab1:lab2:lab3' }, ({ host }) => {
  if (host.name === 'lab1') {
    ${changing(weights)}
    ipvs('dr6', { vip: 'fd73::100', port: 80, scheduler: 'wrr',
      servers: [${members(weights, 'fd73::', "method: 'gatewaying'")}] });
    ipvs('tunnel', { vip: '10.73.0.101', port: 80, scheduler: 'wrr',
      servers: [${members(weights, '10.73.0.', "method: 'ipip'")}] });
    ipvs('few', { vip: '10.74.0.1', port: 81, scheduler: 'wrr', servers: [
      { address: '10.72.0.2', port: 8080, method: 'masquerading', weight: 9, upperThreshold: 2 },
      { address: '10.72.0.3', port: 8080, method: 'masquerading' }] });
  } else {
    ipvsRealServer('10.73.0.100', {});
    ipvsRealServer('10.73.0.101', { method: 'ipip' });
    ipvsRealServer('fd73::100', {});
  }
})`;

function run(play: string): Promise<ToldRun> {
  project.write(
    'site.ts',
    `import { play } from 'tsplay';
import { ipvs, ipvsRealServer } from 'tsplay/modules';
export default ${play};
void ipvsRealServer;
`,
  );
  return project.play('run', 'site.ts');
}
const change = (to: Weights): Promise<ToldRun> =>
  run(`play('Director', { hosts: 'lab1' }, () => {\n    ${changing(to)}\n})`);

const client = (command: string): Promise<string> => lab.read('lab1', `ip netns exec client ${command}`);

/** Opens connections one after the other; who answered, how many times. */
async function connect(vip: string, port: number, count: number): Promise<Readonly<Record<string, number>>> {
  const names = await client(
    `timeout 60 bash -c 'for ((i = 0; i < ${count}; i++)); do exec 3<>/dev/tcp/${vip}/${port} && read -r name <&3 && echo $name; exec 3>&-; done'`,
  );
  const tally: Record<string, number> = {};
  for (const name of names.split('\n')) tally[name] = (tally[name] ?? 0) + 1;
  return tally;
}

/** A connection to lab2 that stays open, by the name of the file that it fills. Three of four go there. */
const open = (name: string, vip: string): Promise<string> =>
  client(
    `sh -c 'mkfifo /tmp/${name}.in
for try in 1 2 3 4; do
  nc ${vip} 80 <>/tmp/${name}.in >/tmp/${name}.out 2>/dev/null & echo $! >/tmp/${name}.pid
  for i in $(seq 50); do [ ! -s /tmp/${name}.out ] || break; sleep 0.1; done
  grep lab2 /tmp/${name}.out && exit
  kill $!
done; exit 1'`,
  );
/** Says a word over it, and gives the answer. */
const say = (name: string, word: string): Promise<string> =>
  client(
    `sh -c 'echo ${word} >/tmp/${name}.in; for i in $(seq 50); do grep " ${word}$" /tmp/${name}.out && exit; sleep 0.1; done; exit 1'`,
  );
const close = (name: string): Promise<string> => lab.read('lab1', `kill $(cat /tmp/${name}.pid)`);

/**
 * By server, what ipvsadm counts: weight, active connections; and in all, connections, packets in and out. The kernel
 * adds these up every two seconds: it is waited for as many connections as there have been.
 */
async function counters(
  vip: string,
  all = 0,
): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>> {
  const text = await lab.read(
    'lab1',
    `for i in $(seq 20); do
  [ "$(ipvsadm -Ln --stats -t ${vip} | awk '$1 == "->" { all += $3 } END { print all }')" -lt ${all} ] || break
  sleep 1
done
ipvsadm -Ln -t ${vip}; ipvsadm -Ln --stats --exact -t ${vip}`,
  );
  const found: Record<string, Record<string, number>> = {};
  const rows = (pattern: RegExp): readonly RegExpExecArray[] =>
    text.split('\n').flatMap((line) => [...line.matchAll(pattern)]);
  for (const [, server = '', weight, active] of rows(
    /-> \S*[.:](\d)\]?:\d+ +(?:Masq|Route|Tunnel) +(\d+) +(\d+)/g,
  )) {
    found[`lab${server}`] = { weight: Number(weight), active: Number(active) };
  }
  for (const [, server = '', connections, into, out] of rows(
    /-> \S*[.:](\d)\]?:\d+ +(\d+) +(\d+) +(\d+) +\d+ +\d+$/g,
  )) {
    found[`lab${server}`] = {
      ...found[`lab${server}`],
      connections: Number(connections),
      in: Number(into),
      out: Number(out),
    };
  }
  return found;
}

const untilDrained = (vip: string): Promise<string> =>
  lab.read(
    'lab1',
    `for i in $(seq 100); do [ -z "$(ipvsadm -Ln -t ${vip} | awk '$1 == "->" && $4 == "0"')" ] || exit 0; sleep 1; done; exit 1`,
  );

it('one run sets up the director and the real servers', async () => {
  const laid = await Promise.all(
    lab.hosts.map((name) => lab.ssh(name, `set -e\n${groundOf[name]}`, { input: daemon })),
  );
  for (const { code, stderr } of laid) expect(`${code} ${stderr}`).toBe('0 ');
  const told = await run(everything);
  for (const host of lab.hosts) {
    for (const task of taskStatuses(told, host)) expect(task).toEqual([task[0], 'changed']);
  }
});

it('NAT spreads connections by weight, and both directions pass the director', async () => {
  expect(await connect('10.74.0.1', 80, 40)).toEqual({ lab2: 30, lab3: 10 });
  const { lab2, lab3 } = await counters('10.74.0.1:80', 40);
  expect([lab2?.['connections'], lab3?.['connections']]).toEqual([30, 10]);
  expect(lab2?.['out']).toBeGreaterThan(30);
});

it('direct routing spreads connections by weight, and no answer passes the director', async () => {
  expect(await connect('10.73.0.100', 80, 40)).toEqual({ lab2: 30, lab3: 10 });
  const { lab2, lab3 } = await counters('10.73.0.100:80', 40);
  expect([lab2?.['connections'], lab3?.['connections']]).toEqual([30, 10]);
  expect(lab2).toMatchObject({ out: 0 });
  expect(lab2?.['in']).toBeGreaterThan(30);
});

it('direct routing of IPv6 and tunnels reach the real servers too', async () => {
  expect(await connect('fd73::100', 80, 8)).toEqual({ lab2: 6, lab3: 2 });
  expect(await connect('10.73.0.101', 80, 8)).toEqual({ lab2: 6, lab3: 2 });
  expect(await counters('10.73.0.101:80', 8)).toMatchObject({ lab2: { connections: 6, out: 0 } });
});

it('a server at its threshold gets no more connections', async () => {
  expect(await connect('10.74.0.1', 81, 6)).toEqual({ lab2: 2, lab3: 4 });
});

const talk = async (word: string): Promise<void> =>
  expect(await Promise.all([say('nat', word), say('dr', word)])).toEqual([`lab2 ${word}`, `lab2 ${word}`]);
const changed = (told: ToldRun): readonly unknown[] =>
  ['ipvs[nat]', 'ipvs[dr]'].map((task) => taskStatuses(told, 'lab1').get(task));

it('a change of weights breaks no open connection, and new ones go by the new weights', async () => {
  await open('nat', '10.74.0.1');
  await open('dr', '10.73.0.100');
  await talk('before');
  expect(changed(await change({ lab2: 1, lab3: 3 }))).toEqual(['changed', 'changed']);
  await talk('after');
  expect(await connect('10.74.0.1', 80, 16)).toEqual({ lab2: 4, lab3: 12 });
  expect(await connect('10.73.0.100', 80, 16)).toEqual({ lab2: 4, lab3: 12 });
});

it('a drained server gets no new connections, keeps its open ones, and goes when they have ended', async () => {
  const running = change({ lab3: 1 });
  await untilDrained('10.74.0.1:80');
  expect(await say('nat', 'drained')).toBe('lab2 drained');
  expect(await connect('10.74.0.1', 80, 8)).toEqual({ lab3: 8 });
  expect(await counters('10.74.0.1:80')).toMatchObject({ lab2: { weight: 0, active: 1 } });
  await close('nat');
  // The next service is drained after this one has been.
  await untilDrained('10.73.0.100:80');
  expect(Object.keys(await counters('10.74.0.1:80'))).toEqual(['lab3']);
  expect(await say('dr', 'drained')).toBe('lab2 drained');
  await close('dr');
  expect(changed(await running)).toEqual(['changed', 'changed']);
  expect(Object.keys(await counters('10.73.0.100:80'))).toEqual(['lab3']);
  expect(await connect('10.73.0.100', 80, 4)).toEqual({ lab3: 4 });
});

it('only the director says that it has the virtual address', async () => {
  const answers = async (): Promise<readonly string[]> => {
    const text = await client('busybox arping -b -c 2 -w 3 -I eth4 10.73.0.100');
    return [...new Set(text.match(/(?<=\[)[\da-f:]{17}(?=\])/g))];
  };
  const director = await lab.read('lab1', 'cat /sys/class/net/eth2/address');
  expect(await answers()).toEqual([director]);
  // IPv6 asks by itself, and has been answered.
  expect(await client('ip neigh show to fd73::100')).toContain(` lladdr ${director} `);
  // A real server that is not told to keep quiet does answer, and would get the client's packets.
  await lab.read('lab2', 'echo 0 >/proc/sys/net/ipv4/conf/all/arp_ignore');
  expect((await answers()).length).toBe(2);
});
