import { expect, it } from 'vitest';
import { namesIn, openAtEnd } from '../../../src/cli/console/scan.ts';

it.each([
  ['', ''],
  ['f(1)', ''],
  ['f(', '('],
  ['f({ a: [1, 2', '({['],
  ['f(\'(\', "{"', '('],
  ["f('it\\'s (')", ''],
  ['`a', '`'],
  ['`a ${b', '`${'],
  ['`a ${b({`x`})} \\` {`', ''],
  ['a // (', ''],
  ['a /* ( */', ''],
  ['a /* (', '/*'],
  ["'unclosed", ''],
  [')', ''],
])('of %s there is open %s', (text, open) => {
  expect(openAtEnd(text).join('')).toBe(open);
});

it('names are those that could be of something from outside', () => {
  const text = "file(at, { content: vars.motd + 'rule', $x: `${host.name}` }) // route";
  expect([...namesIn(text)]).toEqual(['file', 'at', 'content', 'vars', '$x', '$', 'host']);
});
