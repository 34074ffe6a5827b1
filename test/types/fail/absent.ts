import { play } from 'tsplay';
import { bond, file, ipvs, ipvsRealServer, ipvsSync, ipvsTimeouts, kernelModule } from 'tsplay/modules';

// What is to be gone has no properties, but for those that say which one it is.
export default play('Gone', { hosts: 'all' }, () => {
  bond('bond0', { state: 'absent', slaves: ['eth1'] }); // error: 'slaves' does not exist in type
  bond('bond0', { state: 'absent', mode: 'balance-rr', slaves: ['eth1'] }); // error: 'mode' does not exist in type
  file('/etc/x', { state: 'absent', content: 'x' }); // error: is not assignable
  file('/etc/x', { state: 'absent', mode: '0644' }); // error: is not assignable
  ipvs('web', { fwmark: 1, state: 'absent', scheduler: 'rr' }); // error: 'scheduler' does not exist in type
  ipvs('web', { fwmark: 1, state: 'absent', servers: [] }); // error: 'servers' does not exist in type
  ipvs('web', { state: 'absent' }); // error: is not assignable
  ipvsRealServer('192.0.2.1', { state: 'absent', label: 'lo:web' }); // error: is not assignable
  ipvsSync('master', { state: 'absent', syncid: 7 }); // error: 'syncid' does not exist in type
  ipvsTimeouts('x', { state: 'absent', tcp: 900 }); // error: 'tcp' does not exist in type
  kernelModule('ip_vs', { state: 'absent', parameters: { conn_tab_bits: 20 } }); // error: is not assignable
  file('/etc/x', { state: 'gone' }); // error: is not assignable
  // And what is to be there has them.
  file('/etc/x', { backup: true }); // error: is not assignable
  file('/etc/x'); // error: Expected 2 arguments, but got 1
});
