import { defineModule } from '../../../src/steps/index.ts';
import { canonicalAddress, isAddress4, isAddress6 } from '../address.ts';
import { parameterClaim } from '../kernel-parameters.ts';
import {
  addressOf,
  deviceOf,
  goneSteps,
  parametersOf,
  presentSteps,
  type AnyRealServerOptions,
} from './real-server-steps.ts';
import { addressClaims, labelProblems } from '../links/link-addresses.ts';
import { linkNameProblem } from '../links/link-name.ts';

interface Gatewaying {
  /** How the director's packets come. @defaultValue 'gatewaying' */
  readonly method?: 'gatewaying';
  /**
   * The link that gets the address: `lo`, or one that does not speak ARP. A name that no link has becomes a dummy
   * link of ours, which goes with its last address.
   * @defaultValue 'lo'
   */
  readonly device?: string;
}

interface Ipip {
  /** A tunnel: the address stands on `tunl0`, that of IPv6 on `ip6tnl0`. */
  readonly method: 'ipip';
  readonly device?: never;
}

interface Present {
  /** Label of the address, beginning with the link: `lo:web`. IPv4 only. @defaultValue as it is */
  readonly label?: string;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Gone {
  readonly label?: never;
  /** The kernel parameters go back with the last address that needs them; a tunnel link stays. */
  readonly state: 'absent';
}

/** Options of {@link ipvsRealServer}. */
export type IpvsRealServerOptions = (Gatewaying | Ipip) & (Present | Gone);

/**
 * Lets a real server take packets for a virtual address that come by `gatewaying` or `ipip`, without telling the
 * network that it has that address: it does not answer ARP for it, and does not ask in its name.
 *
 * @example ipvsRealServer('192.0.2.10', { label: 'lo:web' })
 * @example ipvsRealServer('192.0.2.10', { method: 'ipip' })
 * @example ipvsRealServer('192.0.2.10', { state: 'absent' })
 * @see https://docs.kernel.org/networking/ip-sysctl.html
 */
export const ipvsRealServer = defineModule<IpvsRealServerOptions>('ipvsRealServer', {
  network: true,
  claims(vip, options) {
    const o: AnyRealServerOptions = options;
    return [
      { resource: `real-server:${canonicalAddress(vip)}`, value: o.state ?? deviceOf(vip, o) },
      ...addressClaims(deviceOf(vip, o), [addressOf(vip, o)], false, o.state),
      ...(o.state === 'absent' ? [] : parametersOf(vip, o).map(parameterClaim)),
    ];
  },
  check(vip, options, problem) {
    const o: AnyRealServerOptions = options;
    if (!isAddress4(vip) && !(isAddress6(vip) && !vip.includes('%'))) {
      problem('the name must be the virtual address, without a prefix length');
      return;
    }
    if (o.method !== undefined && o.method !== 'gatewaying' && o.method !== 'ipip') {
      problem('method must be gatewaying or ipip; with masquerading a real server needs nothing');
    }
    if (o.method === 'ipip' && o.device !== undefined) problem('device is only for gatewaying');
    const wrong = o.device === undefined ? undefined : linkNameProblem(o.device);
    if (wrong !== undefined) problem(wrong);
    if (o.label === undefined) return;
    if (o.state === 'absent') problem("label makes no sense with state: 'absent'");
    const device = deviceOf(vip, o);
    if (isAddress6(vip)) problem('an IPv6 address has no label');
    else labelProblems(device, o.label).forEach(problem);
  },
  steps(vip, options) {
    const o: AnyRealServerOptions = options;
    return o.state === 'absent' ? goneSteps(vip, o) : presentSteps(vip, o);
  },
});
