import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, inventoryOf, manyHosts, type ManyHosts, type ManyRun } from '../../support/many-hosts.ts';
import { startSshd, type Sshd } from '../../support/sshd.ts';

let hosts: ManyHosts;
let other: Sshd;
beforeAll(async () => {
  hosts = await manyHosts([]);
  // Hosts that both change something have locks of their own.
  other = await startSshd([`SetEnv TS_HOME=${hosts.at('other')}`]);
  const web2 = inventoryOf(other, ['web2']).replace('hosts:\n', '');
  hosts.write('prod.yaml', `${inventoryOf(hosts.sshd, ['web1'])}${web2}`);
});
afterAll(async () => {
  await other.close();
  await hosts.close();
});
beforeEach(() => {
  hosts.log();
  rmSync(hosts.at('.tsplay'), { recursive: true, force: true });
  rmSync(hosts.at('state'), { recursive: true, force: true });
  for (const name of ['ok', 'conf', 'reloads']) rmSync(hosts.at(name), { force: true });
});

const statuses = (run: ManyRun): readonly string[] =>
  eventsOf(run, 'task').map(({ task, status, left, reason }) =>
    [
      task,
      left === true ? `${status}, left:` : status,
      ...(reason === undefined ? [] : [reason.replace(/ \d.*/, '')]),
    ].join(' '),
  );
const fails = (): string => `command('fails', { run: ['test', '-e', '${hosts.at('ok')}'], reads: true });`;
const counts = (): string => `command('counts', { run: sh\`echo counted >>${hosts.at('log')}\` });`;
const site = (...lines: readonly string[]): void =>
  hosts.site(`export default play('Resumed', { hosts: 'all' }, async ({ host, on }) => {
  void [host, on];
  ${lines.join('\n  ')}
});`);

