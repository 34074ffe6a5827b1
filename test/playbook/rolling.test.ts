import { describe, expect, it } from 'vitest';
import { batchesOf, inOrder, rollingProblems, type RollingOptions } from '../../src/playbook/rolling.ts';
import { isWished } from '../../src/playbook/tags.ts';

const hosts = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const sizes = (count: number, serial: RollingOptions['serial']): readonly number[] =>
  batchesOf(hosts(count), serial).map((batch) => batch.length);

describe('batches', () => {
  it.each<[number, RollingOptions['serial'], readonly number[]]>([
    [5, undefined, [5]],
    [0, undefined, []],
    [0, 3, []],
    [5, 2, [2, 2, 1]],
    [5, 9, [5]],
    [10, '30%', [3, 3, 3, 1]],
    [3, '1%', [1, 1, 1]],
    [10, '100%', [10]],
    [10, [1, 3], [1, 3, 3, 3]],
    [20, [1, '10%', '50%'], [1, 2, 10, 7]],
    [7, '33.4%', [2, 2, 2, 1]],
  ])('%i hosts by %j', (count, serial, wanted) => {
    expect(sizes(count, serial)).toEqual(wanted);
    expect(batchesOf(hosts(count), serial).flat()).toEqual(hosts(count));
  });
});

describe('the order of hosts', () => {
  const names = ['web10', 'db1', 'web9'].map((name) => ({ name }));
  const ordered = (order: RollingOptions['order']): readonly string[] =>
    inOrder(names, order).map(({ name }) => name);
  it('is that of the inventory, or another one that was asked for', () => {
    expect(ordered(undefined)).toEqual(['web10', 'db1', 'web9']);
    expect(ordered('reverse')).toEqual(['web9', 'db1', 'web10']);
    expect(ordered('sorted')).toEqual(['db1', 'web9', 'web10']);
    expect(ordered('reverse-sorted')).toEqual(['web10', 'web9', 'db1']);
    expect(ordered('shuffle').toSorted()).toEqual(['db1', 'web10', 'web9']);
  });
  it('is shuffled fairly', () => {
    const seen = new Map<string, number>();
    for (let times = 0; times < 6000; times += 1) {
      const order = ordered('shuffle').join();
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(250);
  });
});

it('tells each option that makes no sense', () => {
  const odd = (options: object): readonly string[] => rollingProblems(options as RollingOptions);
  expect(odd({ serial: [1, '50%'], order: 'shuffle', maxFailPercentage: 0, strategy: 'linear' })).toEqual([]);
  for (const serial of [0, -1, 1.5, '0%', '101%', '3', 'x%', [], [1, 0], true, Number.NaN]) {
    expect([serial, odd({ serial }).length]).toEqual([serial, 1]);
  }
  for (const maxFailPercentage of [-1, 101, '5', Number.NaN])
    expect(odd({ maxFailPercentage })).toHaveLength(1);
  for (const tags of ['config', [1], ['two words'], ['all'], ['-x'], ['a,b']]) {
    expect([tags, odd({ tags }).length]).toEqual([tags, 1]);
  }
  expect(odd({ order: 'up', strategy: 'fast', anyErrorsFatal: 'yes' })).toHaveLength(3);
});

describe('tags', () => {
  it.each<[string, string, string, boolean]>([
    ['', '', '', true],
    ['never', '', '', false],
    ['always', 'x', '', true],
    ['always', '', 'always', false],
    ['always', '', 'all', true],
    ['x', '', 'all', false],
    ['never x', 'x', '', true],
    ['never x', 'all', '', false],
    ['never', 'never', '', true],
    ['never x', 'tagged', '', false],
    ['x', 'tagged', '', true],
    ['', 'tagged', '', false],
    ['', 'untagged', '', true],
    ['x', 'untagged', '', false],
    ['always', 'untagged', '', true],
    ['', '', 'untagged', false],
    ['x y', 'x', 'y', false],
    ['x', 'y', '', false],
    ['x', '', 'tagged', false],
  ])('%j with --tags %j --skip-tags %j: %j', (tags, only, skip, wanted) => {
    const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');
    expect(isWished(new Set(words(tags)), { only: words(only), skip: words(skip) })).toBe(wanted);
  });
});
