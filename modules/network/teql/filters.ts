import { requires, sh, type Step } from '../../../src/steps/index.ts';
import { isAddress4 } from '../address.ts';
import type { KernelParameter } from '../kernel-parameters.ts';
import { allAddresses, bareAddress, type AddressOption } from '../link-addresses.ts';
import { linkResource } from '../link-name.ts';

/** What comes in by a slave has its way back by the equalizer, which a strict filter takes for forged. */
export function filterOf(slave: string, rpFilter: 0 | 2 = 0): KernelParameter {
  return {
    key: `net/ipv4/conf/${slave}/rp_filter`,
    want: String(rpFilter),
    inside: linkResource(slave),
  };
}

/**
 * IPv4 packets that come in by slaves are not dropped. The kernel obeys the greater filter of a link and of `all`: 2 lets
 * them in only by a link that has an IPv4 address (seen on Linux 6.1).
 */
export function letInSteps(
  name: string,
  slaves: readonly string[],
  rpFilter: 0 | 2 = 0,
  addresses?: readonly AddressOption[],
): readonly Step[] {
  if (addresses !== undefined && !addresses.some((one) => isAddress4(bareAddress(one)))) return [];
  return [
    requires(`what comes in by the slaves of ${name} is not dropped`, {
      uses: [allAddresses],
      test: sh`ts_will /proc/sys/net/ipv4/conf/all/rp_filter
[ "$TS_V" -gt ${String(rpFilter)} ] || TS_V=${String(rpFilter)}
case $TS_V in
  0) exit 0 ;;
  1) printf 'net.ipv4.conf.all.rp_filter is 1\n' >&2; exit 1 ;;
esac
wrong=''
for slave in ${slaves}; do
  case $TS_FRESH in *" ipv4:$slave "*) continue ;; esac
  case ${allAddresses.output} in *": $slave    inet "*) continue ;; esac
  printf 'rp_filter is 2 and %s has no IPv4 address\n' "$slave" >&2
  wrong=1
done
[ -z "$wrong" ]`,
      otherwise: `${name} would lose the IPv4 packets that come in by its slaves: rp_filter drops them, since the way back to their senders is ${name}. Set net.ipv4.conf.all.rp_filter to 0, or give each slave an IPv4 address of its own and have 2 there or as rpFilter`,
    }),
  ];
}
