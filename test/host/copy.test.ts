import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TsplayEvent } from '../../src/events.ts';
import { cli } from '../support/cli.ts';
import { sshProject, type SshProject } from '../support/ssh-project.ts';

let project: SshProject;
beforeAll(async () => {
  project = await sshProject(['web1']);
});
afterAll(() => project.close());

/** A play that copies `source` to the folder `host`. */
function play(source: string, more = ''): string {
  const name = `${source}.ts`;
  const to = JSON.stringify(project.at(`host/${source}`));
  mkdirSync(project.at('host'), { recursive: true });
  project.write(
    name,
    `import { play } from 'tsplay';
import { copy } from 'tsplay/modules';
export default play('Copies', { hosts: 'all' }, () => {
  copy(${to}, { source: './${source}'${more} });
});
`,
  );
  return name;
}

async function run(name: string, command = 'run') {
  const {
    code: status,
    stdout,
    stderr,
  } = await project.tsplay(command, name, '-i', 'test', '--output', 'json');
  const events = stdout
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as TsplayEvent);
  const session = events.find((event) => event.type === 'session');
  return { status, stderr, events, sent: session?.bytesSent ?? 0, trips: session?.roundTrips ?? 0 };
}

/** A file with nothing in it but its length. */
function sparse(name: string, size: number): void {
  const descriptor = openSync(project.at(name), 'w');
  ftruncateSync(descriptor, size);
  closeSync(descriptor);
}

it('sends one file where one of three hundred differs', async () => {
  mkdirSync(project.at('tree'));
  const big = 20_000;
  for (let n = 0; n < 300; n += 1) writeFileSync(project.at(`tree/${n}`), `${n} `.repeat(big / 4));
  const name = play('tree', ', purge: true');
  // Most are there already: each that comes takes a while.
  cpSync(project.at('tree'), project.at('host/tree'), { recursive: true });
  for (let n = 0; n < 300; n += 10) rmSync(project.at(`host/tree/${n}`));
  const first = await run(name);
  expect([first.status, first.stderr]).toEqual([0, '']);
  const nothing = await run(name);
  expect([nothing.status, nothing.trips]).toEqual([0, 2]);
  writeFileSync(project.at('tree/17'), 'x'.repeat(big));
  const check = await run(name, 'check');
  expect([check.status, check.trips]).toEqual([2, 2]);
  const one = await run(name);
  expect([one.status, one.trips]).toEqual([0, 3]);
  const more = one.sent - nothing.sent;
  expect(more).toBeGreaterThan(big);
  expect(more).toBeLessThan(big + 200);
  expect(readFileSync(project.at('host/tree/17'), 'utf8')).toBe('x'.repeat(big));
}, 300_000);

it('holds no long file in memory', async () => {
  const size = 256 * 2 ** 20;
  sparse('image', size);
  const name = play('image');
  const child = spawn(process.execPath, [cli, 'run', name, '-i', 'test', '--output', 'json'], {
    cwd: project.dir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let most = 0;
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      most = Math.max(most, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      // It has just ended.
    }
  }, 50);
  const status = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(watch);
  expect(status).toBe(0);
  expect(statSync(project.at('host/image')).size).toBe(size);
  // Node itself, tsplay and its libraries take about 120 MiB.
  expect(most / 1024).toBeLessThan(230);
  rmSync(project.at('host/image'));
  rmSync(project.at('image'));
}, 300_000);

it.each(['the connection is cut', 'the controller is killed', 'somebody interrupts it'])(
  'leaves nothing half-done when %s, and the next run completes it',
  async (how) => {
    const size = 64 * 2 ** 20;
    sparse('long', size);
    const name = play('long');
    writeFileSync(project.at('host/long'), 'old');
    const child = spawn(process.execPath, [cli, 'run', name, '-i', 'test'], {
      cwd: project.dir,
      stdio: 'ignore',
    });
    const closed = new Promise((resolve) => child.once('close', resolve));
    const temporary = project.at('host/.long.tsplay~');
    await until(() => existsSync(temporary) && statSync(temporary).size > 2 ** 20);
    if (how === 'the connection is cut') project.sshd('web1').cut('SIGKILL');
    else child.kill(how === 'somebody interrupts it' ? 'SIGINT' : 'SIGKILL');
    await closed;
    await until(() => !existsSync(project.at('state-web1/lock')));
    expect(readFileSync(project.at('host/long'), 'utf8')).toBe('old');
    expect(readdirSync(project.at('host')).filter((one) => one.includes('long'))).toEqual(['long']);
    expect((await run(name)).status).toBe(0);
    expect(execFileSync('cmp', [project.at('long'), project.at('host/long')], { encoding: 'utf8' })).toBe('');
    project.undo('web1');
    expect(readFileSync(project.at('host/long'), 'utf8')).toBe('old');
    for (const one of ['long', 'host/long']) rmSync(project.at(one));
  },
  300_000,
);

it('says which file has changed since it was read', async () => {
  // Its digest is kept while the file looks the same, so that the hosts of a run need not read it again.
  writeFileSync(project.at('moving'), 'a'.repeat(100_000));
  const name = play('moving');
  project.write(
    name,
    `import { appendFileSync, truncateSync } from 'node:fs';
import { play } from 'tsplay';
import { copy } from 'tsplay/modules';
export default play('Copies', { hosts: 'all' }, () => {
  copy(${JSON.stringify(project.at('host/moving'))}, { source: './moving' });
  truncateSync(${JSON.stringify(project.at('moving'))}, 50_000);
});
`,
  );
  const ran = await run(name);
  expect(ran.status).toBe(1);
  const task = ran.events.find((event) => event.type === 'task');
  expect(task?.error?.message).toMatch(/moving is not what it was: it has become shorter$/);
  expect(existsSync(project.at('host/moving'))).toBe(false);
}, 300_000);

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 6000; tries += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('waited a minute in vain');
}
