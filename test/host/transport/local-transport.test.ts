import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { localTransport } from '../../../src/transport/local-transport.ts';
import type { Connection, Target } from '../../../src/transport/transport.ts';

const target: Target = {
  name: 'here',
  address: 'here',
  port: 22,
  user: 'me',
  identityFiles: [],
  knownHostsFiles: [],
  connectTimeout: 1_000,
};
let connection: Connection;
let dir: string;

beforeEach(async () => {
  connection = await localTransport.open(target);
  dir = mkdtempSync(join(tmpdir(), 'tsplay-local-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  connection.destroy();
  rmSync(dir, { recursive: true });
});

it('runs sh and gives output, errors and status', async () => {
  const channel = await connection.exec('read line; echo "out $line"; echo err >&2; exit 7');
  channel.stdin.end("it's\n");
  expect(await Promise.all([text(channel.stdout), text(channel.stderr)])).toEqual(["out it's\n", 'err\n']);
  expect(await channel.exit).toEqual({ code: 7, signal: undefined });
});

it('says which signal ended a command', async () => {
  const channel = await connection.exec('kill -TERM $$');
  expect(await channel.exit).toEqual({ code: undefined, signal: 'SIGTERM' });
});

it('loses nothing of 50 MB', async () => {
  const size = 50 * 1024 * 1024;
  const channel = await connection.exec('cat');
  const data = Buffer.alloc(size, 'abc');
  channel.stdin.end(data);
  expect((await buffer(channel.stdout)).equals(data)).toBe(true);
});

it('runs as many commands at once as are asked for', async () => {
  const channels = await Promise.all(Array.from({ length: 12 }, () => connection.exec('cat')));
  for (const channel of channels) channel.stdin.end('x');
  expect(await Promise.all(channels.map((channel) => text(channel.stdout)))).toEqual(channels.map(() => 'x'));
});

it('ends a command with all that it has started when it is destroyed', async () => {
  const pids = join(dir, 'pids');
  const channel = await connection.exec(`sleep 60 & echo $! >'${pids}'; echo ready; wait`);
  await new Promise((resolve) => channel.stdout.once('data', resolve));
  connection.destroy();
  expect(await channel.exit).toEqual({ code: undefined, signal: 'SIGKILL' });
  expect(await connection.closed).toBeUndefined();
  const child = readFileSync(pids, 'utf8').trim();
  await expect.poll(() => isRunning(child)).toBe(false);
});

it('lets a command go on without its pipes when it is closed', async () => {
  const done = join(dir, 'done');
  const channel = await connection.exec(`cat; : >'${done}'`);
  await connection.close();
  expect(await connection.closed).toBeUndefined();
  expect((await channel.exit).code).toBe(0);
  expect(existsSync(done)).toBe(true);
});

it('takes no command once it is closed', async () => {
  await connection.close();
  await expect(connection.exec('true')).rejects.toMatchObject({ code: 'local-shell', exit: 3 });
});

it('says so when there is no shell', async () => {
  vi.stubEnv('PATH', dir);
  await expect(connection.exec('true')).rejects.toMatchObject({ code: 'local-shell', host: 'here' });
});

it('does not fall over a command that does not read what it is given', async () => {
  const channel = await connection.exec('exit 3');
  channel.stdin.write(Buffer.alloc(1024 * 1024));
  channel.stdout.resume();
  channel.stderr.resume();
  expect(await channel.exit).toEqual({ code: 3, signal: undefined });
});

/** A zombie has ended; here nobody may be there to reap it. */
function isRunning(pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
}
