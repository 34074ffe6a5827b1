import { expect } from 'vitest';
import { withLab } from '../support/lab.ts';
import { law, networkView, type LawCase } from '../support/law.ts';

const lab = withLab(1);

const shows = (command: string, pattern: RegExp) => async (): Promise<void> =>
  expect(await lab.read('lab1', command)).toMatch(pattern);

const dummies = (...names: readonly string[]): string =>
  names.map((name) => `ip link add name ${name} type dummy; ip link set ${name} up`).join('\n');

const cases: Readonly<Record<string, LawCase>> = {
  'an equalizer': {
    // A slave has a qdisc of somebody else, and addresses; another link carries a bigger one.
    ground: `modprobe dummy numdummies=0
${dummies('d1', 'd2', 'd3', 'd4')}
tc qdisc replace dev d2 root handle 5: tbf rate 1mbit burst 5kb lat 50ms
tc qdisc replace dev d4 root handle 6: htb default 10; tc class add dev d4 parent 6: classid 6:10 htb rate 1mbit
ip link set d3 mtu 1300; ip addr add 10.61.0.1/24 dev d1; ip route add 10.62.0.0/16 via 10.61.0.9
for i in d1 d2 d3; do echo 1 >/proc/sys/net/ipv4/conf/$i/rp_filter; done`,
    declared: `m.teql('teql0', { slaves: ['d1', 'd2'], mtu: 1400, addresses: ['10.60.0.1/24', 'fd60::1/64'], maxEqualizers: 2 });`,
    varied: `m.teql('teql0', { slaves: ['d1', 'd3'], mtu: 1300, addresses: ['10.60.0.1/24', 'fd60::1/64'], maxEqualizers: 2 });`,
    variation: /^qdisc qdisc .* dev d[23] |^link teql0 mtu 1[34]00|^rp_filter d3/m,
    drift: `tc qdisc del dev d1 root; tc qdisc replace dev d3 root teql0; ip link set teql0 mtu 1300 2>/dev/null
ip addr del 10.60.0.1/24 dev teql0; ip link set teql0 down; echo 1 >/proc/sys/net/ipv4/conf/d2/rp_filter`,
    absent: `m.teql('teql0', { slaves: ['d1', 'd2'], state: 'absent' });`,
    // The links are the module's, and the kernel's default takes the place of a qdisc that was replaced.
    leaves: /^module sch_teql|^link teql[01] |^qdisc qdisc (tbf|fq_codel) .* dev (d2|teql[01]) /,
    there: shows(
      'ip -br addr show dev teql0; cat /sys/class/net/teql0/mtu; tc qdisc show',
      /^teql0 +UNKNOWN +10\.60\.0\.1\/24 fd60::1\/64[^]*\n1400\n[^]*qdisc teql0 \S+ dev d1 root[^]*qdisc teql0 \S+ dev d2 root[^]*htb 6:/,
    ),
    gone: shows(
      'ip -br addr show dev teql0; tc qdisc show | grep -c teql0: || :; tc qdisc show dev d1',
      /^teql0 +DOWN\s+0\s*(qdisc noqueue 0:.*)?$/,
    ),
  },
  'a second one': {
    ground: dummies('d5'),
    declared: `m.teql('teql1', { slaves: ['d5'], rpFilter: 2, addresses: ['fd63::1/64'], maxEqualizers: 2, up: true });`,
    varied: `m.teql('teql1', { slaves: ['d5'], rpFilter: 0, addresses: ['fd63::1/64'], maxEqualizers: 2, up: true });`,
    variation: /^rp_filter d5/m,
    drift: 'ip link set d5 down; tc qdisc replace dev d5 root pfifo limit 5',
    absent: `m.teql('teql1', { slaves: ['d5'], state: 'absent' });`,
    there: shows('tc qdisc show dev d5; cat /proc/sys/net/ipv4/conf/d5/rp_filter', /^qdisc teql1 [^]*\n2$/),
    gone: shows('tc qdisc show dev d5; cat /proc/sys/net/ipv4/conf/d5/rp_filter', /noqueue[^]*\n0$/),
  },
  'links and their addresses': {
    ground: `ip link set eth2 up; ip addr add 10.64.0.9/24 dev eth2
${dummies('d7')}
ip link set d7 mtu 1380 txqueuelen 33 alias 'of others'; ip addr add 10.66.0.1/24 dev d7; ip route add 10.67.0.0/16 via 10.66.0.9; tc qdisc replace dev d7 root handle 7: sfq perturb 10`,
    declared: `m.link('eth2', { up: true, mtu: 1450, mac: '02:00:00:00:77:02', txqueuelen: 500, alias: 'uplink' });
      m.addresses('eth2', { addresses: [{ address: '10.64.0.1/24', label: 'eth2:a', broadcast: true }, 'fd64::1/64'] });`,
    varied: `m.link('eth2', { up: true, mtu: 1450, mac: '02:00:00:00:77:02', txqueuelen: 400, alias: 'uplink' });
      m.addresses('eth2', { addresses: [{ address: '10.64.0.1/24', label: 'eth2:b', broadcast: true }, 'fd64::1/64'] });`,
    variation: /^queue eth2 |^addr eth2 +inet 10\.64/m,
    drift:
      'ip link set eth2 mtu 1500 address 02:00:00:00:77:03; ip addr flush dev eth2; ip link set eth2 alias x',
    absent: `m.link('d7', { state: 'absent' }); m.addresses('eth2', { addresses: ['10.64.0.1/24'], state: 'absent' });`,
    leaves: /\b(d7|eth2)\b/,
    there: shows(
      'ip link show dev eth2; ip addr show dev eth2; ip -d link show dev d7; ip route; tc qdisc show dev d7',
      /mtu 1450 .*qlen 500\s+link\/ether 02:00:00:00:77:02[^]*\s+alias uplink[^]*inet 10\.64\.0\.1\/24 brd 10\.64\.0\.255 scope global eth2:a[^]*fd64::1\/64[^]*mtu 1380 .*qlen 33[^]*alias of others[^]*10\.67\.0\.0\/16 via 10\.66\.0\.9 dev d7[^]*qdisc sfq 7: root .* perturb 10sec/,
    ),
    gone: shows('ip -br addr; ls /sys/class/net', /^(?![^]*10\.64\.0\.1)(?![^]*\bd7\b)[^]*$/),
  },
};

law(
  lab,
  cases,
  `${networkView}
[ ! -d /sys/module/sch_teql ] || echo module sch_teql
for link in d1 d2 d3 d5 eth2; do
  [ ! -e /sys/class/net/$link ] || echo "rp_filter $link $(cat /proc/sys/net/ipv4/conf/$link/rp_filter)"
  [ ! -e /sys/class/net/$link ] || echo "queue $link $(cat /sys/class/net/$link/tx_queue_len /sys/class/net/$link/address /sys/class/net/$link/ifalias | xargs)"
done`,
);
