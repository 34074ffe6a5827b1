import { expect, it } from 'vitest';
import { readable } from '../../../src/runner/session/entry-text.ts';
import { entries, reading, sh, value } from '../../../src/steps/index.ts';

const set = entries('keys', { list: sh`true`, want: [], add: sh`true`, remove: sh`true` });
const one = value('mtu', { read: reading(sh`true`), want: '1', write: sh`true` });

it.each([
  ['AAAA\tssh-ed25519 AAAA ops', 'ssh-ed25519 AAAA ops'],
  ['10.0.0.1:80\t-g\t-w\t3', '10.0.0.1:80 -g -w 3'],
  ['a\t\tb\nc', 'a b\nc'],
  ['', ''],
])('entries are told for a reader: %j', (text, told) => {
  expect(readable(set, text)).toBe(told);
});

it('leaves every other text as it is', () => {
  expect([readable(one, 'a\tb'), readable(undefined, 'a\tb'), readable(set, undefined)]).toEqual([
    'a\tb',
    'a\tb',
    undefined,
  ]);
});
