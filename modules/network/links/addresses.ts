import { defineModule, option, type OptionRules } from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { ip } from '../../tools.ts';
import {
  addressClaims,
  addressesStep,
  checkAddresses,
  noAddressesStep,
  type AddressOption,
  type LinkAddress,
} from './link-addresses.ts';
import { linkNameProblem } from './link-name.ts';
import { linkClaims, thereStep } from './link-steps.ts';
import { sshAddressKept, sshAddressNot } from './ssh-steps.ts';

export type { LinkAddress } from './link-addresses.ts';

interface Present {
  /** Addresses of IPv4 and IPv6: each with prefix length, or as an object with more. */
  readonly addresses: readonly (string | LinkAddress)[];
  /**
   * Exactly these: others of scope global are removed, but for those with a lifetime, which belong to whoever renews
   * them. `false` adds to what is there, so that several tasks can.
   * @defaultValue true
   */
  readonly exclusive?: boolean;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  /** Addresses that the link does not have. */
  readonly addresses: readonly (string | LinkAddress)[];
  /** The link has none of these addresses; others stay. */
  readonly state: 'absent';
}

/** Options of {@link addresses}. */
export type AddressesOptions = Present | Absent;

/** All of them in one flat type, as the checks and steps see it. */
interface AnyOptions {
  readonly addresses: readonly AddressOption[];
  readonly exclusive?: boolean;
  readonly state?: 'present' | 'absent';
}

const options: OptionRules<AddressesOptions> = {
  addresses: option.listOf(() => []),
  exclusive: option.flag,
  state: option.oneOf('present', 'absent'),
};

/**
 * IPv4 and IPv6 addresses of a link that is there. Only what was declared of each is compared; what of it the kernel
 * cannot change in place (label, broadcast, scope, length of IPv6) makes the address go and come again, whereby its
 * routes are kept. Link-local addresses of the kernel's own making are left alone. The address that SSH comes to is not
 * taken away: that is refused before anything is changed.
 *
 * @example addresses('eth1', { addresses: ['192.0.2.1/24', '2001:db8::1/64'] })
 * @example addresses('lo', { addresses: [{ address: '192.0.2.80/32', label: 'lo:web' }], exclusive: false })
 * @example addresses('ppp0', { addresses: [{ address: '192.0.2.1', peer: '192.0.2.2/32' }] })
 * @example addresses('eth1', { addresses: ['192.0.2.1/24'], state: 'absent' })
 * @see https://man7.org/linux/man-pages/man8/ip-address.8.html
 */
export const addresses = defineModule<AddressesOptions>('addresses', {
  options,
  network: true,
  claims(device, options) {
    const o: AnyOptions = options;
    return [...linkClaims(device, {}), ...addressClaims(device, o.addresses, isExclusive(o), o.state)];
  },
  check(device, options, problem) {
    const o: Partial<AnyOptions> = options;
    const wrong = linkNameProblem(device);
    if (wrong !== undefined) problem(wrong);
    if (o.state === 'absent') checkAbsent(o, ['addresses'], problem);
    if (o.addresses === undefined) problem('addresses is missing');
    else if (o.addresses.length === 0 && (o.state === 'absent' || o.exclusive === false)) {
      problem('addresses is empty: there is nothing to do');
    }
    checkAddresses(device, o.addresses, undefined, problem);
  },
  steps(device, options) {
    const o: AnyOptions = options;
    if (o.state === 'absent') {
      return [ip, sshAddressNot(device, o.addresses), noAddressesStep(device, o.addresses)];
    }
    return [
      ip,
      thereStep(device),
      ...(isExclusive(o) ? [sshAddressKept([device], o.addresses)] : []),
      addressesStep(device, o.addresses, isExclusive(o)),
    ];
  },
});

function isExclusive(o: AnyOptions): boolean {
  return o.state !== 'absent' && o.exclusive !== false;
}
