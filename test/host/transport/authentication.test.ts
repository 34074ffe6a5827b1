import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../../src/inventory/inventory.ts';
import { secret } from '../../../src/secrets/secret.ts';
import { connect, type TransportName } from '../../../src/transport/index.ts';
import { nobody, type Asking } from '../../../src/transport/target.ts';
import { temporaryAccount, type Account } from '../../support/account.ts';
import { startAgent, type Agent } from '../../support/agent.ts';
import { keygen, startSshd, type HostKeyType, type Sshd } from '../../support/sshd.ts';

const user = userInfo().username;
const ways = ['ssh2', 'openssh'] as const satisfies readonly TransportName[];
let sshd: Sshd;
let home = '';
let agent: Agent;
beforeAll(async () => {
  sshd = await startSshd(['AllowAgentForwarding yes']);
});
afterAll(() => sshd.close());
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'tsplay-auth-'));
  mkdirSync(join(home, '.ssh'));
  agent = await startAgent(home);
  vi.stubEnv('HOME', home);
  vi.stubEnv('SSH_AUTH_SOCK', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await agent.close();
  rmSync(home, { recursive: true });
});

/** A new key that the host accepts. */
function key(name: string, type: HostKeyType = 'ed25519', passphrase = ''): string {
  const file = join(home, '.ssh', name);
  keygen(file, type, passphrase);
  appendFileSync(`${sshd.clientKey}.pub`, readFileSync(`${file}.pub`));
  return file;
}

let configs = 0;
const host = (config: string, more: Partial<Host> = {}): Host => {
  configs += 1;
  const sshConfigFile = join(home, `config${configs}`);
  writeFileSync(sshConfigFile, config, { mode: 0o600 });
  return {
    name: 'web1',
    connection: 'ssh',
    address: '127.0.0.1',
    port: sshd.port,
    user,
    knownHostsFiles: [sshd.knownHosts],
    sshConfigFile,
    vars: {},
    groups: ['all'],
    ...more,
  };
};

async function output(
  which: Host,
  command: string,
  transport: TransportName,
  asking: Asking = nobody,
): Promise<string> {
  const connection = await connect(which, { transport, asking });
  try {
    const channel = await connection.exec(command);
    channel.stderr.resume();
    channel.stdin.end();
    return (await text(channel.stdout)).trim();
  } finally {
    await connection.close();
  }
}

const whoami = (which: Host, transport: TransportName, asking?: Asking): Promise<string> =>
  output(which, 'id -un', transport, asking);

