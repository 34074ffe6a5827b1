import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startCli, type Ended, type Running } from '../support/cli.ts';
import { isRunning } from '../support/processes.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let project = '';
let sshd: Sshd;
const at = (name: string): string => join(project, 'host', name);

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'tsplay-jobs-'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(root, join(project, 'node_modules/tsplay'));
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  sshd = await startSshd([`SetEnv TS_HOME=${project}/host/state`]);
  writeFileSync(join(project, 'hosts.yaml'), sshd.inventory('web1'));
});
afterAll(async () => {
  await sshd.close();
  rmSync(project, { recursive: true });
});
beforeEach(() => {
  rmSync(join(project, 'host'), { recursive: true, force: true });
  mkdirSync(join(project, 'host'));
});

type Event = Readonly<Record<string, unknown>>;
const events = ({ stdout }: Ended): readonly Event[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event);
const ends = (ended: Ended): readonly string[] =>
  events(ended).flatMap((event) =>
    event['type'] === 'task' ? [`${String(event['task'])} ${String(event['status'])}`] : [],
  );

/** A play with a job in its middle that goes on until a file lets it end. */
function start(...words: readonly string[]): Running {
  writeFileSync(
    join(project, 'site.ts'),
    `import { attempt, play, sh } from 'tsplay';
import { command, file } from 'tsplay/modules';
const at = (name: string) => ${JSON.stringify(at(''))} + '/' + name;
export default play('Jobs', { hosts: 'all' }, () => {
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
`,
  );
  return startCli(['run', 'site.ts', '-i', 'hosts.yaml', '--output', 'json', ...words], { cwd: project });
}

const lines = (name: string): number => readFileSync(at(name), 'utf8').split('\n').length - 1;
const begun = (): Promise<void> => vi.waitFor(() => expect(existsSync(at('pid'))).toBe(true), 20_000);
const go = (): void => writeFileSync(at('go'), '');
const left = (): readonly string[] => readdirSync(at('state/jobs'));
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
  expect(ends(ended)).toEqual(expected());
  const printed = events(ended).flatMap((event) => (event['type'] === 'output' ? [event['text']] : []));
  expect(printed.join('')).toContain('first\nlast\n');
  expect([lines('begun'), left()]).toEqual([1, []]);
  // The next run has the same to do, and does it again.
  expect(ends(await start().ended)).toContain('command[job] changed');
  expect(lines('begun')).toBe(2);
});

it('a job survives its connection; the run finds it again and goes on from there', async () => {
  const run = start();
  await begun();
  const job = Number(readFileSync(at('pid'), 'utf8'));
  sshd.cut();
  // The shell that waited sees that nobody does any more.
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(isRunning(job)).toBe(true);
  go();
  const ended = await run.ended;
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  expect(ends(ended)).toEqual(expected());
  for (const name of ['begun', 'after', 'sorry', 'told']) expect(lines(name)).toBe(1);
  expect(left()).toEqual([]);
  const warnings = events(ended).filter((event) => event['type'] === 'warning');
  expect(warnings.map((event) => event['message'])).toEqual([
    expect.stringContaining('the connection was lost; the job goes on'),
  ]);
  // All that was changed, on both connections, can be taken back, and no lock is left.
  expect(readdirSync(at('state'))).not.toContain('lock');
  const entries = readdirSync(join(at('state/runs'), readdirSync(at('state/runs'))[0] ?? ''));
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
  expect(ends(ended)).toEqual(expected().map((line) => line.replace(/^file.*/, `file[${at('conf')}] ok`)));
  for (const name of ['begun', 'after', 'told']) expect(lines(name)).toBe(1);
});

it('a job that is killed has failed, and is started anew the next time', async () => {
  const run = start();
  await begun();
  const job = Number(readFileSync(at('pid'), 'utf8'));
  process.kill(job, 'SIGKILL');
  const ended = await run.ended;
  expect(ended.code).toBe(1);
  expect(ends(ended)).toContain('command[job] failed');
  expect(ended.stdout).toContain('the job has gone without a result');
  go();
  expect((await start().ended).code).toBe(0);
  expect(lines('begun')).toBe(2);
});
