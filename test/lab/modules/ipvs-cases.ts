import { expect } from 'vitest';
import { networkView, type LawCase } from '../support/law.ts';
import type { Lab } from '../support/lab.ts';

/** What the tools of others print of one service and its servers. */
const rulesOf =
  (key: string) =>
  async (at: Lab): Promise<readonly string[]> =>
    (await at.read('lab1', 'ipvsadm -Sn'))
      .split('\n')
      .filter((line) => line.slice(3).split(/ -[sr] /)[0] === key);

interface ServiceCase extends Pick<LawCase, 'drift' | 'ground'> {
  /** The words that name it, as ipvsadm prints them. */
  readonly key: string;
  /** The same as options. */
  readonly place: string;
  readonly declared: string;
  readonly varied: string;
  /** What one option shows in. @defaultValue the service's line */
  readonly variation?: RegExp;
  /** What `ipvsadm -Sn` has to print. */
  readonly rules: readonly string[];
  /** What else must be so. */
  readonly and?: (at: Lab) => Promise<void>;
}

const quoted = (text: string): string => text.replaceAll(/[.[\]]/g, String.raw`\$&`);

/** A service, absent by its place alone. */
function service(name: string, one: ServiceCase): LawCase {
  const call = (options: string): string => `m.ipvs('${name}', { ${one.place}, ${options} });`;
  const rules = rulesOf(one.key);
  // -Ln has a line for it too, where a setting shows.
  const heading = new RegExp(
    `^-A ${quoted(one.key)} |^[A-Z]+ +${quoted(one.key.replace(/^\S+ /, '').replace('-6', 'IPv6'))} `,
    'm',
  );
  return {
    drift: one.drift,
    ...(one.ground === undefined ? {} : { ground: one.ground }),
    declared: call(one.declared),
    varied: call(one.varied),
    variation: one.variation ?? heading,
    absent: call(`state: 'absent'`),
    async there(at) {
      expect(await rules(at)).toEqual(one.rules);
      await one.and?.(at);
    },
    async gone(at) {
      expect(await rules(at)).toEqual([]);
    },
  };
}

const sysctl = async (at: Lab, key: string, value: string): Promise<void> =>
  expect(`${key} ${await at.read('lab1', `cat /proc/sys/${key}`)}`).toBe(`${key} ${value}`);

