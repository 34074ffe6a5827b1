import { play } from 'tsplay';
import { ipvs, ipvsRealServer, ipvsSync, type RealServer } from 'tsplay/modules';

const servers: readonly RealServer[] = [{ address: '10.0.0.1', method: 'masquerading' }];
const scheduler = 'wrr';
const real = { address: '10.0.0.1', method: 'ipip' } as const;

export default play('Director', { hosts: 'all' }, () => {
  // Which packets it is for: by address or by mark, one of them.
  ipvs('x', { vip: '192.0.2.1', port: 80, fwmark: 1, scheduler, servers }); // error: is not assignable
  ipvs('x', { scheduler, servers }); // error: is not assignable
  ipvs('x', { vip: '192.0.2.1', scheduler, servers }); // error: is not assignable
  ipvs('x', { port: 80, scheduler, servers }); // error: is not assignable
  ipvs('x', { fwmark: 1, port: 80, scheduler, servers }); // error: is not assignable
  ipvs('x', { fwmark: 1, protocol: 'udp', scheduler, servers }); // error: is not assignable
  ipvs('x', { vip: '192.0.2.1', port: 80, family: 4, scheduler, servers }); // error: is not assignable
  // No default of ipvsadm is taken for granted.
  ipvs('x', { fwmark: 1, servers }); // error: Property 'scheduler' is missing
  ipvs('x', { fwmark: 1, scheduler }); // error: Property 'servers' is missing
  ipvs('x', { fwmark: 1, scheduler, servers: [{ address: '10.0.0.1' }] }); // error: Property 'method' is missing
  ipvs('x', { fwmark: 1, scheduler, servers: [{ method: 'ipip' }] }); // error: Property 'address' is missing
  ipvs('x', { fwmark: 1, scheduler, servers: [{ address: '10.0.0.1', method: 'nat' }] }); // error: Type '"nat"' is not assignable to type 'IpvsMethod'
  ipvs('x', { fwmark: 1, scheduler, servers: [{ ...real, tunnel: { type: 'gue' } }] }); // error: Property 'port' is missing
  ipvs('x', { fwmark: 1, scheduler, servers, schedulerFlags: ['mh-prot'] }); // error: is not assignable to type 'IpvsSchedulerFlag'
  ipvs('x', { fwmark: 1, scheduler, servers, drain: 60 }); // error: Type 'number' is not assignable to type 'IpvsDrain'
  ipvsSync('master', { syncid: 7 }); // error: Property 'mcastInterface' is missing
  ipvsRealServer('192.0.2.1', { method: 'ipip', device: 'dummy0' }); // error: is not assignable
  ipvsRealServer('192.0.2.1', { method: 'masquerading' }); // error: is not assignable
});
