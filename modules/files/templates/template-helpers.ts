import { option, Secret } from '../../../src/steps/index.ts';
import { bitsOf, broadcastOf, isAddress4, isAddress6, networkOf } from '../../network/address.ts';

/** Reveals a secret, and makes one of all that the template comes to. */
export type Reveal = (value: Secret) => string;

/** What a helper makes of its arguments, or a sentence about what is wrong with them. */
type Helper = (args: readonly unknown[], reveal: Reveal) => unknown;

class Wrong extends Error {}

const wrong = (text: string): never => {
  throw new Wrong(text);
};

/** What a value prints as; undefined if it has no text. */
export function printable(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  return ['number', 'bigint', 'boolean'].includes(typeof value) ? String(value) : undefined;
}

function textOf(value: unknown, reveal: Reveal): string {
  if (value instanceof Secret) return reveal(value);
  return printable(value) ?? wrong(`needs a text, not ${option.shown(value)}`);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : wrong(`needs a list, not ${option.shown(value)}`);
}

const open = (value: unknown, reveal: Reveal): unknown => (value instanceof Secret ? reveal(value) : value);

/** As `if` sees it. */
const holds = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

/** One way for all texts, and one for all numbers, the same on every machine. */
function compared(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return wrong(
    `compares numbers with numbers and texts with texts, not ${option.shown(a)} with ${option.shown(b)}`,
  );
}

/** An address, with the length of its prefix where it has one. */
function addressOf(
  value: unknown,
  reveal: Reveal,
): { readonly address: string; readonly length: number | undefined } {
  const text = textOf(value, reveal);
  const [address = '', length, ...rest] = text.split('/');
  const longest = isAddress4(address) ? 32 : isAddress6(address) && !address.includes('%') ? 128 : -1;
  const fits = length === undefined || (/^(?:0|[1-9]\d{0,2})$/.test(length) && Number(length) <= longest);
  return longest < 0 || !fits || rest.length > 0
    ? wrong(`needs an address such as 192.0.2.5/24, not ${option.shown(value)}`)
    : { address, length: length === undefined ? undefined : Number(length) };
}

function networkAddressOf(
  value: unknown,
  reveal: Reveal,
): { readonly address: string; readonly length: number } {
  const { address, length } = addressOf(value, reveal);
  return length === undefined
    ? wrong(`needs an address with a prefix length, such as 192.0.2.5/24, not ${option.shown(value)}`)
    : { address, length };
}

function netmask(value: unknown, reveal: Reveal): string {
  const { address, length } = networkAddressOf(value, reveal);
  if (!isAddress4(address)) return wrong('needs an IPv4 address: networks of IPv6 have no netmask');
  const bits = '1'.repeat(length).padEnd(32, '0');
  return (bits.match(/.{8}/g) ?? []).map((part) => Number.parseInt(part, 2)).join('.');
}

function indented(spaces: unknown, value: unknown, reveal: Reveal): string {
  if (typeof spaces !== 'number' || !Number.isInteger(spaces) || spaces < 0)
    return wrong(`needs a number of spaces first, not ${option.shown(spaces)}`);
  return textOf(value, reveal).replaceAll(/^(?=[^\n])/gm, ' '.repeat(spaces));
}

function json(value: unknown, spaces: unknown, reveal: Reveal): string {
  // What stands in the object itself: a secret says another text of itself.
  const opened = function (this: Readonly<Record<string, unknown>>, key: string, one: unknown): unknown {
    const held = this[key];
    return held instanceof Secret ? reveal(held) : one;
  };
  const text = JSON.stringify(value, opened, Number(spaces ?? 0));
  return (text as string | undefined) ?? wrong(`needs what JSON can say, not ${option.shown(value)}`);
}

/** The helpers, with how many arguments they have at least and at most. */
const helpers: Readonly<Record<string, readonly [least: number, most: number, helper: Helper]>> = {
  default: [
    2,
    2,
    ([value, other]) => (value === undefined || value === null || value === '' ? other : value),
  ],
  eq: [2, 2, ([a, b], reveal) => open(a, reveal) === open(b, reveal)],
  ne: [2, 2, ([a, b], reveal) => open(a, reveal) !== open(b, reveal)],
  lt: [2, 2, ([a, b]) => compared(a, b) < 0],
  gt: [2, 2, ([a, b]) => compared(a, b) > 0],
  and: [1, Infinity, (args) => args.find((one) => !holds(one)) ?? args.at(-1)],
  or: [1, Infinity, (args) => args.find(holds) ?? args.at(-1)],
  not: [1, 1, ([value]) => !holds(value)],
  includes: [
    2,
    2,
    ([list, value], reveal) => listOf(list).some((one) => open(one, reveal) === open(value, reveal)),
  ],
  join: [
    2,
    2,
    ([list, between], reveal) =>
      listOf(list)
        .map((one) => textOf(one, reveal))
        .join(textOf(between, reveal)),
  ],
  sorted: [1, 1, ([list]) => listOf(list).toSorted(compared)],
  unique: [1, 1, ([list]) => [...new Set(listOf(list))]],
  json: [1, 2, ([value, spaces], reveal) => json(value, spaces, reveal)],
  indent: [2, 2, ([spaces, value], reveal) => indented(spaces, value, reveal)],
  upper: [1, 1, ([value], reveal) => textOf(value, reveal).toUpperCase()],
  lower: [1, 1, ([value], reveal) => textOf(value, reveal).toLowerCase()],
  host: [1, 1, ([value], reveal) => addressOf(value, reveal).address],
  prefix: [1, 1, ([value], reveal) => networkAddressOf(value, reveal).length],
  netmask: [1, 1, ([value], reveal) => netmask(value, reveal)],
  network: [
    1,
    1,
    ([value], reveal) => {
      const { address, length } = networkAddressOf(value, reveal);
      return networkOf(bitsOf(address), length);
    },
  ],
  broadcast: [
    1,
    1,
    ([value], reveal) => {
      const { address, length } = networkAddressOf(value, reveal);
      return (
        broadcastOf(`${address}/${length}`) ?? wrong(`needs a network of IPv4 that has a broadcast address`)
      );
    },
  ],
};

export const helperNames: readonly string[] = Object.keys(helpers);

/** Calls a helper; gives what it makes, or what is wrong. */
export function callHelper(
  name: string,
  args: readonly unknown[],
  reveal: Reveal,
): { readonly value: unknown } | { readonly problem: string } {
  const [least, most, helper] = helpers[name] ?? [0, Infinity, () => undefined];
  if (args.length < least || args.length > most) {
    const count = least === most ? String(least) : `at least ${least}`;
    return { problem: `${name} has ${count} argument${least === 1 ? '' : 's'}, not ${args.length}` };
  }
  try {
    return { value: helper(args, reveal) };
  } catch (error) {
    if (error instanceof Wrong) return { problem: `${name} ${error.message}` };
    throw error;
  }
}
