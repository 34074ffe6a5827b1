import { entries, reading, requires, sh, value, type Step } from '../../src/steps/index.ts';
import { canonicalInterfaceAddress } from './address.ts';
import type { AnyBondOptions } from './bond-options.ts';
import { allAddresses, link } from './link-steps.ts';

/** Nothing is begun with a link that is not there, or that is somebody else's, or too small. */
export function linksStep(name: string, slaves: readonly string[], mtu: number | undefined): Step {
  const size = sh`read -r mtu <"$link/mtu" || exit
if [ "$mtu" != ${mtu ?? 0} ]; then
  text=$(ip -d -o link show dev "$slave") || exit
  case $text in *' maxmtu '*) most=\${text##* maxmtu } most=\${most%% *} ;; *) most=0 ;; esac
  [ "$most" = 0 ] || [ "$most" -ge ${mtu ?? 0} ] || { printf '%s can have an MTU of %s at most\n' "$slave" "$most" >&2; wrong=1; }
fi`;
  return requires(`links for ${name}`, {
    test: sh`wrong=''
for slave in ${slaves}; do
  link=/sys/class/net/$slave
  if [ ! -e "$link" ]; then
    # One that an earlier task would make, as a check foresees.
    case "$TS_FRESH" in *" link:$slave "*) continue ;; esac
    printf 'there is no link %s\n' "$slave" >&2
    wrong=1
    continue
  fi
  [ ! -e "$link/bonding" ] || { printf '%s is a bond itself\n' "$slave" >&2; wrong=1; }
  [ -e "$link"/${`upper_${name}`} ] || ts_free "$slave" || wrong=1
  ${mtu === undefined ? sh`:` : size}
done
[ -z "$wrong" ]`,
    otherwise: `${name} cannot have the slaves ${slaves.join(', ')} as they are, so nothing was changed`,
  });
}

/** Whoever declares this comes by SSH, and must find the host where he found it. */
export function sshSteps(
  name: string,
  slaves: readonly string[],
  { addresses, up }: AnyBondOptions,
): readonly Step[] {
  const links = [name, ...slaves];
  const kept = (addresses ?? []).map((address) => canonicalInterfaceAddress(address).replace(/\/.*/, ''));
  const stays = requires('the address that SSH comes to stays', {
    uses: [allAddresses],
    test: sh`ts_ssh_at ${allAddresses.output} ${links}
case ${` ${kept.join(' ')} `} in *" $TS_AT "*) exit 0 ;; esac
[ -z "$TS_AT" ] || { printf 'SSH came to %s\n' "$TS_AT" >&2; exit 1; }`,
    otherwise: `the host could not be reached any more: the address that SSH came to is on ${links.join(' or ')}, and not among the addresses declared. Add it, or leave addresses out`,
  });
  const goesOn = requires('SSH does not come this way', {
    uses: [allAddresses],
    test: sh`! ts_ssh_over ${allAddresses.output} ${links}`,
    otherwise: `the host could not be reached any more: this SSH connection goes over ${links.join(' or ')}, which would be down`,
  });
  return [...(addresses === undefined ? [] : [stays]), ...(up === false ? [goesOn] : [])];
}

/**
 * An address on a slave is dead weight, and its network would be looked for behind that slave alone: what the slaves
 * carry moves to the bond before they join it.
 */
export function carriedStep(name: string, slaves: readonly string[]): Step {
  return value(`what the slaves of ${name} carry themselves`, {
    uses: [allAddresses],
    read: reading(sh`ts_carried ${allAddresses.output} ${name} ${slaves}`),
    want: '',
    write: sh`ts_carry "$1" ${name} ${slaves}`,
  });
}

export function slavesStep(name: string, slaves: readonly string[]): Step {
  return entries(`slaves of ${name}`, {
    list: sh`read -r slaves <${`/sys/class/net/${name}/bonding/slaves`} || :
for slave in $slaves; do printf '%s\n' "$slave"; done`,
    want: slaves.map((slave) => [slave]),
    // The kernel takes no slave that is up, and leaves a freed one down.
    add: sh`printf 'link set dev %s down\nlink set dev %s master %s\n' "$1" "$1" ${name} | ip -b -`,
    remove: sh`printf 'link set dev %s nomaster\nlink set dev %s up\n' "$1" "$1" | ip -b -`,
    devices: true,
    inside: link(name),
    fresh: { value: '' },
  });
}