const services: Record<string, ServiceCase> = {
  'tcp, by NAT and network': {
    key: '-t 10.8.0.1:80',
    place: `vip: '10.8.0.1', port: 80`,
    declared: `scheduler: 'wrr', persistent: 300, persistentPrefix: 24, conntrack: true, expireQuiescentTemplate: true, servers: [
      { address: '10.8.1.1', method: 'masquerading', port: 8080, weight: 3 }, { address: '10.8.1.2', method: 'masquerading' }]`,
    varied: `scheduler: 'wrr', persistent: 300, persistentPrefix: 24, conntrack: true, expireQuiescentTemplate: true, servers: [
      { address: '10.8.1.1', method: 'masquerading', port: 8080, weight: 5 }, { address: '10.8.1.2', method: 'masquerading' }]`,
    variation: /^-a .* 10\.8\.1\.1:8080/m,
    // From here on, what is done by hand and fails ends it.
    drift: `set -e
ipvsadm -d -t 10.8.0.1:80 -r 10.8.1.2:80; ipvsadm -a -t 10.8.0.1:80 -r 10.8.1.9:80 -m
ipvsadm -E -t 10.8.0.1:80 -s wrr -p; echo 0 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv4/vs/conntrack`,
    rules: [
      '-A -t 10.8.0.1:80 -s wrr -p 300 -M 255.255.255.0',
      '-a -t 10.8.0.1:80 -r 10.8.1.1:8080 -m -w 3',
      '-a -t 10.8.0.1:80 -r 10.8.1.2:80 -m -w 1',
    ],
    async and(at) {
      await sysctl(at, 'net/ipv4/ip_forward', '1');
      await sysctl(at, 'net/ipv4/vs/conntrack', '1');
      await sysctl(at, 'net/ipv4/vs/expire_quiescent_template', '1');
    },
  },
  'sctp, with thresholds': {
    key: '--sctp-service 10.8.0.1:2905',
    place: `vip: '10.8.0.1', port: 2905, protocol: 'sctp'`,
    declared: `scheduler: 'lc', servers: [{ address: '10.8.1.1', method: 'gatewaying', upperThreshold: 100, lowerThreshold: 80 },
      { address: '10.8.1.2', method: 'gatewaying', weight: 65535, upperThreshold: 2147483647 }]`,
    varied: `scheduler: 'lc', servers: [{ address: '10.8.1.1', method: 'gatewaying', upperThreshold: 100, lowerThreshold: 90 },
      { address: '10.8.1.2', method: 'gatewaying', weight: 65535, upperThreshold: 2147483647 }]`,
    variation: /^-> 10\.8\.1\.1:2905 +100 +[89]0 /m,
    drift: 'ipvsadm -e --sctp-service 10.8.0.1:2905 -r 10.8.1.1:2905 -g',
    rules: [
      '-A --sctp-service 10.8.0.1:2905 -s lc',
      '-a --sctp-service 10.8.0.1:2905 -r 10.8.1.1:2905 -g -w 1',
      '-a --sctp-service 10.8.0.1:2905 -r 10.8.1.2:2905 -g -w 65535',
    ],
    async and(at) {
      const limits = await at.read('lab1', 'ipvsadm -Ln --thresholds --sctp-service 10.8.0.1:2905');
      expect(limits).toMatch(/10\.8\.1\.1:2905 +100 +80 /);
      expect(limits).toMatch(/10\.8\.1\.2:2905 +2147483647 +0 /);
    },
  },
  'mark, by flags of sh, over tunnels': {
    key: '-f 2147483647',
    place: 'fwmark: 2147483647',
    declared: `scheduler: 'sh', schedulerFlags: ['sh-port', 'sh-fallback'], servers: [{ address: '10.8.1.1', method: 'ipip' },
      { address: '10.8.1.2', method: 'ipip', tunnel: { type: 'gre', checksum: 'csum' } },
      { address: '10.8.1.3', method: 'ipip', tunnel: { type: 'gue', port: 6080, checksum: 'remcsum' } }]`,
    varied: `scheduler: 'sh', schedulerFlags: ['sh-port', 'sh-fallback'], servers: [{ address: '10.8.1.1', method: 'ipip' },
      { address: '10.8.1.2', method: 'ipip', tunnel: { type: 'gre', checksum: 'csum' } },
      { address: '10.8.1.3', method: 'ipip', tunnel: { type: 'gue', port: 6090, checksum: 'remcsum' } }]`,
    variation: /^-a .* 10\.8\.1\.3:0 /m,
    drift: `ipvsadm -E -f 2147483647 -s sh -b sh-fallback
for server in 1 2; do ipvsadm -e -f 2147483647 -r 10.8.1.$server -i --tun-type gue --tun-port 1; done`,
    rules: [
      '-A -f 2147483647 -s sh -b sh-fallback,sh-port',
      '-a -f 2147483647 -r 10.8.1.1:0 -i -w 1 --tun-type ipip',
      '-a -f 2147483647 -r 10.8.1.2:0 -i -w 1 --tun-type gre --tun-csum',
      '-a -f 2147483647 -r 10.8.1.3:0 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum',
    ],
  },
  'the same mark of IPv6, by flags of mh': {
    key: '-f 2147483647 -6',
    place: 'fwmark: 2147483647, family: 6',
    declared: `scheduler: 'mh', schedulerFlags: ['mh-port'], servers: [{ address: 'fd08:1::1', method: 'gatewaying' }]`,
    varied: `scheduler: 'mh', schedulerFlags: ['mh-port', 'mh-fallback'], servers: [{ address: 'fd08:1::1', method: 'gatewaying' }]`,
    drift: 'ipvsadm -D -f 2147483647 -6',
    rules: ['-A -f 2147483647 -6 -s mh -b mh-port', '-a -f 2147483647 -6 -r [fd08:1::1]:0 -g -w 1'],
  },
  'udp of IPv6, packet by packet, by calls': {
    key: '-u [fd08::1]:5060',
    place: `vip: 'FD08:0::0:1', port: 5060, protocol: 'udp'`,
    declared: `scheduler: 'rr', persistent: 60, persistentPrefix: 64, persistenceEngine: 'sip', onePacket: true,
      servers: [{ address: 'fd08:1::1', method: 'masquerading', port: 5061 }]`,
    varied: `scheduler: 'rr', persistent: 60, persistentPrefix: 64, persistenceEngine: 'sip',
      servers: [{ address: 'fd08:1::1', method: 'masquerading', port: 5061 }]`,
    drift: `ipvsadm -E -u [fd08::1]:5060 -s rr -p 60 -M 60 -o; echo 0 >/proc/sys/net/ipv6/conf/all/forwarding`,
    rules: [
      '-A -u [fd08::1]:5060 -s rr -p 60 -M 64 --pe sip -o',
      '-a -u [fd08::1]:5060 -r [fd08:1::1]:5061 -m -w 1',
    ],
    and: (at) => sysctl(at, 'net/ipv6/conf/all/forwarding', '1'),
  },
};

