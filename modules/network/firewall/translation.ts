import { option, type OptionRule } from '../../../src/steps/index.ts';
import { bitsOf, canonicalAddress, isAddress4, isAddress6 } from '../address.ts';
import { portText, rangeOf, type PortRange } from './match.ts';

const isAddress = (text: string): boolean => isAddress4(text) || (isAddress6(text) && !text.includes('%'));

/** First and last of a range of addresses, which may be one. */
function endsOf(text: string): readonly string[] {
  return text.split('-');
}

/** The address that packets get, or a range of addresses. */
export const translatedAddress: OptionRule = option.rule(
  "an address, or a range such as '192.0.2.1-192.0.2.9'",
  (value) => {
    if (typeof value !== 'string') return false;
    const ends = endsOf(value);
    if (ends.length > 2 || !ends.every(isAddress)) return false;
    const [low = '', high = low] = ends.map(bitsOf);
    return low.length === high.length && low <= high;
  },
);

/** The port that packets get, or a range of ports. */
export const translatedPorts: OptionRule = option.rule(
  "a port from 1 to 65535, or a range such as '8000-8010'",
  (value) =>
    [rangeOf(value) ?? value]
      .flat()
      .every((port) => Number.isSafeInteger(port) && Number(port) >= 1 && Number(port) <= 65535),
);

/** One address of what packets get: it tells the family. */
export function firstAddress(to: string): string {
  return endsOf(to)[0] ?? '';
}

/** The addresses and ports that packets get, as words of a rule. */
export function translationWords(to: string, toPorts: PortRange | undefined): readonly string[] {
  return [[...new Set(endsOf(to).map(canonicalAddress))].join('-'), portWords(toPorts)];
}

/** Ports as a word of a rule. */
export function portWords(toPorts: PortRange | undefined): string {
  return toPorts === undefined ? '-' : portText(toPorts);
}
