import type { Step } from '../../../src/steps/index.ts';
import { ip } from '../../tools.ts';
import { canonicalAddress, isAddress6 } from '../address.ts';
import { parameterRelease, parameterStep, type KernelParameter } from '../kernel-parameters.ts';
import { dummyGone, dummySteps, prefixed, tunnelSteps } from './real-server-links.ts';
import { addressesStep, noAddressesStep, type LinkAddress } from '../links/link-addresses.ts';
import { linkResource } from '../links/link-name.ts';
import { upStep } from '../links/link-steps.ts';

/** All options of {@link ipvsRealServer} in one flat type, as the checks and steps see them. */
export interface AnyRealServerOptions {
  readonly method?: 'gatewaying' | 'ipip';
  readonly device?: string;
  readonly label?: string;
  readonly state?: 'present' | 'absent';
}

/** The link that gets the address. */
export function deviceOf(vip: string, o: AnyRealServerOptions): string {
  if (o.method === 'ipip') return isAddress6(vip) ? 'ip6tnl0' : 'tunl0';
  return o.device ?? 'lo';
}

/**
 * The kernel parameters that keep the address quiet. ARP obeys the greater of `all` and the link that a request came
 * in by or goes out by; on `lo` they change nothing (seen on Linux 6.1). What comes out of a tunnel has its route
 * back elsewhere: the greater of `all` and the tunnel must not be 1, and 2 is greater than any `all`. IPv6 answers
 * only for addresses of the link that it was asked on, and has no such filter.
 */
export function parametersOf(vip: string, o: AnyRealServerOptions): readonly KernelParameter[] {
  if (isAddress6(vip)) return [];
  const tunnel = { key: 'net/ipv4/conf/tunl0/rp_filter', want: '2', inside: linkResource('tunl0') };
  return [
    { key: 'net/ipv4/conf/all/arp_ignore', want: '1' },
    { key: 'net/ipv4/conf/all/arp_announce', want: '2' },
    ...(o.method === 'ipip' ? [tunnel] : []),
  ];
}

/** The address comes last, so that the host never answers for it. */
export function presentSteps(vip: string, o: AnyRealServerOptions): readonly Step[] {
  const device = deviceOf(vip, o);
  return [
    ip,
    ...(o.method === 'ipip' ? tunnelSteps(device) : device === 'lo' ? [] : dummySteps(device)),
    ...parametersOf(vip, o).map((parameter) => parameterStep(parameter, ownerOf(vip))),
    ...(device === 'lo' ? [] : [upStep(device)]),
    addressesStep(device, [addressOf(vip, o)], false),
  ];
}

/** The address goes, with its last one a dummy link of ours, and then what it needed. */
export function goneSteps(vip: string, o: AnyRealServerOptions): readonly Step[] {
  const device = deviceOf(vip, o);
  const ours = o.method !== 'ipip' && device !== 'lo';
  return [
    ip,
    noAddressesStep(device, [addressOf(vip, o)]),
    ...(ours ? [dummyGone(vip, device)] : []),
    ...parametersOf(vip, o).map(({ key }) => parameterRelease(key, ownerOf(vip))),
  ];
}

// The same for every device: the address is what needs the parameters.
function ownerOf(vip: string): string {
  return `ipvsRealServer:${canonicalAddress(vip)}`;
}

/** What the link gets, as an address of its own. */
export function addressOf(vip: string, o: AnyRealServerOptions): LinkAddress {
  return { address: prefixed(vip), ...(o.label === undefined ? {} : { label: o.label }) };
}
