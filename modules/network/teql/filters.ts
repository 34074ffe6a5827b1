import { requires, sh, type Step } from '../../../src/steps/index.ts';
import { isAddress4 } from '../address.ts';
import type { KernelParameter } from '../kernel-parameters.ts';
import { allAddresses, bareAddress, type AddressOption } from '../links/link-addresses.ts';
import { linkResource } from '../links/link-name.ts';

/** What comes in by a slave has its way back by the equalizer, which a strict filter takes for forged. */
export function filterOf(slave: string, rpFilter: 0 | 2 = 0): KernelParameter {
  return {
    key: `net/ipv4/conf/${slave}/rp_filter`,
    want: String(rpFilter),
    inside: linkResource(slave),
  };
}

/** Whether it has IPv4 addresses, as far as that was declared. */
export function carriesIpv4(addresses: readonly AddressOption[] | undefined): boolean {
  return addresses === undefined || addresses.some((one) => isAddress4(bareAddress(one)));
}

/**
 * IPv4 packets that come in by slaves are not dropped, and ARP for the address of the equalizer is answered there. The
 * kernel obeys the greater parameter of a link and of `all`: an `rp_filter` of 2 lets packets in only by a link that has
 * an IPv4 address (seen on Linux 6.1), and any `arp_ignore` but 0 answers only for addresses of the link itself.
 */
export function letInSteps(
  name: string,
  slaves: readonly string[],
  rpFilter: 0 | 2 = 0,
  addresses?: readonly AddressOption[],
): readonly Step[] {
  if (!carriesIpv4(addresses)) return [];
  return [
    requires(`what comes in by the slaves of ${name} finds it`, {
      uses: [allAddresses],
      test: sh`ts_will /proc/sys/net/ipv4/conf/all/arp_ignore
[ "$TS_V" = 0 ] || {
  printf 'net.ipv4.conf.all.arp_ignore is %s, so nobody would get an answer to ARP for %s\n' "$TS_V" ${name} >&2
  exit 1
}
ts_will /proc/sys/net/ipv4/conf/all/rp_filter
[ "$TS_V" -gt ${String(rpFilter)} ] || TS_V=${String(rpFilter)}
[ "$TS_V" != 0 ] || exit 0
[ "$TS_V" != 1 ] || {
  printf 'net.ipv4.conf.all.rp_filter is 1, which drops them: the way back to their senders is %s\n' ${name} >&2
  exit 1
}
wrong=''
for slave in ${slaves}; do
  case $TS_FRESH in *" ipv4:$slave "*) continue ;; esac
  case ${allAddresses.output} in *": $slave    inet "*) continue ;; esac
  printf 'rp_filter is 2, which drops them where %s has no IPv4 address of its own\n' "$slave" >&2
  wrong=1
done
[ -z "$wrong" ]`,
      otherwise: `IPv4 packets that come in by the slaves would not find ${name}`,
    }),
  ];
}
