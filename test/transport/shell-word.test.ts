import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../src/transport/shell-word.ts';

it.each(['plain', '/a/b-c_d.e', '10.0.0.1', 'fe80::1%eth0', 'two words', "it's", '$HOME `x` "y" \\ *', ''])(
  'is one word to sh: %s',
  (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  },
);

it('leaves plain words as they are', () => {
  expect(shellWord('/root/.ssh/known_hosts')).toBe('/root/.ssh/known_hosts');
});
