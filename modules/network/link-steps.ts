import {
  entries,
  present,
  sh,
  value,
  sysFile,
  type EntriesStep,
  type Resource,
  type Step,
} from '../../src/steps/index.ts';
import { canonicalInterfaceAddress, interfaceAddressProblem } from './address.ts';

/** The resource that a link is. */
export function link(device: string): Resource {
  return `link:${device}`;
}

/** What is wrong with the name of a link, or undefined. */
export function linkNameProblem(name: string): string | undefined {
  if (Buffer.byteLength(name) > 15) return `'${name}' is too long: the kernel takes 15 bytes`;
  if (name === '.' || name === '..' || !/^[\w.@+-]+$/.test(name))
    return `'${name}' is not the name of a link`;
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
  const inside = link(device);
  const steps: Step[] = [];
  if (o.mtu !== undefined) {
    steps.push(
      value(`mtu of ${device}`, {
        read: sysFile(`/sys/class/net/${device}/mtu`),
        want: String(o.mtu),
        write: sh`ip link set dev ${device} mtu "$1"`,
        inside,
        fresh: { value: '1500' },
      }),
    );
  }
  if (o.up !== undefined) steps.push(upStep(device, o.up));
  if (o.addresses !== undefined) steps.push(addressesStep(device, o.addresses));
  return steps;
}

function upStep(device: string, up: boolean): Step {
  return present(`${device} is ${up ? 'up' : 'down'}`, {
    test: sh`read -r flags <${`/sys/class/net/${device}/flags`} && [ $((flags & 1)) = ${up ? 1 : 0} ]`,
    create: sh`ip link set dev ${device} ${up ? 'up' : 'down'}`,
    remove: sh`ip link set dev ${device} ${up ? 'down' : 'up'}`,
    inside: link(device),
    // A new link is down.
    fresh: { value: up ? 'no' : 'yes' },
  });
}

// The kernel's own addresses (link-local) and those with a lifetime belong to others.
function addressesStep(device: string, addresses: readonly string[]): EntriesStep {
  return entries(`addresses of ${device}`, {
    list: sh`out=$(ip -o addr show dev ${device} scope global) || exit 2
printf '%s\n' "$out" | while read -r _ _ family address rest; do
  case " $rest " in *' dynamic '*) continue ;; esac
  [ -z "$family" ] || printf '%s\n' "$address"
done`,
    want: addresses.map((address) => [canonicalInterfaceAddress(address)]),
    add: sh`ip addr add "$1" dev ${device}`,
    remove: sh`ip addr del "$1" dev ${device}`,
    inside: link(device),
    fresh: { value: '' },
  });
}

/** Checks what {@link linkSteps} gets. */
export function checkLink(
  o: { readonly mtu?: number | undefined; readonly addresses?: readonly string[] | undefined },
  problem: (text: string) => void,
): void {
  if (o.mtu !== undefined && !(Number.isInteger(o.mtu) && o.mtu >= 68 && o.mtu <= 65535)) {
    problem(`mtu must be a whole number of bytes from 68 to 65535, not ${o.mtu}`);
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
}
