import { isTaskOption } from '../../../src/steps/index.ts';
import { isAddress4 } from '../address.ts';
import type { AnyBondOptions } from './options.ts';
import { choices, modesOf, type Choice } from './settings.ts';
import { checkAddresses } from '../links/link-addresses.ts';
import { linkNameProblem } from '../links/link-name.ts';
import { mtu, up } from '../links/link-steps.ts';

type Problem = (text: string) => void;

const known = new Set<string>([
  ...Object.keys(modesOf),
  ...Object.keys(choices),
  'slaves',
  'miimon',
  'updelay',
  'downdelay',
  'mtu',
  'addresses',
  'up',
  'state',
]);

/** Value rules that types cannot say, and all that types say for those who come without. */
export function checkBond(name: string, o: AnyBondOptions, problem: Problem): void {
  const wrong = linkNameProblem(name);
  if (wrong !== undefined) problem(wrong);
  const given = Object.entries(o).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  for (const key of given) {
    if (!known.has(key) && !isTaskOption(key)) problem(`${key} is not an option of a bond`);
  }
  if (o.state === 'absent') {
    for (const key of given) {
      if (known.has(key) && key !== 'state') problem(`${key} makes no sense with state: 'absent'`);
    }
    return;
  }
  if (o.state !== undefined && o.state !== 'present') problem("state must be 'present' or 'absent'");
  checkChoices(o, problem);
  const slaves = checkSlaves(name, o, problem);
  if (o.primary !== undefined && !slaves.includes(o.primary)) {
    problem(`primary '${o.primary}' is not one of the slaves`);
  }
  checkMonitor(o, problem);
  whole('minLinks', o.minLinks, 0, problem);
  if (o.minLinks !== undefined && o.minLinks > slaves.length) {
    problem(`minLinks is ${o.minLinks}, but there are ${slaves.length} slaves: the bond would never be up`);
  }
  for (const [key, rule] of Object.entries({ mtu, up })) {
    const given: unknown = o[key as 'mtu' | 'up'];
    if (given !== undefined) rule(key, given).forEach(problem);
  }
  checkAddresses(name, o.addresses, o.mtu, problem);
}

function checkChoices(o: AnyBondOptions, problem: Problem): void {
  for (const option of Object.keys(choices) as Choice[]) {
    const value = o[option];
    const names: readonly string[] = choices[option];
    if (value === undefined ? option === 'mode' : !names.includes(value)) {
      problem(`${option} must be one of ${names.join(', ')}, not ${value ?? 'left out'}`);
    }
  }
  const { mode } = o;
  if (mode === undefined || !choices.mode.includes(mode)) return;
  for (const [key, modes] of Object.entries(modesOf)) {
    if (o[key as keyof AnyBondOptions] !== undefined && !modes.includes(mode)) {
      problem(`${key} is not an option of mode ${mode} (it is of ${modes.join(', ')})`);
    }
  }
}

/** Gives those that are the names of links. */
function checkSlaves(name: string, o: AnyBondOptions, problem: Problem): readonly string[] {
  if (!Array.isArray(o.slaves)) {
    problem("slaves must be a list, such as ['eth1', 'eth2']");
    return [];
  }
  const slaves: readonly unknown[] = o.slaves;
  if (slaves.length === 0) problem("slaves is empty: a bond needs at least one (or say state: 'absent')");
  if (slaves.includes(name)) problem('a bond cannot be its own slave');
  if (slaves.includes('lo')) problem('lo cannot be a slave: the kernel refuses it');
  const seen = new Set<unknown>();
  for (const slave of slaves) {
    const wrong = linkNameProblem(slave);
    if (wrong !== undefined) problem(wrong);
    if (seen.has(slave)) problem(`the slave ${String(slave)} is given twice`);
    seen.add(slave);
  }
  return slaves.filter((slave) => typeof slave === 'string');
}

function checkMonitor(o: AnyBondOptions, problem: Problem): void {
  for (const key of ['miimon', 'updelay', 'downdelay'] as const) whole(key, o[key], 0, problem);
  whole('arpInterval', o.arpInterval, 1, problem);
  const arp = o.arpInterval !== undefined || o.arpIpTargets !== undefined;
  if (arp) checkArp(o, problem);
  const miimon = o.miimon ?? 100;
  if (miimon === 0 && ['802.3ad', 'balance-tlb', 'balance-alb'].includes(o.mode ?? '')) {
    problem(`mode ${o.mode} needs miimon: without it the loss of a link is never noticed`);
  }
  for (const key of ['updelay', 'downdelay'] as const) {
    const delay = o[key];
    if (delay === undefined) continue;
    if (arp) {
      problem(`${key} is counted in checks of miimon, which arpInterval excludes`);
    } else if (miimon === 0 ? delay > 0 : delay % miimon !== 0) {
      problem(
        `${key} must be a multiple of miimon (${miimon} ms), or the kernel rounds it down; it is ${delay}`,
      );
    }
  }
}

function checkArp(o: AnyBondOptions, problem: Problem): void {
  if (o.miimon !== undefined) {
    problem('miimon and arpInterval exclude each other: the kernel sets one to 0 when it gets the other');
  }
  if (o.arpInterval === undefined) problem('arpIpTargets needs arpInterval');
  if (!Array.isArray(o.arpIpTargets) || o.arpIpTargets.length === 0) {
    problem('arpInterval needs arpIpTargets, a list of IPv4 addresses');
    return;
  }
  const targets: readonly unknown[] = o.arpIpTargets;
  if (targets.length > 16) problem('the kernel takes at most 16 arpIpTargets');
  const seen = new Set<unknown>();
  for (const target of targets) {
    const host = typeof target === 'string' && isAddress4(target);
    if (!host || /^(0\.0\.0\.0|255\.255\.255\.255)$/.test(target))
      problem(`the ARP target '${String(target)}' is not the IPv4 address of a host`);
    if (seen.has(target)) problem(`the ARP target ${String(target)} is given twice`);
    seen.add(target);
  }
}

function whole(what: string, number: number | undefined, low: number, problem: Problem): void {
  if (number !== undefined && !(Number.isInteger(number) && number >= low && number < 2 ** 31)) {
    problem(`${what} must be a whole number from ${low}, not ${number}`);
  }
}
