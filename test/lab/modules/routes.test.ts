import { expect } from 'vitest';
import { withLab } from '../support/lab.ts';
import { law, networkView, type LawCase } from '../support/law.ts';

const lab = withLab(1);

const shows = (command: string, pattern: RegExp) => async (): Promise<void> =>
  expect(await lab.read('lab1', command)).toMatch(pattern);
const lacks = (command: string, pattern: RegExp) => async (): Promise<void> =>
  expect(await lab.read('lab1', command)).not.toMatch(pattern);

const legs = (...weights: readonly number[]): string =>
  `legs: [${weights.map((weight, i) => `{ via: '10.${41 + i}.0.2', dev: 'up${i + 1}', weight: ${weight} }`).join(', ')}]`;

const cases: Readonly<Record<string, LawCase>> = {
  multipath: {
    ground: `modprobe dummy numdummies=0
for i in 1 2 3; do ip link add name up$i type dummy; ip link set up$i up; ip addr add 10.4$i.0.1/24 dev up$i; ip addr add fd4$i::1/64 dev up$i nodad; done
ip route add 10.88.0.0/16 via 10.41.0.7 proto bird; ip rule add preference 300 from 10.88.0.0/16 lookup 88; ip route add default via 10.41.0.7 table 88`,
    declared: `m.nexthopRoute('default', { table: 40, ${legs(1, 3)}, hashPolicy: 'layer4', useNeigh: true });`,
    varied: `m.nexthopRoute('default', { table: 40, ${legs(1, 2)}, hashPolicy: 'layer4', useNeigh: true });`,
    variation: /^route default table 40 |nexthop via 10\.42\.0\.2/m,
    drift: `ip route append default via 10.43.0.9 table 40; echo 0 >/proc/sys/net/ipv4/fib_multipath_hash_policy`,
    absent: `m.nexthopRoute('default', { table: 40, state: 'absent' });`,
    there: shows(
      'ip route show table 40',
      /^default proto 201 .*via 10\.41\.0\.2 dev up1 weight 1.*via 10\.42\.0\.2 dev up2 weight 3\s*$/s,
    ),
    gone: lacks('ip route show table all', /proto 201 \n?.*nexthop via 10\.41\.0\.2|table 40/),
  },
  'next hop objects': {
    declared: `m.nexthopRoute('10.50.0.0/16', { ${legs(1, 5)}, objects: { group: 10, members: [11, 12], resilient: { buckets: 32, idleTimer: 60 } } });`,
    varied: `m.nexthopRoute('10.50.0.0/16', { ${legs(1, 4)}, objects: { group: 10, members: [11, 12], resilient: { buckets: 32, idleTimer: 60 } } });`,
    variation: /^nexthop id 10 group 11\/12,\d|nexthop via 10\.42\.0\.2 dev up2 weight \d/m,
    drift: 'ip nexthop replace id 11 via 10.43.0.3 dev up3',
    absent: `m.nexthopRoute('10.50.0.0/16', { objects: { group: 10, members: [11, 12] }, state: 'absent' });`,
    there: shows(
      'ip route show 10.50.0.0/16; ip nexthop',
      /nhid 10 proto 201[^]*id 10 group 11\/12,5 type resilient buckets 32/,
    ),
    gone: lacks('ip route show 10.50.0.0/16; ip nexthop', /./),
  },
  'IPv6, and one way only': {
    declared: `m.nexthopRoute('2001:db8::/32', { legs: [{ via: 'fd41::2' }, { via: 'fd42::2', weight: 2 }] });
      m.route('10.60.0.0/16', { via: '10.43.0.2', dev: 'up3', metric: 7, mtu: 1400 });`,
    varied: `m.nexthopRoute('2001:db8::/32', { legs: [{ via: 'fd41::2' }, { via: 'fd43::2', weight: 2 }] });
      m.route('10.60.0.0/16', { via: '10.43.0.2', dev: 'up3', metric: 7, mtu: 1300 });`,
    variation: /^route6 2001:db8::\/32|fd4[123]::2|^route 10\.60\.0\.0\/16/m,
    drift: 'ip -6 route del 2001:db8::/32; ip route del 10.60.0.0/16 metric 7',
    absent: `m.nexthopRoute('2001:db8::/32', { state: 'absent' }); m.route('10.60.0.0/16', { metric: 7, state: 'absent' });`,
    there: shows(
      'ip route show 10.60.0.0/16; ip -6 route show 2001:db8::/32',
      /^10\.60\.0\.0\/16 via 10\.43\.0\.2 dev up3 proto 201 metric 7 mtu 1400[^]*via fd42::2 dev up2 weight 2/,
    ),
    gone: lacks('ip route show 10.60.0.0/16; ip -6 route show 2001:db8::/32', /./),
  },
  rules: {
    declared: `m.rule('mail', { preference: 300, fwmark: 2, fwmask: 0xff, table: 40 }); m.rule('six', { preference: 310, from: 'fd00::/8', table: 41 });`,
    varied: `m.rule('mail', { preference: 300, fwmark: 3, fwmask: 0xff, table: 40 }); m.rule('six', { preference: 310, from: 'fd00::/8', table: 42 });`,
    variation: /^rule 300:\tfrom all fwmark 0x[23]\/0xff lookup 40|^rule6 310:/m,
    drift: 'ip rule add preference 300 fwmark 9 lookup 40 protocol 201; ip -6 rule del preference 310',
    absent: `m.rule('mail', { preference: 300, state: 'absent' }); m.rule('six', { preference: 310, family: 6, state: 'absent' });`,
    there: shows(
      'ip -N rule; ip -N -6 rule',
      /^300:\tfrom 10\.88\.0\.0\/16 lookup 88\s+300:\tfrom all fwmark 0x2\/0xff lookup 40 proto 201$[^]*^310:\tfrom fd00::\/8 lookup 41 proto 201$/m,
    ),
    gone: lacks('ip -N rule; ip -N -6 rule', /proto 201/),
  },
};

law(
  lab,
  cases,
  `${networkView}
ip -N -o nexthop show | sed 's/^/nexthop /'
for key in fib_multipath_hash_policy fib_multipath_use_neigh; do echo "sysctl $key $(cat /proc/sys/net/ipv4/$key)"; done`,
);
