import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { inventoryOf, eventsOf, manyHosts, type ManyHosts, type ManyRun } from '../../support/many-hosts.ts';

let hosts: ManyHosts;
beforeAll(async () => {
  hosts = await manyHosts(['web1', 'web2', 'web3', 'lb1']);
});
afterAll(() => hosts.close());
beforeEach(() => void hosts.log());

const play = (body: string, options = ''): void =>
  hosts.site(`export default play('Part', { hosts: 'web*'${options} }, async (input) => {
  const { host, batch, on, runOnce, throttle } = input;
  void [host, batch, on, runOnce, throttle];
${body}
});`);

describe('on another host', () => {
  it('is not guessed in a check where an earlier part would have changed what a later one is about', async () => {
    const file = hosts.at('pool');
    const body = `  await on('lb1', () => void file('${file}', { content: 'without' }));
  say('updated');
  await on('lb1', () => void file('${file}', { content: 'with' }));`;
    play(body, ', serial: 1');
    writeFileSync(file, 'with');
    const check = await hosts.run('check', 'site.ts', '--limit', 'web1');
    const told = (run: ManyRun) =>
      eventsOf(run, 'task')
        .filter(({ host }) => host === 'lb1')
        .map(({ status }) => status);
    expect(told(check)).toEqual(['changed', 'unknown']);
    expect(eventsOf(check, 'task').at(-1)?.reason).toContain('an earlier part of this check');
    const run = await hosts.run('run', 'site.ts', '--limit', 'web1');
    expect(told(run)).toEqual(['changed', 'changed']);
  });

  it('runs in order, is told there, and gives what its body gives', async () => {
    play(
      `  say(host.name + ' before');
  const count = await on('lb1', async () => {
    say('lb1 for ' + host.name);
    const one = await command('count', { run: ['echo', '7'], reads: true }).result();
    return Number(one.stdout);
  });
  say(host.name + ' got ' + count);`,
      ', serial: 1',
    );
    // The one that is delegated to is beyond the limit.
    const run = await hosts.run('run', 'site.ts', '--limit', 'web1,web2', '--forks', '1');
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    expect(hosts.log()).toEqual(
      ['web1', 'web2'].flatMap((name) => [`${name} before`, `lb1 for ${name}`, `${name} got 7`]),
    );
    const told = eventsOf(run, 'task').filter(({ host }) => host === 'lb1');
    expect(told.map((event) => [event.task, event.for])).toEqual([
      ['command[lb1 for web1]', 'web1'],
      ['command[count]', 'web1'],
      ['command[lb1 for web2]', 'web2'],
      ['command[count]', 'web2'],
    ]);
    expect(run.events.at(-1)).toMatchObject({ hosts: { lb1: { ok: 4 }, web1: { ok: 2 }, web2: { ok: 2 } } });
    expect(eventsOf(run, 'run')[0]?.hosts).toEqual(['web1', 'web2']);
  });

  it('a host that has its own work is delegated to by all at once, with one place for all', async () => {
    hosts.site(`export default play('All', { hosts: 'all' }, async ({ host, on }) => {
  say('own ' + host.name);
  await on('lb1', () => void say('lb1 for ' + host.name));
  await on(host.name === 'web1' ? 'web2' : 'web1', () => void say('cross ' + host.name));
});`);
    const run = await hosts.run('run', 'site.ts', '--forks', '1');
    expect(run.code).toBe(0);
    expect(hosts.log().length).toBe(12);
  });

  it('a failure there is one of this host, which can catch it', async () => {
    play(`  const fails = () => void command('fails', { run: ['false'], reads: true });
  if (host.name === 'web1') {
    try {
      await on('lb1', fails);
    } catch (error) {
      say('caught ' + (error as Error).message.split(':')[0]);
    }
  } else await on('lb1', fails);
  say(host.name);`);
    const run = await hosts.run('run', 'site.ts', '--limit', 'web1,web2');
    expect(run.code).toBe(1);
    expect(hosts.log()).toEqual(['caught command[fails]', 'web1']);
    const [failed] = eventsOf(run, 'task').filter(
      ({ host, status }) => host === 'web2' && status === 'failed',
    );
    expect(failed).toMatchObject({ task: 'play[Part]', error: { code: 'delegated-failed' } });
    expect(failed?.error?.message).toContain('on lb1');
  });

  it('leaves alone what that host is in the middle of itself: what follows a failure is skipped', async () => {
    const until = `until [ -e ${hosts.at('middle')} ]; do sleep 0.1; done`;
    play(`  if (host.name === 'web1') {
    await command('wait', { run: sh\`${until}\`, reads: true }).result();
    await on('web2', () => void say('between'));
  } else {
    command('fails', { run: sh\`touch ${hosts.at('middle')}; sleep 2; false\`, reads: true });
    command('judged', { run: ['true'], reads: true, failedWhen: () => false });
    say('behind a failure');
  }`);
    const run = await hosts.run('run', 'site.ts', '--limit', 'web1,web2');
    expect(run.code).toBe(1);
    expect(hosts.log()).toEqual(['between']);
  });

  it('runs on the controller, without becoming anybody there', async () => {
    play(
      `  const { stdout } = await on('localhost', () => command('name', { run: ['uname', '-n'], reads: true }).result());
  say('on ' + stdout.trim());`,
      ", become: 'nobody'",
    );
    const run = await hosts.run('run', 'site.ts', '--limit', 'web1', '--start-at', 'name');
    expect(eventsOf(run, 'task')[0]).toMatchObject({ host: 'localhost', status: 'ok', for: 'web1' });
  });

  it('what is wrong with it is told before anything connects: no such host, bad options, not awaited', async () => {
    play(`  if (host.name === 'web1') await on('lb2', () => {});
  if (host.name === 'web2') await on('lb1', () => void file('relative', { content: 'x' }));
  if (host.name === 'web3') void on('lb1', () => void say('x'));`);
    const run = await hosts.run('run', 'site.ts');
    expect(run).toMatchObject({ code: 64, stdout: '' });
    expect(run.stderr).toContain("on('lb2'): the inventory has no such host; did you mean lb1");
    expect(run.stderr).toContain('the path must be absolute');
    expect(run.stderr).toMatch(/on\('lb1'\) was not awaited[^]*site\.ts:12/);
  });

  it('claims hold on the host where it runs, and within one body', async () => {
    play(`  file('${hosts.at('x')}', { content: host.name, tags: ['never', 'x'] });
  await on('lb1', () => void file('${hosts.at('x')}', { content: 'down', tags: ['never', 'x'] }));
  await on('lb1', () => void file('${hosts.at('x')}', { content: 'up', tags: ['never', 'x'] }));`);
    const run = await hosts.run('check', 'site.ts', '--tags', 'x', '--limit', 'web1');
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 2, stderr: '' });
  });

  it('a check does not go beyond what it cannot know there', async () => {
    play(`  const { stdout } = await on('lb1', () => command('make', { run: ['echo', 'x'] }).result());
  say('guessed ' + stdout);`);
    const run = await hosts.run('check', 'site.ts', '--limit', 'web1');
    expect(hosts.log()).toEqual([]);
    expect(eventsOf(run, 'task').map(({ host, status, reason }) => [host, status, reason])).toEqual([
      ['lb1', 'changed', undefined],
      [
        'web1',
        'unknown',
        'what follows depends on the result of command[make] on lb1, which a check does not run',
      ],
    ]);
  });
});

