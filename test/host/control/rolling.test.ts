import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, manyHosts, type ManyHosts } from '../../support/many-hosts.ts';

let hosts: ManyHosts;
beforeAll(async () => {
  hosts = await manyHosts(['web1', 'web2', 'web3', 'web4', 'web5']);
});
afterAll(() => hosts.close());
beforeEach(() => void hosts.log());

const play = (options: string, body: string): void =>
  hosts.site(`export default [
  play('Rolling', { hosts: 'all', ${options} }, async ({ host, batch }) => {
${body}
  }),
  play('Next', { hosts: 'all' }, ({ host }) => void say('next ' + host.name)),
];`);
const fails = (condition: string): string =>
  `if (${condition}) command('fails', { run: ['false'], reads: true });`;

describe('serial', () => {
  it('one batch after the other, in the order that was asked for', async () => {
    play(`serial: [1, '40%'], order: 'reverse'`, `    say('begin ' + batch.join(' ')); say('end');`);
    const run = await hosts.run('run', 'site.ts', '--limit', '!web1');
    expect(run.code).toBe(0);
    const batches = eventsOf(run, 'batch').map(({ number, of, hosts: some }) => [number, of, some]);
    expect(batches).toEqual([
      [1, 4, ['web5']],
      [2, 4, ['web4']],
      [3, 4, ['web3']],
      [4, 4, ['web2']],
    ]);
    expect(hosts.log().slice(0, 8)).toEqual(
      ['web5', 'web4', 'web3', 'web2'].flatMap((name) => [`begin ${name}`, 'end']),
    );
  });

  it('ends the run when all hosts of a batch fail, and tells what is left', async () => {
    play('serial: 2', `    ${fails("host.name === 'web3' || host.name === 'web4'")} say(host.name);`);
    const run = await hosts.run('run', 'site.ts', '--forks', '1');
    expect(run.code).toBe(1);
    expect(hosts.log().toSorted()).toEqual(['web1', 'web2']);
    const reason = 'all hosts of batch 2 of 3 failed';
    expect(
      eventsOf(run, 'left').map(({ play: name, hosts: some, reason: why }) => ({
        play: name,
        hosts: some,
        reason: why,
      })),
    ).toEqual([
      { play: 'Rolling', hosts: ['web5'], reason },
      { play: 'Next', hosts: ['web1', 'web2', 'web5'], reason },
    ]);
  });

  it('goes on with those that are left of a batch', async () => {
    play('serial: 2', `    ${fails("host.name === 'web3'")} say(host.name);`);
    const run = await hosts.run('run', 'site.ts', '--forks', '1');
    expect(run.code).toBe(1);
    const told = hosts.log();
    // Within a batch the one whose connection comes first is first.
    const batches = [told.slice(0, 2), told.slice(2, 3), told.slice(3, 4), told.slice(4)];
    expect(batches.map((some) => some.toSorted())).toEqual([
      ['web1', 'web2'],
      ['web4'],
      ['web5'],
      ['web1', 'web2', 'web4', 'web5'].map((name) => `next ${name}`),
    ]);
  });
});

describe('failures', () => {
  it('maxFailPercentage: no host begins when it is exceeded', async () => {
    play('maxFailPercentage: 20', `    ${fails("host.name !== 'web1'")} say(host.name);`);
    const run = await hosts.run('run', 'site.ts', '--forks', '1');
    expect(run.code).toBe(1);
    expect(hosts.log()).toEqual(['web1']);
    // One whose connection takes long lets others begin meanwhile.
    const [first, second] = eventsOf(run, 'left').toReversed();
    expect(first).toMatchObject({
      play: 'Next',
      reason: expect.stringMatching(/^it failed on [2-4] of 5 hosts, which is more than 20 %$/),
    });
    expect(first?.hosts).toContain('web1');
    expect(second?.play ?? 'Rolling').toBe('Rolling');
  });

  it('anyErrorsFatal: the others stop before their next step', async () => {
    play(
      'anyErrorsFatal: true',
      `    if (host.name === 'web1') command('fails', { run: sh\`sleep 1; false\`, reads: true });
    command('slow', { run: sh\`sleep 4\`, reads: true });
    say(host.name);`,
    );
    const run = await hosts.run('run', 'site.ts');
    expect(run.code).toBe(1);
    expect(hosts.log()).toEqual([]);
    const mine = eventsOf(run, 'left').filter((event) => event.play === 'Rolling');
    const left = mine.map(({ hosts: [name], tasks }) => `${name} ${tasks?.at(-1)}`);
    expect(left.toSorted()).toEqual([2, 3, 4, 5].map((number) => `web${number} command[web${number}]`));
  });
});

describe('strategies', () => {
  const body = `    if (host.name === 'web1') command('slow', { run: ['sleep', '1.5'], reads: true });
    say('one');
    await flush();
    say('two');`;
  it('linear: none goes beyond a barrier before all have come there', async () => {
    play(`strategy: 'linear'`, body);
    const run = await hosts.run('run', 'site.ts', '--forks', '2');
    expect(run.code).toBe(0);
    expect(hosts.log().slice(0, 10)).toEqual([...Array(5).fill('one'), ...Array(5).fill('two')]);
  });
  it('free: each goes as fast as it can', async () => {
    const others = `until [ "$(grep -c two ${hosts.at('log')})" = 4 ]; do sleep 0.1; done`;
    play(`strategy: 'free'`, body.replace(`['sleep', '1.5']`, `sh\`${others}\``));
    await hosts.run('run', 'site.ts');
    expect(hosts.log().slice(-7, -5)).toEqual(['one', 'two']);
  });
  it('linear: one that fails is not waited for', async () => {
    play(`strategy: 'linear'`, `${fails("host.name === 'web2'")}\n${body}`);
    const run = await hosts.run('run', 'site.ts', '--forks', '1');
    expect(run.code).toBe(1);
    expect(hosts.log().slice(0, 8)).toEqual([...Array(4).fill('one'), ...Array(4).fill('two')]);
  });
});

it('options that make no sense are told before anything connects', async () => {
  hosts.site(`const odd = { hosts: 'all', serial: 0, order: 'random', maxFailPercentage: 101, tags: ['all'] };
export default play('Odd', odd as unknown as { hosts: 'all' }, () => {});`);
  const run = await hosts.run('run', 'site.ts');
  expect(run).toMatchObject({ code: 64, stdout: '' });
  expect(run.stderr).toContain('serial must be a whole number from 1');
  expect(run.stderr).toContain("order must be 'inventory'");
  expect(run.stderr).toContain('maxFailPercentage must be');
  expect(run.stderr).toContain('which --tags takes for a kind of tasks');
});
