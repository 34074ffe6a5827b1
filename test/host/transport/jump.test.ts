import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../../../src/inventory/inventory.ts';
import { connect, type ConnectOptions, type TransportName } from '../../../src/transport/index.ts';
import { freePort, keygen, publicKey, startSshd, type Sshd } from '../../support/sshd.ts';

let first: Sshd;
let second: Sshd;
let end: Sshd;
let dir = '';
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-jump-'));
  const quiet = ['LogLevel VERBOSE'];
  [first, second, end] = await Promise.all([startSshd(quiet), startSshd(quiet), startSshd(quiet)]);
  keygen(join(dir, 'other'), 'ed25519');
});
afterAll(async () => {
  await Promise.all([first, second, end].map((sshd) => sshd.close()));
  rmSync(dir, { recursive: true });
});
beforeEach(({ task }) => mkdirSync(join(dir, task.id)));

let files = 0;
/** An ssh_config; the names one, two and end lead to the three servers. */
function config(text: string, known: readonly Sshd[] = [first, second, end]): string {
  files += 1;
  const file = join(dir, `config${files}`);
  const knownHosts = `${file}.known`;
  writeFileSync(
    knownHosts,
    known.map((sshd) => `[127.0.0.1]:${sshd.port} ${publicKey(sshd.hostKeys.ed25519)}\n`).join(''),
  );
  const block = (name: string, { port, clientKey }: Sshd): string =>
    `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n  IdentityFile ${clientKey}\n`;
  writeFileSync(
    file,
    `${text}\n${block('one', first)}${block('two', second)}${block('end', end)}Host *\n  User ${userInfo().username}\n` +
      `  IdentitiesOnly yes\n  UserKnownHostsFile ${knownHosts}\n  GlobalKnownHostsFile none\n  UpdateHostKeys no\n`,
    { mode: 0o600 },
  );
  return file;
}

const host = (file: string, more: Partial<Host> = {}): Host => ({
  name: 'web1',
  connection: 'ssh',
  address: 'end',
  sshConfigFile: file,
  vars: {},
  groups: ['all'],
  ...more,
});

/** Where the connection to a host comes from and goes to. */
async function path(which: Host, options?: ConnectOptions): Promise<string> {
  const connection = await connect(which, options);
  try {
    const channel = await connection.exec('echo "$SSH_CONNECTION"');
    channel.stderr.resume();
    channel.stdin.end();
    return (await text(channel.stdout)).trim();
  } finally {
    await connection.close();
  }
}

const logins = ({ dir: folder }: Sshd): number =>
  readFileSync(join(folder, 'log'), 'utf8').split('Accepted publickey').length - 1;

/** How many more logins each server has seen after some work. */
async function counted(work: () => Promise<unknown>): Promise<readonly number[]> {
  const before = [first, second, end].map(logins);
  await work();
  return [first, second, end].map((sshd, index) => logins(sshd) - (before[index] ?? 0));
}

const ways = ['ssh2', 'openssh'] as const satisfies readonly TransportName[];

describe.each(ways)('over %s', (transport) => {
  const through = (which: Host): Promise<string> => path(which, { transport });

  it('a host is reached through a jump host of ssh_config', async () => {
    const file = config('Host end\n  ProxyJump one');
    expect(await counted(() => through(host(file)))).toEqual([1, 0, 1]);
  });

  it('and through several, of which the first is named by the second', async () => {
    expect(await counted(() => through(host(config('Host end\n  ProxyJump one,two'))))).toEqual([1, 1, 1]);
    const chained = config('Host end\n  ProxyJump two\nHost two\n  ProxyJump one');
    expect(await counted(() => through(host(chained)))).toEqual([1, 1, 1]);
  });

  it('the inventory wins, and may say that there is none', async () => {
    const file = config('Host end\n  ProxyJump one');
    expect(await counted(() => through(host(file, { proxyJump: 'two' })))).toEqual([0, 1, 1]);
    expect(await counted(() => through(host(file, { proxyJump: 'none' })))).toEqual([0, 0, 1]);
  });

  it('a host is reached through a ProxyCommand', async () => {
    const file = config('Host end\n  ProxyCommand ssh -F DIR -W %h:%p one'.replace('DIR', config('')));
    expect(await counted(() => through(host(file)))).toEqual([1, 0, 1]);
  });

  it('a jump host with another key is refused, and nothing is sent on', async () => {
    const file = config('Host end\n  ProxyJump one', [second, end]);
    appendFileSync(`${file}.known`, `[127.0.0.1]:${first.port} ${publicKey(join(dir, 'other'))}\n`);
    let error: unknown;
    expect(await counted(() => through(host(file)).catch((problem: unknown) => (error = problem)))).toEqual([
      0, 0, 0,
    ]);
    expect(error).toMatchObject({ exit: 3, host: 'web1', message: expect.stringMatching(/HAS CHANGED/) });
  });

  it('a host behind a jump host has to show its own key', async () => {
    const file = config('Host end\n  ProxyJump one', [first]);
    appendFileSync(`${file}.known`, `[127.0.0.1]:${end.port} ${publicKey(join(dir, 'other'))}\n`);
    let error: unknown;
    expect(await counted(() => through(host(file)).catch((problem: unknown) => (error = problem)))).toEqual([
      1, 0, 0,
    ]);
    expect(error).toMatchObject({ code: 'host-key-changed', host: 'web1' });
  });

  it('a port that is closed behind a jump host is told', async () => {
    const file = config(`Host end\n  ProxyJump one\n  Port ${await freePort()}`);
    await expect(through(host(file))).rejects.toMatchObject({ exit: 3, host: 'web1' });
  });

  it('a ProxyCommand that fails is told with what it says', async () => {
    const file = config('Host end\n  ProxyCommand sh -c "echo no way >&2; exit 7"');
    const code = transport === 'ssh2' ? 'proxy-command' : 'handshake-dropped';
    const what = transport === 'ssh2' ? 'it ended with status 7; it said: no way' : 'closed the connection';
    const message = expect.stringContaining(what);
    await expect(through(host(file))).rejects.toMatchObject({ code, exit: 3, host: 'web1', message });
  });
});

describe('over ssh2', () => {
  it('one login to the jump host is enough for all that are behind it, and it ends with the last of them', async () => {
    const file = config('Host end\n  ProxyJump one');
    const many = (): Promise<unknown> =>
      Promise.all(Array.from({ length: 12 }, () => path(host(file), { transport: 'ssh2' })));
    expect(await counted(many)).toEqual([1, 0, 12]);
    const open = (): string =>
      execFileSync('sh', ['-c', `ss -Htn "dport = :${first.port}" | grep -c ESTAB || :`], {
        encoding: 'utf8',
      });
    await expect.poll(open).toBe('0\n');
  });

  it('a jump host that is not reached is told for every host, each with its name', async () => {
    const file = config(`Host end\n  ProxyJump 127.0.0.1:${await freePort()}`);
    for (const name of ['web1', 'web2']) {
      await expect(path(host(file, { name }))).rejects.toMatchObject({
        code: 'connection-refused',
        host: name,
        message: expect.stringMatching(new RegExp(`^${name}.*jump host 127.0.0.1`)),
      });
    }
  });

  it('a jump host that is behind itself is told', async () => {
    const file = config('Host *\n  ProxyJump one');
    await expect(path(host(file))).rejects.toMatchObject({ code: 'ssh-config-loop', exit: 64 });
  });
});
