import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Running } from '../support/cli.ts';
import { endsOf, linesOf, manyHosts, type ManyHosts } from '../support/many-hosts.ts';
import { isRunning } from '../support/processes.ts';

let hosts: ManyHosts;
const at = (name: string): string => hosts.at(`host/${name}`);
const state = (name = ''): string => hosts.at(`state/${name}`);
beforeAll(async () => {
  hosts = await manyHosts(['web1']);
});
afterAll(() => hosts.close());
beforeEach(() => hosts.fresh());

/** A play with a job in its middle that goes on until a file lets it end. */
function start(...words: readonly string[]): Running {
  hosts.site(`export default play('Jobs', { hosts: 'all' }, () => {
  const conf = file(at('conf'), { content: 'new' });
  const { failed } = attempt(() => void command('broken', { run: ['false'] }));
  const job = command('job', {
    run: sh\`echo begun >>\${at('begun')}; echo $$ >\${at('pid')}; echo first
while [ ! -e \${at('go')} ]; do sleep 0.1; done; echo last; exit 3\`,
    successCodes: [3],
    detach: true,
  });
  command('after', { run: sh\`echo after >>\${at('after')}\`, when: conf.changed });
  command('sorry', { run: sh\`echo sorry >>\${at('sorry')}\`, when: failed });
  command('told', { run: sh\`echo told >>\${at('told')}\`, when: job.changed });
});
`);
  return hosts.start(['run', 'site.ts', ...words]);
}

const lines = (name: string): number => readFileSync(at(name), 'utf8').split('\n').length - 1;
const begun = (): Promise<void> => vi.waitFor(() => expect(existsSync(at('pid'))).toBe(true), 20_000);
const go = (): void => writeFileSync(at('go'), '');
const left = (): readonly string[] => readdirSync(state('jobs'));
const all = [
  'file[CONF] changed',
  'command[broken] failed',
  'command[job] changed',
  'command[after] changed',
  'command[sorry] changed',
  'command[told] changed',
];
const expected = (): readonly string[] => all.map((line) => line.replace('CONF', at('conf')));

it('a job is followed to its end, and leaves nothing', async () => {
  const run = start();
  await begun();
  go();
  const ended = await run.ended;
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  expect(endsOf(ended)).toEqual(expected());
  const printed = linesOf(ended.stdout).flatMap((event) => (event.type === 'output' ? [event.text] : []));
  expect(printed.join('')).toContain('first\nlast\n');
  expect([lines('begun'), left()]).toEqual([1, []]);
  // The next run has the same to do, and does it again.
  expect(endsOf(await start().ended)).toContain('command[job] changed');
  expect(lines('begun')).toBe(2);
});

it('a job survives its connection; the run finds it again and goes on from there', async () => {
  const run = start();
  await begun();
  const job = Number(readFileSync(at('pid'), 'utf8'));
  hosts.sshd.cut();
  // The shell that waited sees that nobody does any more.
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(isRunning(job)).toBe(true);
  go();
  const ended = await run.ended;
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  expect(endsOf(ended)).toEqual(expected());
  for (const name of ['begun', 'after', 'sorry', 'told']) expect(lines(name)).toBe(1);
  expect(left()).toEqual([]);
  const warnings = linesOf(ended.stdout).filter((event) => event.type === 'warning');
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringContaining('the connection was lost; the job goes on'),
  ]);
  // All that was changed, on both connections, can be taken back, and no lock is left.
  expect(readdirSync(state())).not.toContain('lock');
  const entries = readdirSync(join(state('runs'), readdirSync(state('runs'))[0] ?? ''));
  expect(entries.filter((name) => name.endsWith('.undo')).length).toBeGreaterThanOrEqual(5);
});

it('a job survives the controller; the next run follows it and starts no second one', async () => {
  const first = start();
  await begun();
  first.child.kill('SIGKILL');
  await first.ended;
  const second = start();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  go();
  const ended = await second.ended;
  expect(ended.code).toBe(0);
  expect(endsOf(ended)).toEqual(expected().map((line) => line.replace(/^file.*/, `file[${at('conf')}] ok`)));
  for (const name of ['begun', 'after', 'told']) expect(lines(name)).toBe(1);
});

it('a job that is killed has failed, and is started anew the next time', async () => {
  const run = start();
  await begun();
  const job = Number(readFileSync(at('pid'), 'utf8'));
  process.kill(job, 'SIGKILL');
  const ended = await run.ended;
  expect(ended.code).toBe(1);
  expect(endsOf(ended)).toContain('command[job] failed');
  expect(ended.stdout).toContain('the job has gone without a result');
  go();
  expect((await start().ended).code).toBe(0);
  expect(lines('begun')).toBe(2);
});
