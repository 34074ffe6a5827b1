import { expect, it } from 'vitest';
import { factGroups, type FactGroup } from '../../src/facts/index.ts';
import { shellcheck } from '../support/shellcheck.ts';

it.each(Object.keys(factGroups) as FactGroup[])('the probe of %s is clean', (group) => {
  expect(shellcheck(factGroups[group].probe.text)).toEqual([]);
});
