import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventsOf, inventoryOf, manyHosts, type ManyHosts } from '../../support/many-hosts.ts';
import { freePort, startSshd, type Sshd } from '../../support/sshd.ts';

const live = Array.from({ length: 94 }, (_, number) => `live${number + 1}`);

let hosts: ManyHosts;
let hanging: Sshd;
let garbage: Server;
const sockets: Socket[] = [];

beforeAll(async () => {
  // They let anybody in, and then nothing more is heard of them.
  hanging = await startSshd(['ForceCommand sleep 600']);
  garbage = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    socket.write('HTTP/1.1 400 Bad Request\r\n\r\n\u0000\u0007nonsense\r\n'.repeat(50));
  });
  await new Promise<void>((resolve) => garbage.listen(0, '127.0.0.1', resolve));
  const address = garbage.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  hosts = await manyHosts([]);
  const of = (sshd: Sshd, names: readonly string[]): string =>
    inventoryOf(sshd, names).replace('hosts:\n', '');
  const closed = await freePort();
  // Their shells are waited for three times as long.
  hosts.write('ssh_config', 'ConnectTimeout 3\n');
  hosts.write(
    'prod.yaml',
    `hosts:
${['dead1', 'dead2', 'dead3'].map((name) => `  ${name}: { address: 127.0.0.1, port: ${closed} }`).join('\n')}
${of(hanging, ['hangs1', 'hangs2']).replaceAll('    port:', `    sshConfigFile: ${hosts.at('ssh_config')}\n    port:`)}  garbage: { address: 127.0.0.1, port: ${port} }
${of(hosts.sshd, live)}`,
  );
  hosts.site(`export default [
  play('Work', { hosts: 'all' }, ({ host }) => {
    command('one', { run: ['echo', host.name], reads: true });
    command('two', { run: ['true'], reads: true });
  }),
  play('More', { hosts: 'all' }, () => void command('three', { run: ['true'], reads: true })),
];`);
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  garbage.close();
  await hanging.close();
  await hosts.close();
});

it('of a hundred hosts those that work do all, and of each of the others it is told why not', async () => {
  const run = await hosts.run('run', 'site.ts', '--forks', '20');
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 3, stderr: '' });
  const why = Object.fromEntries(eventsOf(run, 'unreachable').map(({ host, error }) => [host, error.code]));
  expect(why).toEqual({
    dead1: 'connection-refused',
    dead2: 'connection-refused',
    dead3: 'connection-refused',
    hangs1: 'no-shell',
    hangs2: 'no-shell',
    garbage: expect.any(String),
  });
  for (const { error } of eventsOf(run, 'unreachable')) expect(error.hint).toBeTypeOf('string');
  const [summary] = eventsOf(run, 'summary');
  const counts = { ok: 3, changed: 0, failed: 0, skipped: 0, unknown: 0, unreachable: false };
  for (const name of live) expect([name, summary?.hosts[name]]).toEqual([name, counts]);
  expect(Object.keys(summary?.hosts ?? {}).length).toBe(100);
  // Those that were lost take no part in the next play.
  expect(eventsOf(run, 'play').map((event) => event.hosts.length)).toEqual([100, 94]);
});
