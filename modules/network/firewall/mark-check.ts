import { isAddress4 } from '../address.ts';
import { checkAbsent } from '../../absent.ts';
import { familyOf } from '../routing/route-steps.ts';
import { firewallNameProblem, type Family } from './chains.ts';
import { isSent, passes } from './mark-chains.ts';
import { markKeys, matchesOf, type AnyMarkOptions, type MarkMatch } from './mark-options.ts';
import { addressesOf, checkMatch } from './match.ts';

function told(o: AnyMarkOptions): 4 | 6 | 0 {
  const { via, sourceNat } = o;
  const address = sourceNat === 'masquerade' || sourceNat === 'none' ? undefined : sourceNat;
  return familyOf([via ?? [], address ?? [], ...matchesOf(o).map(addressesOf)].flat(), o.family);
}

/** The family of a mark route. */
export function markFamily(o: AnyMarkOptions): Family {
  return told(o) === 6 ? 6 : 4;
}

/** What several options say together. */
export function checkMarkRoute(name: string, o: AnyMarkOptions, problem: (text: string) => void): void {
  const wrong = firewallNameProblem(name);
  if (wrong !== undefined) problem(wrong);
  for (const key of ['priority', 'table', 'dev'] as const)
    if (o[key] === undefined) problem(`${key} is missing`);
  if (o.state === 'absent') {
    checkAbsent(o, markKeys, problem);
    return;
  }
  if (told(o) === 0) problem('all addresses and family must be of one family, IPv4 or IPv6');
  if (o.match === undefined)
    problem("match is missing: which packets, such as { protocol: 'tcp', dport: 25 }");
  for (const [index, match] of matchesOf(o).entries()) {
    checkOne(o, match, Array.isArray(o.match) ? `match[${index}].` : 'match.', problem);
  }
  checkMarks(o, problem);
  checkReturn(o, problem);
}

function checkOne(o: AnyMarkOptions, match: MarkMatch, at: string, problem: (text: string) => void): void {
  checkMatch(match, markFamily(o), at, problem);
  if (Object.values(match).every((one) => one === undefined)) {
    problem(
      `${at.slice(0, -1)} says nothing: a route for all packets is a default route, by the module route`,
    );
  }
  if (match.uid !== undefined && match.inInterface !== undefined) {
    problem(`${at}uid and ${at}inInterface exclude each other: what has come in is of no user`);
  } else if (!passes(o, match) && !isSent(o, match)) {
    const [name, what] =
      match.uid === undefined ? ['inInterface', 'has come in'] : ['uid', 'the host itself sends'];
    problem(`${at}${name} is about what ${what}, and traffic is '${o.traffic}'`);
  }
  if (match.inInterface !== undefined && match.inInterface === o.dev) {
    problem(`${at}inInterface is dev: packets would be sent back where they come from`);
  }
}

function checkMarks({ mark, mask = 0xffffffff }: AnyMarkOptions, problem: (text: string) => void): void {
  if (mark === undefined) problem('mark is missing');
  else if ((mark & ~mask) >>> 0 !== 0) {
    problem(`mark ${mark} has bits outside of mask ${mask}: it would never match`);
  }
}

function checkReturn(o: AnyMarkOptions, problem: (text: string) => void): void {
  const { via, dev, connmark = true, rpFilter } = o;
  if (o.onlink === true && via === undefined) problem('onlink needs via');
  if (via !== undefined && dev !== undefined && markFamily(o) === 6 && isAddress4(via)) {
    problem('a route of IPv6 cannot have a gateway of IPv4');
  }
  if (rpFilter !== undefined && markFamily(o) === 6) {
    problem('rpFilter is for IPv4 only: the kernel has no such filter for IPv6');
  }
  if (!connmark && o.inbound === true) problem('inbound needs connmark');
  if (!connmark && o.outbound === true) problem('outbound needs connmark');
  if (!connmark && rpFilter === 'srcValidMark') problem("rpFilter 'srcValidMark' needs connmark");
  if (rpFilter === 'srcValidMark' && o.mainFirst === false) {
    problem(
      "rpFilter 'srcValidMark' needs mainFirst: replies that pass through would be sent back to the gateway",
    );
  }
}