const daemon = async (at: Lab, role: string): Promise<string | undefined> =>
  (await at.read('lab1', 'ipvsadm -L --daemon')).split('\n').find((line) => line.startsWith(role));
const addresses = (at: Lab, device: string): Promise<string> =>
  at.read('lab1', `ip -br addr show dev ${device} 2>&1 || :`);

const others: Record<string, LawCase> = {
  'the sync daemon that tells': {
    ground: 'ip link set eth1 up',
    declared: `m.ipvsSync('master', { mcastInterface: 'eth1', syncid: 7 });`,
    varied: `m.ipvsSync('master', { mcastInterface: 'eth1', syncid: 8 });`,
    variation: /^master sync daemon/m,
    drift: 'ipvsadm --stop-daemon master',
    absent: `m.ipvsSync('master', { state: 'absent' });`,
    there: async (at) =>
      expect(await daemon(at, 'master')).toBe(
        'master sync daemon (mcast=eth1, syncid=7, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)',
      ),
    gone: async (at) => expect(await daemon(at, 'master')).toBeUndefined(),
  },
  'the sync daemon that listens': {
    declared: `m.ipvsSync('backup', { mcastInterface: 'eth1', syncid: 255, mcastGroup: 'FF02::0:5', mcastPort: 8849, mcastTtl: 3 });`,
    varied: `m.ipvsSync('backup', { mcastInterface: 'eth1', syncid: 255, mcastGroup: 'FF02::0:5', mcastPort: 8849, mcastTtl: 4 });`,
    variation: /^backup sync daemon/m,
    drift: 'ipvsadm --stop-daemon backup; ipvsadm --start-daemon backup --mcast-interface eth1 --syncid 255',
    absent: `m.ipvsSync('backup', { state: 'absent' });`,
    there: async (at) =>
      expect(await daemon(at, 'backup')).toMatch(
        /\(mcast=eth1, syncid=255, maxlen=\d+, group=ff02::5, port=8849, ttl=3\)/,
      ),
    gone: async (at) => expect(await daemon(at, 'backup')).toBeUndefined(),
  },
  timeouts: {
    declared: `m.ipvsTimeouts('director', { tcp: 2678400, udp: 30 });`,
    varied: `m.ipvsTimeouts('director', { tcp: 2678400, udp: 31 });`,
    variation: /^Timeout /m,
    // The module stays, as a new one is.
    leaves:
      /^module ip_vs$|^IP Virtual Server|^Prot LocalAddress|^-> RemoteAddress|^sysctl vs\/\w+ 0$|^Timeout \(tcp tcpfin udp\): 900 120 300$/,
    drift: 'ipvsadm --set 60 0 60',
    absent: `m.ipvsTimeouts('director', { state: 'absent' });`,
    there: async (at) => expect(await at.read('lab1', 'ipvsadm -L --timeout')).toMatch(/: 2678400 120 30$/),
    gone: async (at) => expect(await at.read('lab1', 'ipvsadm -L --timeout')).toMatch(/: 900 120 300$/),
  },
  'a real server': {
    declared: `m.ipvsRealServer('10.8.9.1', { label: 'lo:web' });`,
    varied: `m.ipvsRealServer('10.8.9.1', { label: 'lo:www' });`,
    variation: /^addr lo +inet 10\.8\.9\.1\/32 .*lo:w/m,
    drift: 'ip addr del 10.8.9.1/32 dev lo; echo 0 >/proc/sys/net/ipv4/conf/all/arp_ignore',
    absent: `m.ipvsRealServer('10.8.9.1', { state: 'absent' });`,
    async there(at) {
      expect(await at.read('lab1', 'ip -o addr show dev lo')).toMatch(/ 10\.8\.9\.1\/32 .*lo:web\\/);
      await sysctl(at, 'net/ipv4/conf/all/arp_ignore', '1');
      await sysctl(at, 'net/ipv4/conf/all/arp_announce', '2');
    },
    gone: async (at) => expect(await addresses(at, 'lo')).not.toContain('10.8.9.1'),
  },
  'a real server of IPv6, on a link of its own': {
    declared: `m.ipvsRealServer('FD08:9::0:1', { device: 'vip0' });`,
    varied: `m.ipvsRealServer('fd08:9::1', { device: 'vip0' }); m.ipvsRealServer('fd08:9::2', { device: 'vip0' });`,
    variation: /fd08:9::2/m,
    drift: 'ip link del dev vip0',
    absent: `m.ipvsRealServer('fd08:9::1', { device: 'vip0', state: 'absent' });`,
    leaves: /^module dummy$/,
    there: async (at) => expect(await addresses(at, 'vip0')).toMatch(/^vip0 +UNKNOWN +fd08:9::1\/128 /),
    gone: async (at) => expect(await addresses(at, 'vip0')).toMatch(/does not exist/),
  },
  'a real server behind a tunnel': {
    declared: `m.ipvsRealServer('10.8.9.2', { method: 'ipip' });`,
    varied: `m.ipvsRealServer('10.8.9.2', { method: 'ipip', label: 'tunl0:b' });`,
    variation: /^addr tunl0 +inet 10\.8\.9\.2\/32 /m,
    drift: 'ip link set tunl0 down; echo 1 >/proc/sys/net/ipv4/conf/tunl0/rp_filter',
    absent: `m.ipvsRealServer('10.8.9.2', { method: 'ipip', state: 'absent' });`,
    leaves: /^module ipip$|^(link|qdisc|conf) .*tunl0[ /]/,
    async there(at) {
      expect(await addresses(at, 'tunl0')).toMatch(/^tunl0@NONE +UNKNOWN +10\.8\.9\.2\/32/);
      await sysctl(at, 'net/ipv4/conf/tunl0/rp_filter', '2');
    },
    gone: async (at) => expect(await addresses(at, 'tunl0')).not.toContain('10.8.9.2'),
  },
  'a real server of IPv6 behind a tunnel': {
    declared: `m.ipvsRealServer('fd08:9::3', { method: 'ipip' });`,
    varied: `m.ipvsRealServer('fd08:9::3', { method: 'ipip' }); m.ipvsRealServer('fd08:9::4', { method: 'ipip' });`,
    variation: /fd08:9::4/m,
    drift: 'ip addr del fd08:9::3/128 dev ip6tnl0',
    absent: `m.ipvsRealServer('fd08:9::3', { method: 'ipip', state: 'absent' });`,
    leaves: /^module ip6_tunnel$|^(link|qdisc|addr|route6) .*ip6tnl0 /,
    there: async (at) => expect(await addresses(at, 'ip6tnl0')).toMatch(/ UNKNOWN .*fd08:9::3\/128/),
    gone: async (at) => expect(await addresses(at, 'ip6tnl0')).not.toContain('fd08:9::3'),
  },
};

/** What the law is shown by, on lab1. */
export const cases: Readonly<Record<string, LawCase>> = {
  ...Object.fromEntries(Object.entries(services).map(([name, one]) => [name, service(name, one)])),
  ...others,
};

/** What a host is, as the tools of others see it. */
export const view = `${networkView}
for key in tunl0 all; do
  [ ! -e /proc/sys/net/ipv4/conf/$key ] || grep -H . /proc/sys/net/ipv4/conf/$key/rp_filter /proc/sys/net/ipv4/conf/$key/arp_* | sed 's/^/conf /'
done`;
