import { existsSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TsplayEvent } from '../../../src/events.ts';
import { eventsOf, inventoryOf, manyHosts, type ManyHosts } from '../../support/many-hosts.ts';

let hosts: ManyHosts;
let silent: Server;
const sockets: Socket[] = [];
beforeAll(async () => {
  silent = createServer((socket) => void sockets.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  hosts = await manyHosts([]);
  hosts.write(
    'prod.yaml',
    `${inventoryOf(hosts.sshd, ['web1', 'web2', 'web3', 'lb1'])}  silent: { address: 127.0.0.1, port: ${port}, sshConfigFile: ssh_config }\n`,
  );
  hosts.write('ssh_config', 'ConnectTimeout 60\n');
  // web1 works, web2 has work done on lb1, silent is being connected to, web3 is in the next batch.
  hosts.site(`const slow = (name: string) =>
  command('slow', { run: sh\`touch ${hosts.dir}/began-\${name}; sleep 3; touch ${hosts.dir}/ended-\${name}\`, reads: true });
export default [
  play('Now', { hosts: 'web1,web2,silent,web3', order: 'sorted', serial: [3, 1] }, async ({ host, on }) => {
    if (host.name === 'web2') {
      await on('lb1', () => {
        slow('lb1');
        say('lb1 next');
      });
    } else slow(host.name);
    say(host.name + ' next');
    await flush();
    say('behind');
  }),
  play('Later', { hosts: 'all' }, () => void say('later')),
];`);
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  silent.close();
  await hosts.close();
});

const began = async (name: string): Promise<void> => {
  for (let tries = 0; !existsSync(hosts.at(`began-${name}`)); tries += 1) {
    if (tries > 2000) throw new Error(`nothing has begun on ${name}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
};

it('once: each host ends its step, nothing else begins, and what is left is told', async () => {
  const { child, ended } = hosts.start(['run', 'site.ts']);
  await Promise.all([began('web1'), began('lb1')]);
  while (sockets.length === 0) await new Promise((resolve) => setTimeout(resolve, 30));
  const interrupted = Date.now();
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;
  // The silent host is not waited for.
  expect(Date.now() - interrupted).toBeLessThan(20_000);
  expect(code).toBe(130);
  expect(stderr).toContain('every host stops before its next step');
  expect(['web1', 'lb1'].map((name) => existsSync(hosts.at(`ended-${name}`)))).toEqual([true, true]);
  expect(hosts.log()).toEqual([]);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TsplayEvent);
  const left = eventsOf({ events }, 'left').map(({ play, hosts: some, tasks, reason }) =>
    [play, some.join(), ...(tasks === undefined ? [] : [tasks.join()]), reason].join(' '),
  );
  expect(left.toSorted()).toEqual([
    'Later web1,web2,web3,lb1,silent interrupted',
    'Now lb1 command[lb1 next] interrupted',
    'Now silent command[slow],command[silent next] interrupted',
    'Now web1 command[web1 next] interrupted',
    'Now web2  interrupted',
    'Now web3 interrupted',
  ]);
  expect(events.at(-1)?.type).toBe('summary');
});

it('twice: it is left at once', async () => {
  const { child, ended } = hosts.start(['run', 'site.ts', '--limit', 'web3']);
  await began('web3');
  child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  expect(existsSync(hosts.at('ended-web3'))).toBe(false);
});
