import { expect, it } from 'vitest';
import { withLab } from '../support/lab.ts';
import { TwoUplinks } from '../support/two-uplinks.ts';

const lab = withLab(1);
const net = new TwoUplinks(lab);

it('builds', async () => {
  await net.build([25, 80, 443, 7]);
  await net.at(
    'gateway',
    `echo 1 >/proc/sys/net/ipv4/ip_forward; echo 2 >/proc/sys/net/ipv4/conf/all/rp_filter; echo 1 > /proc/sys/net/ipv4/fib_multipath_hash_policy
for i in 1 2; do ip addr add 10.7$i.0.2/24 dev up$i; ip link set up$i up; iptables -t nat -A POSTROUTING -o up$i -j MASQUERADE; done
ip route replace default nexthop via 10.71.0.1 dev up1 weight 1 nexthop via 10.72.0.1 dev up2 weight 3`,
  );
  console.log(await net.spread('gateway', 443, 10));
  console.log(await net.spread('client', 443, 10));
  console.log(await net.knock('10.71.0.2', 80), await net.knock('10.72.0.2', 80));
  expect(1).toBe(1);
});
