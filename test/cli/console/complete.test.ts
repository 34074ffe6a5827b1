import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modulesOf } from '../../../src/cli/adhoc/find-module.ts';
import { contextOf, type Completable } from '../../../src/cli/console/complete.ts';
import { Completer } from '../../../src/cli/console/completer.ts';
import type { State } from '../../../src/cli/console/state.ts';
import { playbookProject, type PlaybookProject } from '../../support/playbook-project.ts';

let project: PlaybookProject;
let completer: Completer;
beforeAll(async () => {
  project = playbookProject();
  const modules = await modulesOf(undefined, project.dir);
  const all: Completable = {
    modules,
    names: () => ['host', 'secret'],
    commands: ['.check', '.exit'],
    hosts: ['web1', 'web2', 'db'],
  };
  const state: State = { pattern: 'all', check: false, diff: false, become: false, kept: [] };
  const exported = new Map([...modules.keys()].map((name) => [name, 'tsplay/modules']));
  completer = new Completer(all, state, exported, project.dir);
});
afterAll(() => {
  completer.close();
  project.remove();
});

describe('what is expected', () => {
  it.each([
    ['', 'name', ''],
    ['fi', 'name', 'fi'],
    ['.ch', 'command', '.ch'],
    ['.hosts a,b', 'hosts', 'b'],
    ["file('/a', { co", 'option', 'co'],
    ["file('/a', {\n  content: 'x',\n  mo", 'option', 'mo'],
    ["file('/a', { content: co", 'name', 'co'],
    ["bond('b', { slaves: ['a', ", 'name', ''],
    ["bond('b', { mode: 'bal", 'string', 'bal'],
    ['host.na', 'member', 'na'],
    ['f(a, b', 'name', 'b'],
  ])('behind %j is a %s', (text, kind, word) => {
    expect(contextOf(text)).toMatchObject({ kind, word });
  });
});

it.each([
  ['sysc', ['sysctl']],
  ['const x = comm', ['command']],
  ['hos', ['host', 'hostname', 'hostsEntry']],
  ['.ch', ['.check']],
  ['.hosts we', ['web1', 'web2']],
  ['.hosts db:!web1,we', ['web1', 'web2']],
  ["file('/a', { cont", ['content: ']],
  ["file('/a', { content: 'x', mo", ['mode: ']],
  ["file('/a, {', { mo", ['mode: ']],
  ["command('x', { env: { A: 'b' }, rea", ['reads: ']],
  ["command('x', { wh", ['when: ']],
  // What only types know.
  ["bond('b', { mode: '802.3ad', slaves: [], lacp", ['lacpRate: ']],
  ["bond('b', { mode: 'balance-", ['balance-alb', 'balance-rr', 'balance-tlb', 'balance-xor']],
  ["(await command('x', { run: ['a'] }).result()).std", ['stderr', 'stdout']],
  ['host.gr', ['groups']],
  ["nobody('x', { re", []],
])('%s is completed by %j', async (text, expected) => {
  const [candidates] = await completer.complete(text);
  expect(candidates).toEqual(expected);
});
