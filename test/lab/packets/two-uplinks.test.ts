import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LabGateway } from '../support/gateway.ts';
import { withLab } from '../support/lab.ts';
import { labProject, thisProject } from '../support/project.ts';

const lab = withLab(1);
const project = labProject();
const net = new LabGateway(lab);
const playbook = join(thisProject().dir, 'playbooks/two-uplinks.ts');

const inventory = (first: number, second: number): void =>
  project.write(
    'net.yaml',
    `hosts:
  lab1: { connection: lab }
groups:
  gateways:
    hosts: [lab1]
    vars:
      uplinks:
        - { name: isp1, dev: up1, address: 10.71.0.2/24, via: 10.71.0.1, weight: ${first}, ports: [80] }
        - { name: isp2, dev: up2, address: 10.72.0.2/24, via: 10.72.0.1, weight: ${second}, ports: [25] }
      services: [{ port: 8080, to: 10.66.9.9, toPort: 80 }]
`,
  );

/** The status of a command on the playbook, with what it said where it was another one. */
async function ends(status: number, ...words: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await project.cli(
    ...words,
    ...(words[0] === 'lab' ? [] : ['-i', 'net.yaml']),
  );
  if (code !== status) throw new Error(`${words.join(' ')}: ${code}\n${stdout}${stderr}`);
}

/** What others have, too, as other tools see it. */
const view = (): Promise<string> =>
  net.at(
    'gateway',
    `ip -4 -N route show table all | grep -v 'table 255' | sed 's/ linkdown//'; ip -N rule; iptables-save | grep -v -e '^#' -e '^:'
ip -4 -o addr show | cut -d ' ' -f 2-7; cat /proc/sys/net/ipv4/conf/up*/rp_filter /proc/sys/net/ipv4/ip_forward`,
  );

/** One to three of 80; three standard deviations are 12. */
const oneToThree = ({ up1, up2, lost }: Readonly<Record<string, number>>): boolean =>
  lost === 0 && up1 !== undefined && up2 !== undefined && up1 + up2 === 80 && up1 >= 8 && up1 <= 32;

const both = ['gateway', 'client'] as const;
let before = '';

it('a check predicts what a run does, beside what others have', async () => {
  inventory(1, 3);
  await net.build([7, 25, 80]);
  await net.at(
    'gateway',
    `iptables -A FORWARD -s 192.0.2.1 -j DROP; iptables -t mangle -N OTHER; iptables -t nat -A POSTROUTING -o lan0 -s 192.0.2.0/24 -j MASQUERADE
ip route add 192.0.2.0/24 via 10.66.9.9; ip route add default via 10.66.9.9 table 77; ip rule add preference 77 from 192.0.2.0/24 table 77`,
  );
  before = await view();
  await ends(2, 'check', playbook);
  expect(await view()).toBe(before);
  await ends(0, 'run', playbook);
  await ends(0, 'check', playbook);
});

it.each(both)('connections of the %s go one to three, but for ports that have an uplink', async (place) => {
  expect(await net.spread(place, 7, 10)).toSatisfy(oneToThree);
  expect(await net.spread(place, 80)).toEqual({ up1: 8, up2: 0, lost: 0 });
  expect(await net.spread(place, 25)).toEqual({ up1: 0, up2: 8, lost: 0 });
});

it('who comes in by an uplink is answered by it, by the gateway and by a service behind it', async () => {
  for (const [address, from] of [
    ['10.71.0.2', '10.81.0.2'],
    ['10.72.0.2', '10.82.0.2'],
  ] as const) {
    for (const port of [7, 8080]) {
      expect(await net.knock(address, port, 6)).toEqual(Array.from({ length: 6 }, () => from));
    }
  }
});

it('connections stay where they are when the weights change', async () => {
  const [fromClient, fromGateway] = [await net.hold('client', 8), await net.hold('gateway', 8)];
  inventory(200, 1);
  await ends(0, 'run', playbook);
  expect((await net.spread('client', 7)).up1).toBeGreaterThan(5);
  const then = [await net.release(fromClient), await net.release(fromGateway)];
  for (const { began, ended } of then) {
    expect(began).toHaveLength(8);
    expect(ended).toEqual(began);
    expect(began).toContain('10.72.0.2');
  }
  inventory(1, 3);
  await ends(0, 'run', playbook);
});

