import { builtins, absent, present, requires, sh, type Step } from '../../../src/steps/index.ts';
import { modprobe } from '../../tools.ts';
import { canonicalAddress, isAddress6 } from '../address.ts';
import { inKernel } from './kernel.ts';
import { linkResource } from '../links/link-name.ts';

/** The module behind each tunnel link, and what `ip` calls links of that kind. */
const tunnels: Readonly<Record<string, { readonly module: string; readonly kind: string }>> = {
  tunl0: { module: 'ipip', kind: 'ipip' },
  ip6tnl0: { module: 'ip6_tunnel', kind: 'ip6tnl' },
};

/** The address alone, as `ip` prints it. */
export function prefixed(vip: string): string {
  return `${canonicalAddress(vip)}/${isAddress6(vip) ? 128 : 32}`;
}

/** The tunnel link, which its module brings. */
export function tunnelSteps(device: string): readonly Step[] {
  const { module, kind } = tunnels[device] ?? { module: '', kind: '' };
  return [
    modprobe,
    inKernel(module, `the kernel of this host has no such tunnels: there is no module ${module} for it`),
    present(`tunnel link ${device}`, {
      test: builtins`[ -e ${`/sys/class/net/${device}`} ]`,
      // udev sets parameters of a new link; ours come after.
      create: sh`modprobe ${module} || exit
! command -v udevadm >/dev/null || udevadm settle --timeout=10 || :`,
      // The module would take the tunnels of others along.
      remove: sh`links=$(ip -o link show type ${kind}) || exit
printf '%s\n' "$links" | while read -r _ name _; do
  case $name in ${`${device}@`}* | ${`${device}:`}* | '') continue ;; esac
  printf 'the tunnel %s needs the module too\n' "$name" >&2
  exit 1
done && modprobe -r ${module}`,
      provides: linkResource(device),
    }),
  ];
}

/** A link that keeps quiet: one of ours, or one that is there. */
export function dummySteps(device: string): readonly Step[] {
  const folder = `/sys/class/net/${device}`;
  return [
    present(`link ${device}`, {
      test: builtins`[ -e ${folder} ]`,
      create: sh`ip link add name ${device} type dummy && ip link set dev ${device} alias tsplay`,
      remove: sh`ip link del dev ${device}`,
      provides: linkResource(device),
    }),
    requires(`${device} does not speak ARP`, {
      // The flags of a loopback, 0x8, and of a link without ARP, 0x80.
      test: builtins`read -r ts_flags <${`${folder}/flags`} && [ $((ts_flags & 136)) != 0 ]`,
      otherwise: `${device} speaks ARP: on it, the host would answer for the virtual address in place of the director`,
      inside: linkResource(device),
      fresh: 'set',
    }),
  ];
}

/** No dummy link of ours without an address other than this one. */
export function dummyGone(vip: string, device: string): Step {
  const alias = `/sys/class/net/${device}/ifalias`;
  return absent(`link ${device} without other addresses`, {
    test: sh`{ read -r alias <${alias}; } 2>/dev/null && [ "$alias" = tsplay ] || exit 1
addresses=$(ip -o addr show dev ${device} scope global) || exit 2
printf '%s\n' "$addresses" | while read -r _ _ _ address _; do
  case $address in '' | ${prefixed(vip)}) ;; *) exit 1 ;; esac
done`,
    remove: sh`ip link del dev ${device}`,
    create: sh`ip link add name ${device} type dummy && ip link set dev ${device} alias tsplay up`,
  });
}
