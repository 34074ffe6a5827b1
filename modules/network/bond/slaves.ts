import { entries, reading, requires, sh, value, type Step } from '../../../src/steps/index.ts';
import { allAddresses } from '../links/link-addresses.ts';
import { linkResource } from '../links/link-name.ts';

/** Nothing is begun with a link that is not there, or that is somebody else's, or too small. */
export function linksStep(name: string, slaves: readonly string[], mtu: number | undefined): Step {
  return requires(`links for ${name}`, {
    test: sh`wrong=''
for slave in ${slaves}; do
  ts_there "$slave" || { wrong=1; continue; }
  [ "$TS_S" = value ] || continue
  link=/sys/class/net/$slave
  [ ! -e "$link/bonding" ] || { printf '%s is a bond itself\n' "$slave" >&2; wrong=1; }
  [ -e "$link"/${`upper_${name}`} ] || ts_free "$slave" || wrong=1
  ${mtu === undefined ? sh`:` : sh`ts_mtu_fits "$slave" ${mtu} || wrong=1`}
done
[ -z "$wrong" ]`,
    otherwise: `${name} cannot have the slaves ${slaves.join(', ')} as they are, so nothing was changed`,
  });
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
    inside: linkResource(name),
    fresh: { value: '' },
  });
}