it('a leg without carrier is left and comes back, and is no drift', async () => {
  await net.at('isp2', 'ip link set wan down');
  for (const place of both) {
    for (const port of [7, 25]) expect(await net.spread(place, port)).toEqual({ up1: 8, up2: 0, lost: 0 });
  }
  await ends(0, 'check', playbook);
  await net.at('isp2', 'ip link set wan up');
  expect(await net.spread('client', 25)).toEqual({ up1: 0, up2: 8, lost: 0 });
  expect(await net.spread('client', 7, 10)).toSatisfy(oneToThree);
});

it('a leg whose gateway has gone silent is left by new connections', async () => {
  await net.at('isp2', 'ip link set wan arp off');
  // It notices when somebody asks for the gateway; here that is a ping.
  await net.at('gateway', 'ip neigh flush dev up2; ! ping -c 1 -W 5 10.72.0.1');
  for (const place of both) expect(await net.spread(place, 7)).toEqual({ up1: 8, up2: 0, lost: 0 });
  await net.at('isp2', 'ip link set wan arp on');
  await net.at('gateway', 'ip neigh flush dev up2');
  expect(await net.spread('client', 7, 10)).toSatisfy(oneToThree);
});

it('a run that finds nothing to do starts no more processes than a script by hand', async () => {
  const processes = async (run: () => Promise<unknown>): Promise<number> => {
    const count = async (): Promise<number> =>
      Number((await net.at('gateway', 'cat /proc/stat')).match(/^processes (\d+)/m)?.[1]);
    const first = await count();
    await run();
    return (await count()) - first;
  };
  const ours = await processes(() => ends(0, 'run', playbook));
  const byHand = await processes(() =>
    ends(0, 'lab', 'ssh', 'lab1', `exec sh -c '${handWritten.replaceAll("'", String.raw`'\''`)}'`),
  );
  expect({ ours, byHand }).toSatisfy(() => ours <= byHand);
});

/** What a careful person would write: it reads all that the playbook is about, each thing once, and compares. */
const handWritten = `set -u
differs() { echo "$1 differs"; }
for dev in up1 up2; do
  [ -e /sys/class/net/$dev ] || differs "$dev"
  read -r flags </sys/class/net/$dev/flags; [ $((flags & 1)) = 1 ] || differs "$dev: down"
done
case $(ip -o -4 addr show dev up1) in *" 10.71.0.2/24 "*) ;; *) differs "addresses of up1" ;; esac
case $(ip -o -4 addr show dev up2) in *" 10.72.0.2/24 "*) ;; *) differs "addresses of up2" ;; esac
for want in net.ipv4.ip_forward=1 net.ipv4.conf.up1.rp_filter=2 net.ipv4.conf.up2.rp_filter=2 \\
  net.ipv4.fib_multipath_hash_policy=1 net.ipv4.fib_multipath_use_neigh=1 net.ipv4.conf.all.ignore_routes_with_linkdown=1; do
  [ "$(sysctl -n "\${want%=*}")" = "\${want#*=}" ] || differs "$want"
done
case $(cat /etc/sysctl.d/60-tsplay-net-ipv4-ip_forward.conf) in *"net/ipv4/ip_forward = 1"*) ;; *) differs "ip_forward after a boot" ;; esac
rules=$(ip rule)
for n in 1 2; do
  case $rules in *"20$n:"*"fwmark 0x$n/0xff lookup 20$n"*) ;; *) differs "rule 20$n" ;; esac
  case $(ip route show table 20$n) in "default via 10.7$n.0.1 dev up$n"*) ;; *) differs "table 20$n" ;; esac
done
case $(ip route show default) in *"via 10.71.0.1 dev up1 weight 1"*"via 10.72.0.1 dev up2 weight 3"*) ;; *) differs "default" ;; esac
mangle=$(iptables-save -t mangle) nat=$(iptables-save -t nat)
for want in "-o up1 -j MASQUERADE" "-o up2 -j MASQUERADE" "--dport 8080 -j DNAT --to-destination 10.66.9.9:80"; do
  case $nat in *"$want"*) ;; *) differs "$want" ;; esac
done
for want in "--dports 80" "--dport 25" CONNMARK; do case $mangle in *"$want"*) ;; *) differs "$want" ;; esac; done
exit 0`;

it('a rollback leaves what others have, and nothing else', async () => {
  // The first run made it all; two more have only changed weights.
  for (let n = 0; n < 3; n += 1) await ends(0, 'rollback');
  expect(await view()).toBe(before);
});
