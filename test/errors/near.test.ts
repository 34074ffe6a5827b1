import { expect, it } from 'vitest';
import { didYouMean, near } from '../../src/errors/near.ts';

it('gives names that differ by little, the closest first', () => {
  expect(near('prot', ['user', 'port', 'prod', 'address'])).toEqual(['port', 'prod']);
  expect(near('gatway', ['gateway', 'gateways', 'web'])).toEqual(['gateway', 'gateways']);
  expect(near('WEB1', ['web1', 'web2', 'db1', 'web11', 'web1'])).toEqual(['web1', 'web2', 'web11']);
  expect(near('x', ['entirely', 'different'])).toEqual([]);
});

it('makes a question of them, or nothing', () => {
  expect(didYouMean(['a', 'b'])).toBe('; did you mean a or b?');
  expect(didYouMean([])).toBe('');
});
