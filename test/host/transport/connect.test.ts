import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { usualKnownHosts } from '../../../src/transport/known-hosts-files.ts';
import type { Host } from '../../../src/inventory/inventory.ts';
import { connect } from '../../../src/transport/index.ts';
import { targetOf } from '../../../src/transport/target.ts';
import { startSshd, type Sshd } from '../../support/sshd.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.close());

const host: Host = { name: 'web1', connection: 'ssh', address: '10.0.0.1', vars: {}, groups: ['all'] };

async function output(which: Host, command: string): Promise<string> {
  const connection = await connect(which);
  try {
    const channel = await connection.exec(command);
    channel.stderr.resume();
    return await text(channel.stdout);
  } finally {
    await connection.close();
  }
}

it('takes from the inventory where to connect, and the rest from OpenSSH', async () => {
  expect(await targetOf({ ...host, sshConfigFile: 'none' })).toMatchObject({
    name: 'web1',
    address: '10.0.0.1',
    port: 22,
    user: userInfo().username,
    identityFiles: [],
    knownHostsFiles: usualKnownHosts(),
    hostKeyAlias: undefined,
    via: undefined,
    newKeys: undefined,
    reasons: [],
    connectTimeout: 10_000,
  });
  const own = {
    port: 2222,
    user: 'admin',
    identityFiles: ['/key'],
    knownHostsFiles: ['/known'],
    hostKeyAlias: 'alias',
    connectTimeout: 60_000,
  };
  expect(await targetOf({ ...host, ...own })).toMatchObject(own);
});

it('reaches a host over SSH', async () => {
  const { port, clientKey, knownHosts } = sshd;
  const there = {
    ...host,
    address: '127.0.0.1',
    port,
    identityFiles: [clientKey],
    knownHostsFiles: [knownHosts],
  };
  expect(await output(there, 'echo "$SSH_CONNECTION"')).toContain(`127.0.0.1 ${port}`);
});

it('stays on this machine where the inventory says so', async () => {
  expect(await output({ ...host, connection: 'local' }, 'echo "$PPID"')).toBe(`${process.pid}\n`);
});
