import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { isRunning } from '../support/processes.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = join(root, 'dist/src/cli/main.js');
const ip = execFileSync('sh', ['-c', 'command -v ip'], { encoding: 'utf8' }).trim();

let fine: Sshd;
let odd: Sshd;
let project = '';

/** `ip` of the host `odd` does as the file beside it says; that of both writes down that it was called. */
function fakeIp(host: string): string {
  const bin = join(project, `bin-${host}`);
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'ip'),
    `#!/bin/sh
echo "$*" >>${project}/calls-${host}
[ ! -e ${bin}/do ] || . ${bin}/do
exec ${ip} "$@"
`,
  );
  chmodSync(join(bin, 'ip'), 0o755);
  return bin;
}
const oddIp = (does: string): void => writeFileSync(join(project, 'bin-odd/do'), does);
/** How often network facts have asked a host for its addresses. */
const asked = (host: string): number =>
  readFileSync(join(project, `calls-${host}`), 'utf8')
    .split('\n')
    .filter((line) => line === '-j -d addr show').length;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'tsplay-facts-'));
  const start = (host: string): Promise<Sshd> =>
    startSshd([`SetEnv TS_HOME=${project}/state-${host} PATH=${fakeIp(host)}:/usr/bin:/bin`]);
  [fine, odd] = await Promise.all([start('fine'), start('odd')]);
  mkdirSync(join(project, 'inventory'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(root, join(project, 'node_modules/tsplay'));
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(project, 'inventory/test.yaml'),
    fine.inventory('fine') + odd.inventory('odd').replace(/^hosts:\n/, ''),
  );
});
afterAll(async () => {
  await Promise.all([fine.close(), odd.close()]);
  rmSync(project, { recursive: true });
});
beforeEach(() => {
  oddIp('');
  for (const host of ['fine', 'odd']) writeFileSync(join(project, `calls-${host}`), '');
  rmSync(join(project, 'target'), { recursive: true, force: true });
  mkdirSync(join(project, 'target'));
});

type Event = Readonly<Record<string, unknown>>;
interface Result {
  readonly code: number | null;
  readonly stderr: string;
  readonly events: readonly Event[];
}