describe('runOnce', () => {
  it('runs on the first host of each batch, and the others get what it gives', async () => {
    play(
      `  const token = await runOnce('token', async () => {
    const { stdout } = await command('token', { run: ['echo', 'from ' + host.name], reads: true }).result();
    return stdout.trim();
  });
  say(host.name + ' ' + token);`,
      ', serial: 2',
    );
    const run = await hosts.run('run', 'site.ts', '--forks', '1');
    expect(run.code).toBe(0);
    expect(hosts.log().toSorted()).toEqual(['web1 from web1', 'web2 from web1', 'web3 from web3']);
  });

  it('fails for all where it fails, and goes to the next one where the first takes no part', async () => {
    hosts.site(`export default [
  play('First', { hosts: 'web1' }, () => void command('fails', { run: ['false'], reads: true })),
  play('Once', { hosts: 'web*' }, async ({ host, runOnce }) => {
    await runOnce('a', () => void say('a on ' + host.name));
    await runOnce('b', () => void command('b', { run: ['false'], reads: true }));
    say('never');
  }),
];`);
    const run = await hosts.run('run', 'site.ts');
    expect(run.code).toBe(1);
    expect(hosts.log()).toEqual(['a on web2']);
    const failed = eventsOf(run, 'task').filter(({ status }) => status === 'failed');
    expect(failed.map(({ host, task }) => `${host} ${task}`)).toEqual([
      'web1 command[fails]',
      'web2 command[b]',
      'web3 play[Once]',
    ]);
  });

  it('leaves what follows unknown for all in a check that cannot know it', async () => {
    play(`  const { stdout } = await runOnce('t', () => command('t', { run: ['echo', 'x'] }).result());
  say('guessed ' + stdout);`);
    const run = await hosts.run('check', 'site.ts');
    expect(hosts.log()).toEqual([]);
    const unknown = eventsOf(run, 'task').filter(({ status }) => status === 'unknown');
    expect(unknown.map(({ host }) => host).toSorted()).toEqual(['web1', 'web2', 'web3']);
  });

  it('keeps nobody waiting in lockstep', async () => {
    play(
      `  say('one');
  await flush();
  const done = await runOnce('x', () => on('lb1', async () => {
    say('once');
    await flush();
    return 'done';
  }));
  say(done);
  await flush();
  say('end');`,
      ", strategy: 'linear'",
    );
    const run = await hosts.run('run', 'site.ts', '--forks', '1');
    expect(run.code).toBe(0);
    const told = hosts.log();
    expect(told.filter((line) => line === 'once').length).toBe(1);
    expect(told.slice(-6)).toEqual(['done', 'done', 'done', 'end', 'end', 'end']);
  });
});

it('throttle lets so many hosts in at once', async () => {
  play(`  await throttle('part', 1, () => {
    say('in');
    command('slow', { run: ['sleep', '0.3'], reads: true });
    say('out');
  });`);
  const run = await hosts.run('run', 'site.ts');
  expect(run.code).toBe(0);
  expect(hosts.log()).toEqual(['in', 'out', 'in', 'out', 'in', 'out']);
});

it('a host that is delegated to and cannot be reached is told so, and who needed it', async () => {
  hosts.write('prod.yaml', `${inventoryOf(hosts.sshd, ['web1'])}  gone: { address: 127.0.0.1, port: 1 }\n`);
  play(`  await on('gone', () => void say('x'));`);
  const run = await hosts.run('run', 'site.ts');
  expect(run.code).toBe(1);
  expect(run.events.at(-1)).toMatchObject({ hosts: { gone: { unreachable: true }, web1: { failed: 1 } } });
});
