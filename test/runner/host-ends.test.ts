import { expect, it } from 'vitest';
import type { Host } from '../../src/inventory/inventory.ts';
import { HostEnds } from '../../src/runner/host-ends.ts';

const plays = (...names: readonly (readonly string[])[]) =>
  names.map((hosts) => ({ hosts: hosts.map((name) => ({ name }) as Host) }));

it('tells of each host once: after its last play, its first failure, or at the end', () => {
  const told: string[] = [];
  const ends = new HostEnds(plays(['a', 'b', 'c', 'd'], ['a', 'b', 'd'], ['d']), (event) => {
    if (event.type === 'host') told.push(`${event.host} ${event.state}`);
  });
  for (const host of ['a', 'b', 'c', 'd']) ends.playEnded(host, host === 'b');
  expect(told).toEqual(['b done', 'c done']);
  ends.playEnded('a', false);
  expect(told).toEqual(['b done', 'c done', 'a done']);
  ends.tellRest();
  ends.tellRest();
  expect(told).toEqual(['b done', 'c done', 'a done', 'd done']);
});
