import {
  bitsOf,
  canonicalAddress,
  canonicalNetwork,
  isAddress4,
  isAddress6,
  networkProblem,
} from '../address.ts';
import type { Family } from './chains.ts';

/** What the members of a set are, in the words of ipset. */
export type SetType = 'hash:ip' | 'hash:net' | 'hash:ip,port' | 'hash:net,port';

/** A member as its parts: an address or a network, and `tcp:80` where the type has ports. */
function partsOf(member: string): readonly [string, string | undefined] {
  const [address = '', ...port] = member.split(',');
  return [address, port.length === 0 ? undefined : port.join(',')];
}

/** What is wrong with a member of a set of this type, or undefined. */
export function memberProblem(member: unknown, type: SetType): string | undefined {
  if (typeof member !== 'string') return `a member must be a text, not ${typeof member}`;
  const [address, port] = partsOf(member);
  const single = isAddress4(address) || (isAddress6(address) && !address.includes('%'));
  const wrong = networkProblem(address);
  if (type.startsWith('hash:ip') && !single) {
    return `'${address}' is not an address, and a set of type ${type} has no networks`;
  }
  if (wrong !== undefined) return wrong;
  if (canonicalNetwork(address) === 'default') {
    return `'${address}' cannot be in a set: a network has at least one bit there. Give its two halves`;
  }
  if (!type.endsWith(',port')) {
    return port === undefined ? undefined : `'${member}' has a port, and a set of type ${type} has none`;
  }
  const [, number = ''] = /^(?:tcp|udp|sctp):([1-9]\d{0,4})$/.exec(port ?? '') ?? [];
  return number !== '' && Number(number) <= 65535
    ? undefined
    : `'${member}' must be an address and a port such as '192.0.2.1,tcp:80'; there are tcp, udp and sctp`;
}

/** The family of a member. */
export function memberFamily(member: string): Family {
  return isAddress6(partsOf(member)[0].replace(/\/.*/, '')) ? 6 : 4;
}

/** The members as the kernel lists them, sorted, without those that another network has in it anyway. */
export function canonicalMembers(members: readonly string[]): readonly string[] {
  const known = new Map<string, string>();
  for (const member of members) {
    const [address, port] = partsOf(member);
    const network = address.includes('/') ? canonicalNetwork(address) : canonicalAddress(address);
    const [start = '', length] = network.split('/');
    const bits = bitsOf(start).slice(0, length === undefined ? undefined : Number(length));
    known.set(`${port ?? ''} ${bits}`, port === undefined ? network : `${network},${port}`);
  }
  // A network stands right before what is in it.
  let last = '\n';
  return [...known]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .filter(([key]) => {
      if (key.startsWith(last)) return false;
      last = key;
      return true;
    })
    .map(([, member]) => member)
    .toSorted();
}
