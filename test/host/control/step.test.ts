import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { cli } from '../../support/cli.ts';
import { manyHosts, type ManyHosts } from '../../support/many-hosts.ts';
import { onTerminal } from '../../support/terminal.ts';

let hosts: ManyHosts;
beforeAll(async () => {
  hosts = await manyHosts(['web1']);
  hosts.site(`export default play('Steps', { hosts: 'all' }, async () => {
  say('one');
  const { failed } = attempt(() => {
    say('two');
    command('fails', { run: ['false'], reads: true });
    say('never');
  });
  command('after', { run: sh\`echo after >>${hosts.at('log')}\`, reads: true, when: failed });
  await flush();
  say('last');
});`);
});
afterAll(() => hosts.close());
beforeEach(() => void hosts.log());

const run = (answers: readonly (readonly [string, string])[]): ReturnType<typeof onTerminal> =>
  onTerminal(
    [process.execPath, cli, 'run', 'site.ts', '-i', 'prod.yaml', '--step', '--output', 'plain'],
    answers,
    { cwd: hosts.dir, env: process.env },
  );
const question = (task: string): string =>
  `command[${task}] on web1? (yes, no, continue without asking, quit)`;

it('asks before each task, and what is in a scope stays in it', async () => {
  const { code, shown } = await run([
    [question('one'), 'no'],
    [question('two'), 'y'],
    [question('fails'), 'yes'],
    [question('never'), 'yes'],
    [question('after'), 'yes'],
    [question('last'), ''],
  ]);
  expect({ code, shown }).toMatchObject({ code: 0 });
  expect(hosts.log()).toEqual(['two', 'after']);
});

it('asks no more when it is told to go on', async () => {
  const { code } = await run([[question('one'), 'c']]);
  expect(code).toBe(0);
  expect(hosts.log()).toEqual(['one', 'two', 'after', 'last']);
});

it('ends the run when it is told to', async () => {
  const { code, shown } = await run([
    [question('one'), 'y'],
    [question('two'), 'q'],
  ]);
  expect(code).toBe(130);
  expect(shown).toContain('left:');
  expect(hosts.log()).toEqual(['one']);
});

it('refuses where there is nobody to ask', async () => {
  const ended = await hosts.run('run', 'site.ts', '--step');
  expect(ended).toMatchObject({ code: 64, stdout: '' });
  expect(ended.stderr).toContain('nobody at a terminal');
});
