import type { KernelParameter } from '../kernel-parameters.ts';
import { ipvsModule } from './kernel.ts';
import type { AnyIpvsOptions } from './options.ts';
import { isSix } from './words.ts';

/** The kernel parameters that a service needs or that its options name. */
export function serviceParameters(o: AnyIpvsOptions): readonly KernelParameter[] {
  // With NAT the packets of both directions go through the director.
  const nat = (o.servers ?? []).some((server) => server.method === 'masquerading');
  return [
    ...(nat ? [{ key: forwarding(o), want: '1' }] : []),
    ...own.flatMap(([name, flagOf]) => {
      const flag = flagOf(o);
      return flag === undefined
        ? []
        : [{ key: `net/ipv4/vs/${name}`, want: flag ? '1' : '0', inside: ipvsModule, fresh: '0' }];
    }),
  ];
}

/** The keys of all kernel parameters that a service may have set. */
export function serviceParameterKeys(o: AnyIpvsOptions): readonly string[] {
  return [forwarding(o), ...own.map(([name]) => `net/ipv4/vs/${name}`)];
}

const own = [
  ['conntrack', (o: AnyIpvsOptions) => o.conntrack],
  // The kernel remembers a TCP connection for two minutes after its end, and drops what belongs to one whose server is gone:
  // a client that uses the same port again in that time would wait for its answer in vain.
  ['expire_nodest_conn', (o: AnyIpvsOptions) => o.expireNodestConn ?? (o.drain && true)],
  ['expire_quiescent_template', (o: AnyIpvsOptions) => o.expireQuiescentTemplate],
] as const;

function forwarding(o: AnyIpvsOptions): string {
  return isSix(o) ? 'net/ipv6/conf/all/forwarding' : 'net/ipv4/ip_forward';
}
