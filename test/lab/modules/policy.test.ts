import { expect } from 'vitest';
import { withLab } from '../support/lab.ts';
import { law, networkView, type LawCase } from '../support/law.ts';

const lab = withLab(1);

const shows = (command: string, pattern: RegExp) => async (): Promise<void> =>
  expect(await lab.read('lab1', command)).toMatch(pattern);
const lacks = (command: string, pattern: RegExp) => async (): Promise<void> =>
  expect(await lab.read('lab1', command)).not.toMatch(pattern);

const mail = (o: string): string =>
  `m.markRoute('mail', { priority: 200, table: 202, dev: 'up2', via: '10.42.0.2', mark: 2, mask: 0xff, ${o} });`;
const six = (o: string): string =>
  `m.markRoute('six', { priority: 210, table: 212, dev: 'up2', via: 'fd42::2', mark: 3, mask: 0xff, ${o} });`;

const cases: Readonly<Record<string, LawCase>> = {
  nat: {
    ground: `modprobe dummy numdummies=0
for i in 1 2; do ip link add name up$i type dummy; ip link set up$i up; ip addr add 10.4$i.0.1/24 dev up$i; ip addr add fd4$i::1/64 dev up$i nodad; done
iptables -t nat -A POSTROUTING -o other0 -j MASQUERADE; iptables -t mangle -A OUTPUT -o other0 -j MARK --set-mark 7; iptables -N OTHER; iptables -A INPUT -j OTHER
ipset create other hash:ip; ipset add other 192.0.2.77`,
    declared: `m.nat('lan', { type: 'masquerade', source: '10.0.0.0/8', outInterface: 'up1' });
      m.nat('web', { type: 'dnat', destination: '10.42.0.1', protocol: 'tcp', dport: [80, '8000-8009'], to: '10.0.0.5', toPorts: 8080 });`,
    varied: `m.nat('lan', { type: 'masquerade', source: '10.0.0.0/9', outInterface: 'up1' });
      m.nat('web', { type: 'dnat', destination: '10.42.0.1', protocol: 'tcp', dport: [80, '8000-8009'], to: '10.0.0.6', toPorts: 8080 });`,
    variation: /^iptables -A TSPLAY-(POST-lan|PRE-web|OUT-web) /m,
    drift: 'iptables -t nat -I TSPLAY-POST-lan -j ACCEPT; iptables -t nat -F TSPLAY-OUT',
    absent: `m.nat('lan', { state: 'absent' }); m.nat('web', { state: 'absent' });`,
    there: shows('iptables-save -t nat', /-A TSPLAY-POST-lan -s 10\.0\.0\.0\/8 -o up1 -j MASQUERADE/),
    gone: lacks('iptables-save', /TSPLAY-\w+-(lan|web)/),
  },
  'a set, and a route for those in it': {
    declared: `m.ipset('friends', { type: 'hash:net', members: ['192.0.2.0/24', '198.51.100.7'] });
      ${mail(`match: [{ protocol: 'tcp', dport: [25, '465-587'] }, { destination: { set: 'friends' } }, { uid: 'daemon' }]`)}`,
    varied: `m.ipset('friends', { type: 'hash:net', members: ['192.0.2.0/24', '198.51.100.8'] });
      ${mail(`match: [{ protocol: 'tcp', dport: [25, '465-588'] }, { destination: { set: 'friends' } }, { uid: 'daemon' }]`)}`,
    variation:
      /^iptables -A TSPLAY-(PRE|OUT)-mail .*--dports 25,465:58|^ipset add TSPLAY-friends 198\.51\.100\./m,
    drift: `ipset add TSPLAY-friends 203.0.113.1; ip route flush table 202; echo 0 >/proc/sys/net/ipv4/conf/up2/rp_filter
iptables -t mangle -F TSPLAY-PRE-mail`,
    absent: `m.markRoute('mail', { priority: 200, table: 202, dev: 'up2', state: 'absent' }); m.ipset('friends', { state: 'absent' });`,
    there: shows(
      'iptables-save -t mangle; ip -N rule; ip route show table 202; cat /proc/sys/net/ipv4/conf/up2/rp_filter',
      /--match-set TSPLAY-friends dst [^]*^200:\tfrom all fwmark 0x2\/0xff lookup 202 proto 201\s[^]*^default via 10\.42\.0\.2 dev up2[^]*^2$/m,
    ),
    gone: lacks(
      'iptables-save; ip rule; ip route show table all; ipset list -n',
      /mail|friends|^200:|table 202/m,
    ),
  },
  'IPv6, by the mark of the connection': {
    declared: six(`match: { source: 'fd00::/8' }, sourceNat: 'none'`),
    varied: six(`match: { source: 'fd00::/8' }, sourceNat: 'masquerade'`),
    variation: /^ip6tables .*TSPLAY-POST/m,
    drift: 'ip -6 rule del preference 210; ip6tables -t mangle -D PREROUTING -j TSPLAY-PRE',
    absent: `m.markRoute('six', { priority: 210, table: 212, dev: 'up2', family: 6, state: 'absent' });`,
    there: shows(
      'ip -6 -N rule; ip -6 route show table 212',
      /^210:\tfrom all fwmark 0x3\/0xff lookup 212 proto 201\s[^]*^default via fd42::2 dev up2/m,
    ),
    gone: lacks('ip6tables-save; ip -6 rule; ip -6 route show table all', /TSPLAY|^210:|table 212/m),
  },
};

law(
  lab,
  cases,
  `${networkView}
for i in iptables ip6tables; do $i-save | grep -e '^-A' -e '^:[^ ]* -' | sed "s/^/$i /"; done
ipset save | sed -e 's/ hashsize.*//' -e 's/^/ipset /'
for key in rp_filter src_valid_mark; do echo "sysctl up2 $key $(cat /proc/sys/net/ipv4/conf/up2/$key)"; done
nft list tables | grep tsplay || :`,
);