async function tsplay(mode: 'run' | 'check', plays: string, limit = 'all'): Promise<Result> {
  writeFileSync(
    join(project, 'site.ts'),
    `import { play } from 'tsplay';
import { command, file } from 'tsplay/modules';
const target = '${project}/target';
const tell = (name: string, what: unknown): void =>
  void file(\`\${target}/\${name}\`, { content: JSON.stringify(what) });
void [command, tell];
export default [
${plays}
];
`,
  );
  const args = [cli, mode, 'site.ts', '-i', 'test', '--output', 'json', '--limit', limit];
  const child = spawn(process.execPath, args, { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const events = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event);
  return { code, stderr, events };
}

const told = (name: string): unknown => JSON.parse(readFileSync(join(project, 'target', name), 'utf8'));
const of = ({ events }: Result, type: string): readonly Event[] =>
  events.filter((event) => event['type'] === type);
const counts = { ok: 0, changed: 0, failed: 0, skipped: 0, unknown: 0, unreachable: false };

it('builds a body with the facts that it names, at one more round trip, and tells nobody', async () => {
  const site = `play('One', { hosts: 'all', facts: ['network', 'system'] }, ({ facts, ...rest }) => {
    tell('facts', { ...facts, rest: Object.keys(rest) });
  })`;
  const check = await tsplay('check', site, 'fine');
  expect(check).toMatchObject({ code: 2, stderr: '' });
  const run = await tsplay('run', site, 'fine');
  expect(run).toMatchObject({ code: 0, stderr: '' });
  const ssh = { address: '127.0.0.1', port: fine.port, interface: 'lo', client: '127.0.0.1' };
  expect(told('facts')).toMatchObject({
    system: { hostname: os.hostname(), uid: process.getuid?.() },
    network: { ssh },
    rest: ['host', 'vars'],
  });
  for (const result of [check, run]) {
    expect(of(result, 'session')[0]).toMatchObject({ roundTrips: 3 });
    expect(of(result, 'task-start')).toHaveLength(1);
    expect(of(result, 'output')).toEqual([]);
    expect(of(result, 'summary')).toMatchObject([
      { type: 'summary', hosts: { fine: { ...counts, changed: 1 } } },
    ]);
  }
});

it('asks once for several plays, and again only after something was changed', async () => {
  const site = `
  play('One', { hosts: 'all', facts: ['network'] }, ({ facts }) => {
    command('look', { run: ['true'], reads: true });
    tell('same', facts.network.interfaces.length > 0);
  }),
  play('Two', { hosts: 'all', facts: ['network'] }, ({ facts }) => {
    tell('two', facts.network.interfaces.length > 0);
  }),
  play('Three', { hosts: 'all', facts: ['network'] }, () => {}),`;
  const first = await tsplay('run', site, 'fine');
  // After the changes of the plays One and Two.
  expect(asked('fine')).toBe(3);
  expect(of(first, 'session')[0]).toMatchObject({ roundTrips: 1 + 2 + 2 + 1 });
  const second = await tsplay('run', site, 'fine');
  expect(asked('fine')).toBe(4);
  expect(of(second, 'session')[0]).toMatchObject({ roundTrips: 1 + 2 + 1 + 0 });
  expect(of(second, 'warning')).toEqual([]);
});

it('warns in a check where a run would find other facts', async () => {
  const site = `
  play('One', { hosts: 'all', facts: ['network'] }, () => tell('new', 1)),
  play('Two', { hosts: 'all', facts: ['network'] }, () => {}),`;
  const check = await tsplay('check', site, 'fine');
  expect(asked('fine')).toBe(1);
  expect(of(check, 'warning')).toMatchObject([
    {
      type: 'warning',
      host: 'fine',
      message: "play 'Two' is built from facts that changes of earlier plays could alter",
    },
  ]);
});

const both = `play('Both', { hosts: 'all', facts: ['network', 'system'] }, ({ host }) => tell(host.name, 1))`;

it('a group that fails is a failed task of that host, and the others go on', async () => {
  oddIp('echo no such luck >&2; exit 3');
  const run = await tsplay('run', both);
  expect(run.code).toBe(1);
  expect(of(run, 'task').filter((task) => task['host'] === 'odd')).toMatchObject([
    {
      task: 'facts[network]',
      status: 'failed',
      error: {
        code: 'task-failed',
        message: 'network facts ended with status 3',
        where: { file: join(project, 'site.ts'), line: 8 },
        stderr: 'no such luck\n',
      },
    },
  ]);
  const [{ hosts } = {}] = of(run, 'summary');
  expect(hosts).toEqual({ fine: { ...counts, changed: 1 }, odd: { ...counts, failed: 1 } });
  expect(told('fine')).toBe(1);
  expect(() => told('odd')).toThrow('ENOENT');
});

it('an answer that makes no sense is a failure too', async () => {
  oddIp('echo "[{}, nonsense"; exit 0');
  const run = await tsplay('run', both, 'odd');
  const [task] = of(run, 'task');
  expect(task).toMatchObject({ task: 'facts[network]', status: 'failed' });
  expect(task?.['error']).toMatchObject({ message: expect.stringContaining('JSON') as string });
});

it('a group that hangs is ended when its time is over', async () => {
  oddIp(`echo $$ >>${project}/target/hanging; exec sleep 600`);
  const check = await tsplay('check', both);
  expect(check.code).toBe(1);
  const odd = of(check, 'task').filter((task) => task['host'] === 'odd');
  expect(odd).toMatchObject([
    { task: 'facts[network]', error: { message: 'it took longer than 10 s and was ended' } },
  ]);
  const [{ hosts } = {}] = of(check, 'summary');
  expect(hosts).toEqual({ fine: { ...counts, changed: 1 }, odd: { ...counts, failed: 1 } });
  const pid = Number(readFileSync(join(project, 'target/hanging'), 'utf8'));
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 5000);
});

it('refuses a group that does not exist before any connection, with its place', async () => {
  const site = `play('Odd', { hosts: 'all', facts: ['netwrok'] as unknown as ['network'] }, () => {})`;
  const run = await tsplay('run', site);
  expect(run).toMatchObject({ code: 64, events: [] });
  expect(run.stderr).toContain("'netwrok', which do not exist; did you mean network?");
  expect(run.stderr).toMatch(/site\.ts:8:1\b/);
});
