import { isIPv4, isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  canonicalAddress,
  canonicalInterfaceAddress,
  interfaceAddressProblem,
  isAddress4,
  isAddress6,
} from '../../../modules/network/address.ts';

const parts = [
  '0',
  '1',
  '00',
  '10',
  '99',
  '100',
  '199',
  '249',
  '250',
  '255',
  '256',
  '01',
  '-1',
  '',
  '1e1',
  ' 1',
];
const groups = [
  '0',
  '1',
  '00',
  '0001',
  'abcd',
  'ABCD',
  '0db8',
  '12345',
  'g',
  '',
  ':',
  '1.2.3.4',
  '1.2.3.256',
  '%eth0',
];

/** Every text of so many parts, with a dot or colon between them. */
function texts(from: readonly string[], count: number, between: string): readonly string[] {
  if (count === 1) return from;
  return texts(from, count - 1, between).flatMap((text) => from.map((part) => `${text}${between}${part}`));
}

describe('an address', () => {
  it('is what Node takes for one, too', () => {
    const some = [...texts(parts, 4, '.').filter((_, index) => index % 7 === 0), ...texts(groups, 4, ':')];
    const long = texts(['0', 'ffff', ':'], 7, ':').map((text) => `2001:${text}`);
    const odd = ['1.2.3', '1.2.3.4.5', 'fe80::1%', 'fe80::1%a b', '::\n1', '[::1]', '::1/64'];
    const differ = [...some, ...long, ...odd].filter((text) => {
      // Node takes anything for a zone.
      const six = isIPv6(text) && (!text.includes('%') || /%[\w.@:-]+$/.test(text));
      return isAddress4(text) !== isIPv4(text) || isAddress6(text) !== six;
    });
    expect(differ).toEqual([]);
    expect([...some, ...long].filter((text) => isAddress4(text) || isAddress6(text)).length).toBeGreaterThan(
      500,
    );
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['fe80::0001%eth0.10', 'fe80::1%eth0.10'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['no address', 'no address'],
  ])('%s stands as %s in the kernel', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
    expect(canonicalInterfaceAddress(`${text}/32`)).toBe(`${canonical}/32`);
  });

  it.each(['192.0.2.1/0', '192.0.2.1/32', '2001:db8::1/128', '2001:db8::1/0'])(
    '%s can be on a link',
    (text) => {
      expect(interfaceAddressProblem(text)).toBeUndefined();
    },
  );

  it.each([
    '192.0.2.1',
    '192.0.2.1/33',
    '192.0.2.1/08',
    '192.0.2.1/-1',
    '192.0.2.1/',
    '/24',
    '10.1/8',
    '010.1.1.1/8',
    '2001:db8::1/129',
    '2001:db8::1/64/64',
    'eth0/24',
  ])('%s cannot', (text) => {
    expect(interfaceAddressProblem(text)).toContain(`'${text}'`);
  });
});
