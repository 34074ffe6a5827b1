import { builtins, requires, sh, type Step } from '../../../src/steps/index.ts';
import { addressKey, allAddresses, bareAddress, type AddressOption } from './link-addresses.ts';

// Whoever declares this comes by SSH, and must find the host where he found it.

const cutOff = 'the host could not be reached any more';

/** The address that SSH comes to stays: it is on none of these links, or among those that are kept. */
export function sshAddressKept(links: readonly string[], kept: readonly AddressOption[]): Step {
  const addresses = ` ${kept.map(bareAddress).join(' ')} `;
  return requires('the address that SSH comes to stays', {
    uses: [allAddresses],
    test: builtins`ts_ssh_at ${allAddresses.output} ${links}
case ${addresses} in *" $TS_AT "*) return 0 ;; esac
[ -z "$TS_AT" ] || { printf 'SSH came to %s\n' "$TS_AT" >&2; return 1; }`,
    otherwise: `${cutOff}: the address that SSH came to is on ${links.join(' or ')}, and not among the addresses declared. Add it, or leave addresses out`,
  });
}

/** None of these addresses of a link is the one that SSH comes to. */
export function sshAddressNot(link: string, gone: readonly AddressOption[]): Step {
  return requires('the address that SSH comes to stays', {
    uses: [allAddresses],
    test: builtins`ts_ssh_at ${allAddresses.output} ${link}
case ${` ${gone.map(bareAddress).join(' ')} `} in *" \${ts_at_any:-none} "*) ;; *) return 0 ;; esac
printf 'SSH came to %s\n' "$ts_at_any" >&2
return 1`,
    otherwise: `${cutOff}: SSH came to one of the addresses ${gone.map(addressKey).join(', ')} of ${link}. Come by another one`,
  });
}

/** SSH does not go over one of these links, or what stands on them; `otherwise` says what to do where it does. */
export function sshElsewhere(links: readonly string[], otherwise: string): Step {
  return requires('SSH does not come this way', {
    uses: [allAddresses],
    test: sh`! ts_ssh_over ${allAddresses.output} ${links}`,
    otherwise: `${cutOff}: this SSH connection goes over ${links.join(' or ')}${otherwise}`,
  });
}
