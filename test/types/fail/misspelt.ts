import { play } from 'tsplay';
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
  template,
  teql,
} from 'tsplay/modules';

const match = { protocol: 'tcp', dport: 25 } as const;
const servers = [{ address: '10.0.0.1', method: 'gatewaying' }] as const;

// A misspelt option of each module. A new module needs a line here.
export default play('Misspelt', { hosts: 'all' }, () => {
  addresses('eth1', { addresses: ['192.0.2.1/24'], exclusiv: true }); // error: 'exclusiv' does not exist in type
  bond('bond0', { mode: '802.3ad', slaves: ['eth1'], lacpRat: 'fast' }); // error: 'lacpRat' does not exist in type
  command('x', { run: ['true'], create: '/x' }); // error: 'create' does not exist in type
  file('/etc/x', { contents: 'x' }); // error: 'contents' does not exist in type
  ipset('x', { type: 'hash:ip', member: [] }); // error: 'member' does not exist in type
  ipvs('web', { vip: '192.0.2.1', port: 80, scheduler: 'rr', servers, persistant: 9 }); // error: 'persistant' does not exist in type
  ipvsRealServer('192.0.2.1', { lable: 'lo:web' }); // error: 'lable' does not exist in type
  ipvsSync('master', { mcastInterface: 'eth1', syncId: 7 }); // error: 'syncId' does not exist in type
  ipvsTimeouts('director', { tcpFin: 60 }); // error: 'tcpFin' does not exist in type
  kernelModule('ip_vs', { parameter: { conn_tab_bits: 20 } }); // error: 'parameter' does not exist in type
  link('eth1', { mtu: 9000, address: '02:00:00:00:00:01' }); // error: 'address' does not exist in type
  markRoute('x', { match, mark: 1, priority: 9, table: 9, dev: 'eth1', fwmark: 1 }); // error: 'fwmark' does not exist in type
  nat('x', { type: 'masquerade', outIface: 'eth0' }); // error: 'outIface' does not exist in type
  nexthopRoute('default', { legs: [{ dev: 'eth1' }], hashpolicy: 'layer4' }); // error: 'hashpolicy' does not exist in type
  route('10.0.0.0/8', { via: '10.0.0.1', device: 'eth1' }); // error: 'device' does not exist in type
  rule('mail', { preference: 200, fwmark: 1, tabel: 200 }); // error: 'tabel' does not exist in type
  sysctl('net.ipv4.ip_forward', { value: 1, persists: true }); // error: 'persists' does not exist in type
  template('/etc/x', { source: 'x.hbs', var: {} }); // error: 'var' does not exist in type
  teql('teql0', { slaves: ['eth1'], rpfilter: 0 }); // error: 'rpfilter' does not exist in type
  // What every task can have is known to all of them, and so is what it cannot.
  sysctl('net.ipv4.ip_forward', { value: 1, becom: 'root' }); // error: 'becom' does not exist in type
  // Within an option.
  ipvs('web', { fwmark: 1, scheduler: 'rr', servers: [{ address: '10.0.0.1', method: 'ipip', wieght: 3 }] }); // error: 'wieght' does not exist in type 'RealServer'
  addresses('eth1', { addresses: [{ address: '192.0.2.1/24', broadcst: true }] }); // error: 'broadcst' does not exist in type
  markRoute('x', { match: { port: 25 }, mark: 1, priority: 9, table: 9, dev: 'eth1' }); // error: 'port' does not exist in type
  // Values that are words.
  bond('bond0', { mode: '802.3AD', slaves: ['eth1'] }); // error: is not assignable to type
  ipvs('web', { fwmark: 1, scheduler: 'round-robin', servers }); // error: is not assignable to type
  nat('x', { type: 'masquerade', to: '10.0.0.1', source: '10.0.0.0/8' }); // error: is not assignable to type
  // Options that have no default.
  command('x'); // error: Expected 2 arguments, but got 1
  sysctl('net.ipv4.ip_forward', {}); // error: Argument of type '{}' is not assignable
  bond('bond0', { mode: '802.3ad' }); // error: Property 'slaves' is missing
  // No name, or options first.
  kernelModule(); // error: Expected 1-2 arguments, but got 0
  sysctl({ value: 1 }, 'net.ipv4.ip_forward'); // error: is not assignable to parameter of type 'string'
});
