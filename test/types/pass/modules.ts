import { play, secret, sh } from 'tsplay';
import {
  addresses,
  bond,
  command,
  file,
  ipset,
  ipvs,
  ipvsRealServer,
  ipvsSync,
  ipvsTimeouts,
  kernelModule,
  link,
  markRoute,
  nat,
  nexthopRoute,
  route,
  rule,
  sysctl,
  teql,
  type BondOptions,
  type LinkAddress,
  type PacketMatch,
  type RealServer,
} from 'tsplay/modules';

const slaves = ['eth1', 'eth2'] as const;

// Options that are put together elsewhere, and those that each mode has.
const common = { slaves, mtu: 9000, addresses: ['192.0.2.1/24'], up: true } as const;
const bonds: readonly BondOptions[] = [
  { ...common, mode: 'balance-rr', miimon: 100, updelay: 200, downdelay: 200 },
  { ...common, mode: 'broadcast', arpInterval: 100, arpIpTargets: ['192.0.2.2'] },
  { ...common, mode: 'active-backup', primary: 'eth1', primaryReselect: 'better', failOverMac: 'active' },
  { ...common, mode: 'active-backup', arpInterval: 100, arpIpTargets: ['192.0.2.2'] },
  { ...common, mode: 'balance-xor', xmitHashPolicy: 'layer3+4' },
  {
    ...common,
    mode: '802.3ad',
    lacpRate: 'fast',
    adSelect: 'count',
    minLinks: 1,
    xmitHashPolicy: 'layer2+3',
  },
  { ...common, mode: 'balance-tlb', xmitHashPolicy: 'layer2', primary: 'eth1' },
  { ...common, mode: 'balance-alb', primary: 'eth2', state: 'present' },
  { state: 'absent' },
];

export default play('Every module', { hosts: 'all' }, ({ host }) => {
  for (const [number, options] of bonds.entries()) bond(`bond${number}`, { ...options, become: true });
  command('sh', {
    run: sh`echo ${host.name} ${['a', 'b']} ${7} && ${sh`true`}`,
    creates: '/x',
    undo: sh`rm /x`,
  });
  command('argv', { run: ['echo', host.name], env: { A: 'b' }, chdir: '/', successCodes: [0, 1] });
  file('/etc/x', { content: secret('x'), mode: '0600', owner: 'root:root' });
  file('/etc/x', { state: 'absent' });
  const servers: RealServer[] = [
    { address: '10.0.0.1', method: 'masquerading', port: 8080, weight: 0 },
    { address: '10.0.0.2', method: 'ipip', tunnel: { type: 'gue', port: 6080 } },
  ];
  ipvs('web', {
    vip: '192.0.2.1',
    port: 80,
    protocol: 'udp',
    scheduler: 'mh',
    servers,
    schedulerFlags: ['mh-port'],
  });
  ipvs('mark', { fwmark: 1, family: 6, scheduler: 'wlc', servers: [], drain: { limit: 60 } });
  ipvs('web', { vip: '192.0.2.1', port: 80, state: 'absent' });
  ipvs('mark', { fwmark: 1, state: 'absent', drain: { limit: 60 } });
  ipvsRealServer('192.0.2.1');
  ipvsRealServer('192.0.2.1', { device: 'dummy0', label: 'dummy0:a' });
  ipvsRealServer('192.0.2.1', { method: 'ipip', state: 'absent' });
  ipvsSync('backup', { mcastInterface: 'eth1', syncid: 0, mcastGroup: 'ff02::1' });
  ipvsSync('backup', { state: 'absent' });
  ipvsTimeouts('x', { tcp: 900 });
  ipvsTimeouts('x', { state: 'absent' });
  kernelModule('ip_vs');
  kernelModule('ip_vs', { parameters: { conn_tab_bits: 20 }, persist: false });
  kernelModule('ip_vs', { state: 'absent' });
  const own: readonly (string | LinkAddress)[] = ['192.0.2.1/24', { address: 'fd00::1/64', nodad: true }];
  addresses('eth1', { addresses: own });
  addresses('eth1', { addresses: own, exclusive: false });
  addresses('eth1', { addresses: own, state: 'absent' });
  link('eth1', { up: true, mtu: 9000, mac: '02:00:00:00:00:01', txqueuelen: 1000, alias: '' });
  link('dummy0', { state: 'absent' });
  teql('teql0', { slaves, addresses: own, mtu: 1400, rpFilter: 2, maxEqualizers: 2 });
  teql('teql0', { slaves, state: 'absent' });
  teql('teql0', { state: 'absent' });
  const mail: PacketMatch = { protocol: 'tcp', dport: [25, '465-587'], source: { set: 'x', withPort: true } };
  ipset('x', { type: 'hash:net', members: ['10.0.0.0/8'] });
  ipset('x', { state: 'absent' });
  const way = { mark: 2, mask: 0xff, priority: 200, table: 202, dev: 'eth2', via: '192.0.2.1' } as const;
  markRoute('mail', { ...way, match: mail });
  markRoute('mail', {
    ...way,
    match: [{ ...mail, dscp: 26 }, { uid: '0-9' }],
    sourceNat: '192.0.2.9',
    inbound: false,
  });
  markRoute('mail', { priority: 200, table: 202, dev: 'eth2', state: 'absent' });
  nat('lan', { ...mail, type: 'masquerade', outInterface: 'eth0' });
  nat('lan', { type: 'snat', to: '192.0.2.1', toPorts: '1024-2048', protocol: 6, order: 1 });
  nat('lan', { type: 'dnat', to: '10.0.0.1', inInterface: 'eth0', destination: ['192.0.2.1'], local: false });
  nat('lan', { family: 6, state: 'absent' });
  route('10.0.0.0/8', { via: '10.0.0.1' });
  route('10.0.0.0/8', { type: 'blackhole', table: 'main' });
  route('10.0.0.0/8', { table: 200, metric: 5, state: 'absent' });
  nexthopRoute('default', {
    legs: [
      { via: '10.0.0.1', dev: 'eth1' },
      { dev: 'ppp0', weight: 2 },
    ],
    hashPolicy: 'inner',
  });
  nexthopRoute('default', { family: 6, state: 'absent' });
  rule('mail', { preference: 200, fwmark: 2, fwmask: 0xff, table: 200 });
  rule('mail', { preference: 200, sport: [1, 9], ipproto: 'udp', goto: 300 });
  rule('mail', { preference: 200, state: 'absent' });
  sysctl('net.ipv4.ip_forward', { value: '1', persist: true });
});
