import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startCli } from '../support/cli.ts';
import { eventStream } from '../support/event-stream.ts';
import { sshProject, type SshProject } from '../support/ssh-project.ts';
import { freePort } from '../support/sshd.ts';

let project: SshProject;
let silent: Server;
const sockets: Socket[] = [];

beforeAll(async () => {
  project = await sshProject(['fine', 'frozen']);
  silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const silentPort = typeof address === 'object' && address !== null ? address.port : 0;
  // What takes a minute without.
  project.write('ssh_config', 'ConnectTimeout 3\nServerAliveInterval 1\nServerAliveCountMax 3\n');
  const impatient = `sshConfigFile: ${project.at('ssh_config')}`;
  project.write(
    'inventory/more.yaml',
    `hosts:
  frozen: { ${impatient} }
  silent: { address: 127.0.0.1, port: ${silentPort}, ${impatient} }
  closed: { address: 127.0.0.1, port: ${await freePort()} }
`,
  );
  project.write(
    'site.ts',
    `import { play } from 'tsplay';
import { command } from 'tsplay/modules';
export default play('Work', { hosts: 'all' }, ({ host }) => {
  command('begin', { run: ['touch', '${project.dir}/began-' + host.name] });
  command('wait', { run: ['sh', '-c', host.name === 'frozen' ? 'sleep 60' : 'true'] });
  command('end', { run: ['touch', '${project.dir}/ended-' + host.name] });
});
`,
  );
}, 300_000);
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  silent.close();
  project.sshd('frozen').cut('SIGKILL');
  await project.close();
});

it('tells of hosts that hang, are silent or closed, each with what to do, while the others go on', async () => {
  const { ended } = startCli(['run', 'site.ts', '-i', 'inventory', '--output', 'json'], {
    cwd: project.dir,
  });
  await vi.waitFor(() => expect(project.has('began-frozen')).toBe(true), 60_000);
  // The host freezes in mid-step: its connection stays open, but nothing comes any more.
  project.sshd('frozen').cut('SIGSTOP');
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
  expect(readFileSync(project.at('ended-fine'), 'utf8')).toBe('');
}, 600_000);
