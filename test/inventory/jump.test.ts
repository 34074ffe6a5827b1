import { expect, it } from 'vitest';
import { parseJumps } from '../../src/inventory/jump.ts';

it.each([
  ['bastion', [{ user: undefined, host: 'bastion', port: undefined }]],
  ['me@bastion:2222', [{ user: 'me', host: 'bastion', port: 2222 }]],
  ['ssh://me@bastion:2222/', [{ user: 'me', host: 'bastion', port: 2222 }]],
  ['[2001:db8::1]:22', [{ user: undefined, host: '2001:db8::1', port: 22 }]],
  ['2001:db8::1', [{ user: undefined, host: '2001:db8::1', port: undefined }]],
  ['a@b@bastion', [{ user: 'a@b', host: 'bastion', port: undefined }]],
  [
    'one,two:7',
    [
      { user: undefined, host: 'one', port: undefined },
      { user: undefined, host: 'two', port: 7 },
    ],
  ],
  ['none', 'none'],
  ['NONE # none', 'none'],
])('%s', (text, jumps) => {
  expect(parseJumps(text)).toEqual(jumps);
});

it.each(['', 'a,', 'a:b', 'a:0', 'a:70000', '@a', '-oProxyCommand=x', 'x;y@a', "a'b@c", 'a/b', '[a'])(
  'is refused: %s',
  (text) => {
    expect(parseJumps(text)).toBeUndefined();
  },
);