describe('--resume', () => {
  it('leaves out what the failed run has done, also over several runs, and says so', async () => {
    site(counts(), `command('second', { run: ['true'] });`, fails(), `say('last');`);
    expect((await hosts.run('run', 'site.ts', '--limit', 'web1')).code).toBe(1);
    const again = await hosts.run('run', 'site.ts', '--limit', 'web1', '--resume');
    expect(again.code).toBe(1);
    const done = ['command[counts] skipped done by', 'command[second] skipped done by'];
    expect(statuses(again)).toEqual([
      ...done,
      'command[fails] failed',
      'command[last] skipped, left: an earlier task failed',
    ]);
    writeFileSync(hosts.at('ok'), '');
    const third = await hosts.run('run', 'site.ts', '--limit', 'web1', '--resume');
    expect(statuses(third)).toEqual([...done, 'command[fails] ok', 'command[last] ok']);
    expect(hosts.log()).toEqual(['counted', 'last']);
    // Now there is nothing to go on with.
    const none = await hosts.run('run', 'site.ts', '--limit', 'web1', '--resume');
    expect(none).toMatchObject({ code: 64, stdout: '' });
    expect(none.stderr).toContain('ended well on all its hosts');
  });

  it('does again what has changed in the playbook since, and what it did not do on a host', async () => {
    site(`command('same', { run: ['true'] });`, `command('other', { run: ['echo', '1'] });`, fails());
    await hosts.run('run', 'site.ts', '--limit', 'web1');
    site(`command('same', { run: ['true'] });`, `command('other', { run: ['echo', '2'] });`, fails());
    writeFileSync(hosts.at('ok'), '');
    const again = await hosts.run('run', 'site.ts', '--forks', '1', '--resume');
    const told = eventsOf(again, 'task').map(({ host, task, status }) => `${host} ${task} ${status}`);
    expect(told.toSorted()).toEqual([
      'web1 command[fails] ok',
      'web1 command[other] changed',
      'web1 command[same] skipped',
      'web2 command[fails] ok',
      'web2 command[other] changed',
      'web2 command[same] changed',
    ]);
  });

  it('does again what somebody waits for: a change, a result, a task on another host', async () => {
    site(
      `const name = await command('name', { run: ['echo', 'x'] }).result();`,
      `await on('web2', () => void command('there', { run: ['true'] }));`,
      `const conf = file('${hosts.at('conf')}', { content: name.stdout });`,
      fails(),
      `command('reload', { run: sh\`echo x >>${hosts.at('reloads')}\`, when: conf.changed });`,
    );
    expect((await hosts.run('run', 'site.ts', '--limit', 'web1')).code).toBe(1);
    writeFileSync(hosts.at('ok'), '');
    const again = await hosts.run('run', 'site.ts', '--limit', 'web1', '--resume');
    expect(statuses(again)).toEqual([
      'command[name] changed',
      'command[there] changed',
      `file[${hosts.at('conf')}] ok`,
      'command[fails] ok',
      'command[reload] changed',
    ]);
    expect(readFileSync(hosts.at('conf'), 'utf8')).toBe('x\n');
    expect(readFileSync(hosts.at('reloads'), 'utf8')).toBe('x\n');
  });

  it('owes a handler what has been left for it', async () => {
    hosts.site(`import { handler } from 'tsplay';
export default play('Handled', { hosts: 'web1' }, () => {
  const reload = handler('reload', () => void command('reload', { run: sh\`echo x >>${hosts.at('reloads')}\` }));
  file('${hosts.at('conf')}', { content: 'x', notify: reload });
  ${fails()}
});`);
    expect((await hosts.run('run', 'site.ts')).code).toBe(1);
    expect(existsSync(hosts.at('reloads'))).toBe(false);
    writeFileSync(hosts.at('ok'), '');
    expect((await hosts.run('run', 'site.ts', '--resume')).code).toBe(0);
    expect(readFileSync(hosts.at('reloads'), 'utf8')).toBe('x\n');
  });

  it('refuses what has been rolled back since, and another playbook', async () => {
    site(counts(), fails());
    await hosts.run('run', 'site.ts', '--limit', 'web1');
    const { ended } = hosts.start(['rollback', '--limit', 'web1']);
    expect((await ended).code).toBe(0);
    const again = await hosts.run('run', 'site.ts', '--resume');
    expect(again).toMatchObject({ code: 64, stdout: '' });
    expect(again.stderr).toContain('has been taken back');
    rmSync(hosts.at('.tsplay'), { recursive: true });
    expect((await hosts.run('run', 'site.ts', '--resume')).stderr).toContain(
      'there is no record of a run of',
    );
  });
});

it('--rerun takes the hosts that failed, were unreachable, or were not come to', async () => {
  hosts.write(
    'prod.yaml',
    `${inventoryOf(hosts.sshd, ['web1', 'web2', 'web3', 'web4'])}  gone: { address: 127.0.0.1, port: 1 }\n`,
  );
  hosts.site(`export default play('Some', { hosts: 'gone:web*', order: 'sorted', serial: [3, 1] }, ({ host }) => {
  say(host.name);
  if (host.name === 'web2' || host.name === 'web3') ${fails()}
});`);
  // Batches: gone, web1, web2; then web3, where all fail; web4 is left.
  expect((await hosts.run('run', 'site.ts')).code).toBe(1);
  hosts.log();
  const hostsOf = async (outcome: string): Promise<readonly string[]> => {
    const { stdout } = await hosts.start(['run', 'site.ts', '--list-hosts', '--rerun', outcome]).ended;
    const [listed] = JSON.parse(stdout) as readonly { readonly batches: readonly (readonly string[])[] }[];
    return listed?.batches.flat() ?? [];
  };
  expect(await hostsOf('failed')).toEqual(['web2', 'web3']);
  expect(await hostsOf('unreachable')).toEqual(['gone']);
  expect(await hostsOf('left')).toEqual(['web4']);
  writeFileSync(hosts.at('ok'), '');
  expect((await hosts.run('run', 'site.ts', '--rerun', 'failed')).code).toBe(0);
  expect(hosts.log().toSorted()).toEqual(['web2', 'web3']);
  const none = await hosts.run('run', 'site.ts', '--rerun', 'failed');
  expect(none.code).toBe(64);
  expect(none.stderr).toContain('none was failed');
});