describe.each(ways)('over %s', (transport) => {
  it.each(['ed25519', 'ecdsa', 'rsa'] as const)(
    'a key of the type %s that ssh_config names',
    async (type) => {
      const config = `IdentityFile ${join(home, 'none')}\nIdentityFile ${key('one', type)}\nIdentitiesOnly yes\n`;
      expect(await whoami(host(config), transport)).toBe(user);
    },
  );

  it('a key of the agent that ssh_config names', async () => {
    agent.add(key('held'));
    expect(await whoami(host(`IdentityAgent ${agent.socket}\nIdentityFile none\n`), transport)).toBe(user);
    await expect(whoami(host('IdentityAgent none\nIdentityFile none\n'), transport)).rejects.toMatchObject({
      code: 'authentication-failed',
    });
  });

  it('only those keys of the agent that are named, where no others may be', async () => {
    const [named, other] = [key('named'), key('other')];
    agent.add(other);
    const config = `IdentityAgent ${agent.socket}\nIdentitiesOnly yes\nIdentityFile ${named}.pub\n`;
    agent.add(named);
    expect(await whoami(host(config), transport)).toBe(user);
  });

  it('none of the agent that is not named, where that is so', async () => {
    agent.add(key('other'));
    const config = `IdentityAgent ${agent.socket}\nIdentitiesOnly yes\nIdentityFile ${key('named', 'rsa', 'x')}.pub\n`;
    await expect(whoami(host(config), transport)).rejects.toMatchObject({ code: 'authentication-failed' });
  });

  it('a key with a passphrase, which is asked for', async () => {
    const file = key('locked', 'ed25519', "it's secret");
    const asked: string[] = [];
    const passphrase = async (which: string): Promise<string> => {
      asked.push(which);
      return "it's secret";
    };
    expect(await whoami(host('', { identityFiles: [file] }), transport, { ...nobody, passphrase })).toBe(
      user,
    );
    expect(asked).toEqual([file]);
  });

  it('keys of ssh_config not at all, where it says so', async () => {
    const config = `PubkeyAuthentication no\nIdentityFile ${key('one')}\n`;
    await expect(whoami(host(config), transport)).rejects.toMatchObject({ code: 'authentication-failed' });
  });

  it('the agent is let through to the host where that is wanted, and not otherwise', async () => {
    const file = key('forwarded');
    agent.add(file);
    const config = `IdentityFile ${file}\nIdentityAgent ${agent.socket}\n`;
    const command = 'ssh-add -l 2>&1 | wc -l; echo "${SSH_AUTH_SOCK:-none}"';
    expect(await output(host(config), command, transport)).toMatch(/none$/);
    vi.stubEnv('SSH_AUTH_SOCK', agent.socket);
    expect(await output(host(`${config}ForwardAgent yes\n`), command, transport)).toMatch(/^1\n\//);
  });

  it('the host is worked on without the agent where it does not let that through', async () => {
    const file = key('unforwarded');
    agent.add(file);
    vi.stubEnv('SSH_AUTH_SOCK', agent.socket);
    const strict = await startSshd(['AllowAgentForwarding no', `AuthorizedKeysFile ${file}.pub`]);
    try {
      const config = `IdentityFile ${file}\nIdentityAgent ${agent.socket}\nForwardAgent yes\n`;
      const which = host(config, { port: strict.port, knownHostsFiles: [strict.knownHosts] });
      const told: string[] = [];
      const connection = await connect(which, { transport, tell: (message) => told.push(message) });
      try {
        for (let twice = 0; twice < 2; twice += 1) {
          const channel = await connection.exec('echo "${SSH_AUTH_SOCK:-none}"');
          channel.stdin.end();
          channel.stderr.resume();
          expect(await text(channel.stdout)).toBe('none\n');
        }
      } finally {
        await connection.close();
      }
      // OpenSSH says it in a log of its own.
      expect(told.filter((text) => text.includes('AllowAgentForwarding'))).toHaveLength(
        transport === 'ssh2' ? 1 : 0,
      );
    } finally {
      await strict.close();
    }
  });
});

describe('a passphrase', () => {
  it('is asked for once, however many hosts the key is for', async () => {
    const file = key('locked', 'ed25519', 'secret');
    let asked = 0;
    const passphrase = async (): Promise<string> => {
      asked += 1;
      return 'secret';
    };
    const hosts = Array.from({ length: 5 }, (_, n) => host('', { name: `web${n}`, identityFiles: [file] }));
    const all = await Promise.all(hosts.map((one) => whoami(one, 'ssh2', { ...nobody, passphrase })));
    expect(all).toEqual(hosts.map(() => user));
    expect(asked).toBe(1);
  });

  it('that is wrong is told for the key', async () => {
    const file = key('locked', 'ed25519', 'secret');
    const passphrase = async (): Promise<string> => 'wrong';
    const error = await whoami(host('', { identityFiles: [file] }), 'ssh2', { ...nobody, passphrase }).catch(
      (problem: unknown) => problem,
    );
    expect(error).toMatchObject({ code: 'key-unreadable', message: expect.stringContaining(file) });
    expect(JSON.stringify(error)).not.toContain('wrong');
  });
});

// It takes root to make an account.
describe.skipIf(process.getuid?.() !== 0)('a password', () => {
  let account: Account;
  beforeAll(() => {
    account = temporaryAccount();
  });
  afterAll(() => account.remove());
  const servers = {
    password: ['PasswordAuthentication yes'],
    'keyboard-interactive': ['UsePAM yes', 'KbdInteractiveAuthentication yes'],
  };
  const cases = ways.flatMap((way) =>
    Object.entries(servers).map(([kind, lines]) => [way, kind, lines] as const),
  );

  it.each(cases)('over %s by %s, from the inventory', async (transport, _kind, lines) => {
    const own = await startSshd([...lines]);
    try {
      const password = secret(account.password);
      const more = { port: own.port, user: account.name, knownHostsFiles: [own.knownHosts], password };
      expect(await whoami(host('IdentityFile none\n', more), transport)).toBe(account.name);
      const wrong = whoami(
        host('IdentityFile none\n', { ...more, password: secret('wr0ng-0ne') }),
        transport,
      );
      const error = await wrong.catch((problem: unknown) => problem);
      expect(error).toMatchObject({ code: 'authentication-failed', exit: 3 });
      expect(JSON.stringify(error)).not.toContain('wr0ng-0ne');
    } finally {
      await own.close();
    }
  });

  it('stands in no command line, variable or file while ssh uses it', async () => {
    const own = await startSshd(servers.password);
    try {
      const password = secret(account.password);
      const more = { port: own.port, user: account.name, knownHostsFiles: [own.knownHosts], password };
      const connection = await connect(host('IdentityFile none\n', more), { transport: 'openssh' });
      // The pattern comes in a file: the search has a command line too.
      const pattern = join(home, 'pattern');
      writeFileSync(pattern, `${account.password}\n`);
      const search =
        'grep -alF -f "$1" /proc/[0-9]*/cmdline /proc/[0-9]*/environ /tmp/tsplay-ssh-*/* 2>/dev/null || :';
      const found = execFileSync('sh', ['-c', search, 'sh', pattern], { encoding: 'utf8' });
      expect(found).toBe('');
      await connection.close();
    } finally {
      await own.close();
    }
  });
});
