import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { eventsOf, manyHosts, type ManyHosts } from '../../support/many-hosts.ts';

let hosts: ManyHosts;
beforeAll(async () => {
  hosts = await manyHosts(['web1', 'web2']);
});
afterAll(() => hosts.close());

describe('--tags and --skip-tags', () => {
  beforeAll(() =>
    hosts.site(`export default [
  play('One', { hosts: 'web1', tags: ['one'] }, () => {
    say('plain');
    say('config', { tags: ['config'] });
    say('always', { tags: ['always'] });
    say('never', { tags: ['never', 'rare'] });
  }),
  play('Two', { hosts: 'web1' }, () => void say('untagged')),
];`),
  );

  // All of what tags mean is tested beside them; here, that they choose.
  it.each([
    [[], ['plain', 'config', 'always', 'untagged']],
    [
      ['--tags', 'rare'],
      ['always', 'never'],
    ],
    [['--skip-tags', 'always,one'], ['untagged']],
    [
      ['--tags', 'config,rare', '--skip-tags', 'always'],
      ['config', 'never'],
    ],
  ])('%j', async (words, told) => {
    const run = await hosts.run('run', 'site.ts', ...words);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    expect(hosts.log()).toEqual(told);
  });

  it('a tag that nothing has is an error, and what is near to it is told', async () => {
    const run = await hosts.run('run', 'site.ts', '--tags', 'confg');
    expect(run).toMatchObject({ code: 64, stdout: '' });
    expect(run.stderr).toContain("no task and no play has the tag 'confg'; did you mean config?");
    expect(hosts.log()).toEqual([]);
  });

  it('a host with nothing to do is not connected to', async () => {
    const run = await hosts.run('run', 'site.ts', '--tags', 'rare', '--skip-tags', 'always,rare');
    expect(run.code).toBe(0);
    expect(eventsOf(run, 'host').map(({ state }) => state)).toEqual(['done']);
  });
});

it('a change that a left out task waits for is not lost: it acts in the next run that has both', async () => {
  hosts.site(`export default play('Wait', { hosts: 'web1' }, () => {
  const conf = file('${hosts.at('conf')}', { content: 'new', tags: ['config'] });
  command('reload', { run: ['touch', '${hosts.at('reloaded')}'], when: conf.changed, tags: ['reload'] });
});`);
  expect((await hosts.run('run', 'site.ts', '--tags', 'config')).code).toBe(0);
  expect(readFileSync(hosts.at('conf'), 'utf8')).toBe('new');
  // On its own, it does not know of the change; and does not forget it.
  const alone = await hosts.run('run', 'site.ts', '--tags', 'reload');
  expect(eventsOf(alone, 'task').map(({ status }) => status)).toEqual(['skipped']);
  expect(existsSync(hosts.at('reloaded'))).toBe(false);
  expect((await hosts.run('run', 'site.ts')).code).toBe(0);
  expect(existsSync(hosts.at('reloaded'))).toBe(true);
});

it('claims of what is left out clash with nothing, and its options are checked all the same', async () => {
  hosts.site(`export default play('Clash', { hosts: 'web1' }, () => {
  file('/nowhere/x', { content: 'a', tags: ['never', 'a'] });
  file('/nowhere/x', { content: 'b', tags: ['never', 'b'] });
  say('fine');
});`);
  expect((await hosts.run('run', 'site.ts')).code).toBe(0);
  expect(hosts.log()).toEqual(['fine']);
  expect((await hosts.run('run', 'site.ts', '--tags', 'a,b')).stderr).toContain('clash');
});

describe('--start-at', () => {
  beforeAll(() =>
    hosts.site(`export default [
  play('One', { hosts: 'all' }, async ({ host }) => {
    say(host.name + ' first');
    await flush();
    say(host.name + ' second');
  }),
  play('Two', { hosts: 'all' }, ({ host }) => {
    say(host.name + ' third');
    if (host.name === 'web1') say('extra');
    say(host.name + ' last');
  }),
];`),
  );

  it.each([
    ['*third', ['web1 third', 'extra', 'web1 last', 'web2 third', 'web2 last']],
    ['command[extra]', ['extra', 'web1 last']],
    [
      '*second',
      ['web1 second', 'web2 second', 'web1 third', 'extra', 'web1 last', 'web2 third', 'web2 last'],
    ],
  ])('%s', async (task, told) => {
    const run = await hosts.run('run', 'site.ts', '--start-at', task);
    expect(run.code).toBe(0);
    expect(hosts.log().toSorted()).toEqual(told.toSorted());
  });

  it('is an error where there is no such task, and a warning where one may be behind a barrier', async () => {
    const none = await hosts.run('run', 'site.ts', '--start-at', 'web1 secnd');
    expect(none.code).toBe(64);
    expect(none.stderr).toContain("there is no task 'web1 secnd' to start at; did you mean web1 second");
    hosts.site(
      `export default play('Facts', { hosts: 'web1', facts: ['system'] }, () => void say('behind'));`,
    );
    const perhaps = await hosts.run('run', 'site.ts', '--start-at', 'befind');
    expect(perhaps.code).toBe(0);
    expect(hosts.log()).toEqual([]);
    expect(eventsOf(perhaps, 'warning')[0]?.message).toContain("there is no task 'befind' to start at");
  });
});

describe('lists', () => {
  it('what would run, and what is not known yet', async () => {
    hosts.site(`export default [
  play('One', { hosts: 'all', serial: 1, tags: ['one'] }, async ({ host }) => {
    command('same', { run: ['true'], tags: ['config'] });
    command(host.name, { run: ['true'] });
    await flush();
    say('unknown');
  }),
  play('Two', { hosts: 'web2' }, () => void say('known', { tags: ['never'] })),
];`);
    const { ended } = hosts.start(['run', 'site.ts', '--list-hosts', '--list-tasks', '--list-tags']);
    const { stdout, code } = await ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      {
        play: 'One',
        tags: ['one'],
        batches: [['web1'], ['web2']],
        tasks: [
          {
            id: 'command[same]',
            tags: ['one', 'config'],
            hosts: ['web1', 'web2'],
            where: expect.objectContaining({ line: 9 }),
          },
          { id: 'command[web1]', tags: ['one'], hosts: ['web1'], where: expect.anything() },
          { id: 'command[web2]', tags: ['one'], hosts: ['web2'], where: expect.anything() },
        ],
        open: ['web1', 'web2'],
      },
      { play: 'Two', tags: [], batches: [['web2']], tasks: [], open: [] },
    ]);
  });

  it('for a person', async () => {
    const words = ['run', 'site.ts', '-i', 'prod.yaml', '--list-hosts', '--list-tasks', '--list-tags'];
    const { stdout } = await startCli(words, { cwd: hosts.dir }).ended;
    expect(stdout).toBe(`play One: 2 hosts, tags: one
  batch 1 of 2: web1
  batch 2 of 2: web2
  command[same]  tags: one, config  all 2 hosts  site.ts:9
  command[web1]  tags: one  web1  site.ts:10
  command[web2]  tags: one  web2  site.ts:10
  tags: config, one
  more behind a barrier, not known yet: all 2 hosts
play Two: 1 host
  web2
  tags: none
`);
  });
});
