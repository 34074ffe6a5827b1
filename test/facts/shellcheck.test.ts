import { expect, it } from 'vitest';
import { factGroups } from '../../src/facts/index.ts';
import { shellcheck } from '../support/shellcheck.ts';

const groups = ['network', 'routes', 'bonding', 'bridges', 'namespaces', 'ipvs', 'firewall'] as const;

it.each(groups)('the probe of %s is clean', (group) => {
  expect(shellcheck(factGroups[group].probe.text)).toEqual([]);
});
