import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  existsSync,
  readFileSync,
} from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCli } from '../support/cli.ts';
import { eventStream } from '../support/event-stream.ts';
import { freePort, startSshd, type Sshd } from '../support/sshd.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

let fine: Sshd;
let frozen: Sshd;
let silent: Server;
const sockets: Socket[] = [];
let project = '';

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'tsplay-failing-'));
  [fine, frozen] = await Promise.all([
    startSshd([`SetEnv TS_HOME=${project}/state-fine`]),
    startSshd([`SetEnv TS_HOME=${project}/state-frozen`]),
  ]);
  silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  mkdirSync(join(project, 'inventory'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(root, join(project, 'node_modules/tsplay'));
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  const address = silent.address();
  const silentPort = typeof address === 'object' && address !== null ? address.port : 0;
  const lines = (sshd: Sshd, name: string): string => sshd.inventory(name).replace(/^hosts:\n/, '');
  writeFileSync(
    join(project, 'inventory/test.yaml'),
    `hosts:\n${lines(fine, 'fine')}${lines(frozen, 'frozen')}` +
      `  silent: { address: 127.0.0.1, port: ${silentPort} }\n  closed: { address: 127.0.0.1, port: ${await freePort()} }\n`,
  );
  writeFileSync(
    join(project, 'site.ts'),
    `import { play } from 'tsplay';
import { command } from 'tsplay/modules';
export default play('Work', { hosts: 'all' }, ({ host }) => {
  command('begin', { run: ['touch', '${project}/began-' + host.name] });
  command('wait', { run: ['sh', '-c', host.name === 'frozen' ? 'sleep 60' : 'true'] });
  command('end', { run: ['touch', '${project}/ended-' + host.name] });
});
`,
  );
}, 300_000);
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  silent.close();
  frozen.cut('SIGKILL');
  await Promise.all([fine.close(), frozen.close()]);
  rmSync(project, { recursive: true });
});

it('tells of hosts that hang, are silent or closed, each with what to do, while the others go on', async () => {
  const { ended } = startCli(['run', 'site.ts', '-i', 'test', '--output', 'json'], { cwd: project });
  while (!existsSync(join(project, 'began-frozen'))) await new Promise((resolve) => setTimeout(resolve, 50));
  // The host freezes in mid-step: its connection stays open, but nothing comes any more.
  frozen.cut('SIGSTOP');
  const { code, stdout } = await ended;
  expect(code).toBe(3);
  const events = eventStream(stdout) as unknown as readonly Record<string, unknown>[];
  const unreachable = Object.fromEntries(
    events.filter((event) => event['type'] === 'unreachable').map((event) => [event['host'], event['error']]),
  );
  expect(unreachable).toMatchObject({
    closed: { code: 'connection-refused', hint: expect.any(String) },
    silent: { code: 'handshake-timeout', hint: expect.any(String) },
    frozen: {
      code: 'connection-lost',
      message: expect.stringContaining('command[wait]'),
      hint: expect.any(String),
    },
  });
  expect(events.at(-1)).toMatchObject({
    type: 'summary',
    hosts: {
      fine: { changed: 3, failed: 0, unreachable: false },
      frozen: { unreachable: true },
      silent: { unreachable: true },
      closed: { unreachable: true },
    },
  });
  expect(readFileSync(join(project, 'ended-fine'), 'utf8')).toBe('');
}, 600_000);
