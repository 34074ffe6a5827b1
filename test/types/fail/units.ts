import { play } from 'tsplay';
import { bond, command, file, ipvs, ipvsSync, ipvsTimeouts, sysctl } from 'tsplay/modules';

const slaves = ['eth1'];

// Numbers are numbers, in the unit that the option says; modes of files are texts, since 644 is not 0644.
export default play('Units', { hosts: 'all' }, () => {
  bond('b', { mode: 'balance-rr', slaves, miimon: '100ms' }); // error: Type 'string' is not assignable to type 'number'
  bond('b', { mode: 'balance-rr', slaves, mtu: '9000' }); // error: Type 'string' is not assignable to type 'number'
  bond('b', { mode: 'balance-rr', slaves, up: 'yes' }); // error: Type 'string' is not assignable to type 'boolean
  bond('b', { mode: 'balance-rr', slaves: 'eth1,eth2' }); // error: Type 'string' is not assignable to type 'readonly string[]'
  bond('b', { mode: 'balance-rr', slaves, addresses: '192.0.2.1/24' }); // error: Type 'string' is not assignable to type
  command('x', { run: ['true'], successCodes: 0 }); // error: Type 'number' is not assignable to type 'readonly number[]'
  command('x', { run: ['true'], successCodes: ['0'] }); // error: Type 'string' is not assignable to type 'number'
  file('/etc/x', { content: '', mode: 0o644 }); // error: Type 'number' is not assignable to type 'string'
  file('/etc/x', { content: 7 }); // error: Type 'number' is not assignable to type 'string | Secret
  ipvs('x', { vip: '192.0.2.1', port: '80', scheduler: 'rr', servers: [] }); // error: Type 'string' is not assignable to type 'number'
  ipvs('x', { fwmark: '0x10', scheduler: 'rr', servers: [] }); // error: Type 'string' is not assignable to type 'number'
  ipvs('x', { fwmark: 1, scheduler: 'rr', servers: [], persistent: '5m' }); // error: Type 'string' is not assignable to type 'number'
  ipvs('x', { fwmark: 1, scheduler: 'rr', servers: [], persistent: true }); // error: Type 'boolean' is not assignable to type 'number'
  ipvsSync('master', { mcastInterface: 'eth1', syncid: '7' }); // error: Type 'string' is not assignable to type 'number'
  ipvsTimeouts('x', { tcp: '1h' }); // error: Type 'string' is not assignable to type 'number'
  sysctl('net.ipv4.ip_forward', { value: true }); // error: Type 'true' is not assignable to type 'string | number
});
