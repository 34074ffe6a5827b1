import {
  absent,
  entries,
  present,
  query,
  sh,
  value,
  sysFile,
  type EntriesStep,
  type Resource,
  type Step,
} from '../../src/steps/index.ts';
import { canonicalInterfaceAddress, interfaceAddressProblem, isAddress6 } from './address.ts';

/** The addresses of all links: one process for all steps that look at them. */
export const allAddresses = query('addresses', sh`ip -o addr show`);

/** The resource that a link is. */
export function link(device: string): Resource {
  return `link:${device}`;
}

/** What is wrong with the name of a link, or undefined. */
export function linkNameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return `'${String(name)}' is not the name of a link`;
  if (Buffer.byteLength(name) > 15) return `'${name}' is too long: the kernel takes 15 bytes`;
  // The last three name something else below /proc/sys/net and /sys/class/net.
  if (!/^[\w.][\w.@+-]*$/.test(name) || /^\.\.?$|^(all|default|bonding_masters)$/.test(name))
    return `'${name}' is not the name of a link: give up to 15 letters, digits and any of _.@+-`;
  return undefined;
}

/** Steps that many kinds of link share: MTU, up, addresses. */
export function linkSteps(
  device: string,
  o: {
    readonly mtu?: number | undefined;
    readonly up?: boolean | undefined;
    readonly addresses?: readonly string[] | undefined;
  },
): readonly Step[] {
  return [
    ...(o.mtu === undefined ? [] : [mtuStep(device, o.mtu)]),
    ...(o.up === undefined ? [] : [o.up ? upStep(device) : downStep(device)]),
    ...(o.addresses === undefined ? [] : [addressesStep(device, o.addresses)]),
  ];
}

export function mtuStep(device: string, mtu: number): Step {
  return value(`mtu of ${device}`, {
    read: sysFile(`/sys/class/net/${device}/mtu`),
    want: String(mtu),
    write: sh`ip link set dev ${device} mtu "$1"`,
    inside: link(device),
    fresh: { value: '1500' },
  });
}

const isUp = (device: string) =>
  sh`read -r flags <${`/sys/class/net/${device}/flags`} && [ $((flags & 1)) = 1 ]`;

export function upStep(device: string): Step {
  return present(`${device} is up`, {
    test: isUp(device),
    create: sh`ip link set dev ${device} up`,
    remove: sh`ip link set dev ${device} down`,
    inside: link(device),
    // A new link is down.
    fresh: { value: 'no' },
  });
}

/** With a link that goes down its routes go, and its IPv6 addresses: they come back if it comes back. */
export function downStep(device: string): Step {
  return absent(`${device} is up`, {
    test: isUp(device),
    save: sh`TS_AROUND=${device}; ts_capture && printf '%s' "$TS_CAPTURED"`,
    remove: sh`ip link set dev ${device} down`,
    create: sh`ip link set dev ${device} up && { TS_RC=0 TS_CAPTURED=$1; ts_restore; return "$TS_RC"; }`,
    inside: link(device),
    fresh: { value: 'no' },
  });
}

// The kernel's own addresses (link-local) and those with a lifetime belong to others.
export function addressesStep(device: string, addresses: readonly string[]): EntriesStep {
  const wanted = addresses.map(canonicalInterfaceAddress);
  return entries(`addresses of ${device}`, {
    uses: [allAddresses],
    list: sh`ts_addresses ${allAddresses.output} ${device} ${wanted}`,
    want: wanted.map((address) => [address]),
    add: sh`ts_set_address ${device} "$@"`,
    change: sh`ts_set_address ${device} "$@"`,
    remove: sh`ts_del_address ${device} "$@"`,
    inside: link(device),
    fresh: { value: '' },
  });
}

/** Checks what {@link linkSteps} gets. */
export function checkLink(
  o: {
    readonly mtu?: number | undefined;
    readonly up?: boolean | undefined;
    readonly addresses?: readonly string[] | undefined;
  },
  problem: (text: string) => void,
): void {
  if (o.mtu !== undefined && !(Number.isInteger(o.mtu) && o.mtu >= 68 && o.mtu <= 65535)) {
    problem(`mtu must be a whole number of bytes from 68 to 65535, not ${o.mtu}`);
  }
  if (o.up !== undefined && typeof o.up !== 'boolean') problem('up must be true or false');
  if (o.addresses !== undefined && !Array.isArray(o.addresses)) {
    problem("addresses must be a list, such as ['192.0.2.1/24']");
    return;
  }
  const seen = new Set<string>();
  for (const address of o.addresses ?? []) {
    const wrong = interfaceAddressProblem(address);
    if (wrong !== undefined) {
      problem(wrong);
      continue;
    }
    const canonical = canonicalInterfaceAddress(address);
    if (seen.has(canonical)) problem(`the address ${canonical} is given twice`);
    seen.add(canonical);
  }
  if ((o.mtu ?? 1500) < 1280 && [...seen].some((address) => isAddress6(address.split('/')[0] ?? ''))) {
    problem(`mtu ${o.mtu} is too small for IPv6, which needs 1280; there would be no IPv6 addresses`);
  }
}
