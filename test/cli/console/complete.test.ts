import { beforeAll, expect, it } from 'vitest';
import { modulesOf, type FoundModule } from '../../../src/cli/adhoc/find-module.ts';
import { complete } from '../../../src/cli/console/complete.ts';

let modules: ReadonlyMap<string, FoundModule>;
beforeAll(async () => {
  modules = await modulesOf(undefined, '/');
});

it.each([
  ['sysc', ['sysctl']],
  ['const x = comm', ['command']],
  ['hos', ['host']],
  ['.ch', ['.check']],
  ['.hosts we', ['web1', 'web2']],
  ['.hosts db:!web1,we', ['web1', 'web2']],
  ["file('/a', { cont", ['content: ']],
  ["file('/a', { content: 'x', mo", ['mode: ']],
  ["file('/a, {', { mo", ['mode: ']],
  ["file('/a', { content: com", ['command']],
  ["command('x', { env: { A: 'b' }, rea", ['reads: ']],
  ["command('x', { wh", ['when: ']],
  ["nobody('x', { re", []],
  ['host.na', []],
])('%s is completed by %j', (text, expected) => {
  const all = {
    modules,
    names: ['host', 'secret'],
    commands: ['.check', '.exit'],
    hosts: ['web1', 'web2', 'db'],
  };
  const [candidates] = complete(text, all);
  expect(candidates).toEqual(expected);
});
