import { execFileSync, spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { compareVersions } from '../../../modules/packages/versions.ts';

const versions =
  '0~ 0 00 1 1~ 1~~ 1~rc1-1 1-0 1-1.1 1.0 1.0-1 1.0a 1.0A 1.0+b1 1.0-1+deb12u1 1.0-1~bpo12+1 1.01 1.9 1.10 1:0.1 0:1.0 1.0.0-rc-1 20261127090000123456789 20261127090000123456790'.split(
    ' ',
  );

it.each(['mawk', 'gawk', 'busybox'])('compares as dpkg does, in %s', (awk) => {
  const pairs = versions.flatMap((a, index) => versions.slice(index).map((b) => [a, b] as const));
  const program = `${compareVersions}{ order = compared($1, $2); word = order < 0 ? "lt" : "eq"; if (order > 0) word = "gt"; print $1, word, $2 }`;
  const words = awk === 'busybox' ? ['awk', program] : [program];
  const input = pairs.map((pair) => pair.join(' ')).join('\n');
  const told = execFileSync(awk, words, { input, encoding: 'utf8' }).trimEnd().split('\n');
  expect(told).toHaveLength(pairs.length);
  if (awk !== 'mawk') return;
  const wrong = told.filter((line) => {
    const [a = '', order = '', b = ''] = line.split(' ');
    return spawnSync('dpkg', ['--compare-versions', a, order, b]).status !== 0;
  });
  expect(wrong).toEqual([]);
});
