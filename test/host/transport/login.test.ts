import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ssh2Transport } from '../../../src/transport/ssh2-transport.ts';
import type { Target } from '../../../src/transport/transport.ts';
import { temporaryAccount, type Account } from '../../support/account.ts';
import { startAgent, type Agent } from '../../support/agent.ts';
import { keygen, startSshd, type HostKeyType, type Sshd } from '../../support/sshd.ts';

const user = userInfo().username;
let sshd: Sshd;
let agent: Agent;
let home: string;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.close());
beforeEach(async ({ task }) => {
  home = join(sshd.dir, task.id);
  mkdirSync(join(home, '.ssh'), { recursive: true });
  agent = await startAgent(home);
  vi.stubEnv('HOME', home);
  vi.stubEnv('SSH_AUTH_SOCK', agent.socket);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await agent.close();
});

async function login(target: Target): Promise<void> {
  await (await ssh2Transport.open(target)).close();
}

/** A new key that the host accepts, or not. */
function key(name: string, { type = 'ed25519', accepted = true, passphrase = '' } = {}): string {
  const file = join(home, '.ssh', name);
  keygen(file, type as HostKeyType, passphrase);
  if (accepted) appendFileSync(`${sshd.clientKey}.pub`, readFileSync(`${file}.pub`));
  return file;
}

function encrypt(file: string): void {
  execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'secret', '-f', file], { stdio: 'ignore' });
}

describe('named keys', () => {
  it.each(['ed25519', 'ecdsa', 'rsa'])('of the type %s let in', async (type) => {
    await expect(login(sshd.target({ identityFiles: [key('named', { type })] }))).resolves.toBeUndefined();
  });

  it('are tried in their order, and the message says which', async () => {
    const [one, two] = [key('one', { accepted: false }), key('two', { accepted: false, type: 'rsa' })];
    await expect(login(sshd.target({ identityFiles: [one, two] }))).rejects.toMatchObject({
      code: 'authentication-failed',
      exit: 3,
      host: 'web1',
      message: expect.stringMatching(
        new RegExp(`web1 \\(${user}@127.0.0.1, port ${sshd.port}\\): .*publickey.*; tried: ${one}, ${two}$`),
      ),
    });
    await expect(login(sshd.target({ identityFiles: [one, key('three')] }))).resolves.toBeUndefined();
  });

  it.each(['ed25519', 'ecdsa', 'rsa'])(
    'of the type %s are signed with at once, without a question',
    async (type) => {
      const own = await startSshd(['LogLevel VERBOSE']);
      try {
        const file = join(own.dir, 'key');
        keygen(file, type as HostKeyType);
        appendFileSync(`${own.clientKey}.pub`, readFileSync(`${file}.pub`));
        await login(own.target({ identityFiles: [file] }));
        const log = (): string => readFileSync(join(own.dir, 'log'), 'utf8');
        await expect.poll(log).toContain('Accepted publickey');
        expect(log()).not.toContain('Postponed publickey');
        // With a key of the agent there is a question first.
        agent.add(file);
        await login(own.target({ identityFiles: [`${file}.pub`] }));
        await expect.poll(log).toContain('Postponed publickey');
      } finally {
        await own.close();
      }
    },
  );

  it('keep the agent out of it', async () => {
    agent.add(key('in-agent'));
    await expect(
      login(sshd.target({ identityFiles: [key('refused', { accepted: false })] })),
    ).rejects.toMatchObject({ code: 'authentication-failed' });
  });

  it('with a passphrase need the agent', async () => {
    const file = key('locked');
    agent.add(file);
    encrypt(file);
    rmSync(`${file}.pub`);
    await expect(login(sshd.target({ identityFiles: [file] }))).resolves.toBeUndefined();
    const other = key('other', { passphrase: 'secret' });
    await expect(login(sshd.target({ identityFiles: [other] }))).rejects.toMatchObject({
      code: 'key-encrypted',
      exit: 3,
      message: expect.stringContaining(other),
      hint: expect.stringContaining(`ssh-add ${other}`),
    });
  });

  it('with a passphrase in the old format are found in the agent by the public half beside them', async () => {
    const file = key('old', { type: 'rsa' });
    agent.add(file);
    execFileSync('ssh-keygen', ['-q', '-p', '-m', 'PEM', '-P', '', '-N', 'secret', '-f', file], {
      stdio: 'ignore',
    });
    expect(readFileSync(file, 'utf8')).toContain('BEGIN RSA PRIVATE KEY');
    await expect(login(sshd.target({ identityFiles: [file] }))).resolves.toBeUndefined();
  });

  it('may be public ones whose private half the agent has', async () => {
    // More than sshd lets anyone try: only the one that is named may be.
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) agent.add(key(name, { accepted: false }));
    const file = key('card', { type: 'ecdsa' });
    agent.add(file);
    rmSync(file);
    await expect(login(sshd.target({ identityFiles: [`${file}.pub`] }))).resolves.toBeUndefined();
    const other = key('elsewhere');
    await expect(login(sshd.target({ identityFiles: [`${other}.pub`] }))).rejects.toMatchObject({
      code: 'key-not-in-agent',
    });
  });

  it('that are not there or not keys are named before anything is tried', async () => {
    const missing = join(home, 'missing');
    const damaged = join(home, 'damaged');
    writeFileSync(damaged, 'not a key');
    for (const file of [missing, damaged]) {
      await expect(login(sshd.target({ identityFiles: [file] }))).rejects.toMatchObject({
        code: 'key-unreadable',
        message: expect.stringContaining(file),
      });
    }
  });
});

describe('without named keys', () => {
  const target = (): Target => sshd.target({ identityFiles: [] });

  it.each(['id_ed25519', 'id_ecdsa', 'id_rsa'])('%s in the home folder is used', async (name) => {
    key(name, { type: name.slice(3) });
    await expect(login(target())).resolves.toBeUndefined();
  });

  it('the agent is used', async () => {
    agent.add(key('first', { accepted: false }));
    agent.add(key('second', { type: 'rsa' }));
    await expect(login(target())).resolves.toBeUndefined();
  });

  it('a key with a passphrase is used through the agent', async () => {
    const file = key('id_ed25519');
    agent.add(file);
    encrypt(file);
    await expect(login(target())).resolves.toBeUndefined();
  });

  it('all that was found is told when nothing lets in', async () => {
    const file = key('id_ed25519', { accepted: false });
    const locked = key('id_rsa', { type: 'rsa', passphrase: 'secret' });
    const held = key('held', { accepted: false });
    execFileSync('ssh-keygen', ['-q', '-c', '-C', 'key of the agent', '-P', '', '-f', held], {
      stdio: 'ignore',
    });
    agent.add(held);
    await expect(login(target())).rejects.toMatchObject({
      code: 'authentication-failed',
      message: expect.stringMatching(
        new RegExp(
          `; tried: ${file}, key of the agent in the agent; not tried: ${locked} \\(it has a passphrase`,
        ),
      ),
    });
  });

  it('nothing at all is told too', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', join(home, 'no-agent'));
    await expect(login(target())).rejects.toMatchObject({
      code: 'authentication-failed',
      message: expect.stringMatching(/; tried: no key; not tried: the agent \(.*\)/),
    });
  });

  it('a key of a file is not tried a second time through the agent', async () => {
    const file = key('id_ed25519', { accepted: false });
    const copy = join(home, 'copy');
    copyFileSync(file, copy);
    agent.add(copy);
    await expect(login(target())).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`; tried: ${file}$`)),
    });
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

  it.each(Object.entries(servers))('lets in by %s, and is asked for only once', async (_name, config) => {
    const own = await startSshd(config);
    try {
      let asked = 0;
      const password = async (): Promise<string> => {
        asked += 1;
        return account.password;
      };
      const target = own.target({ user: account.name, identityFiles: [], password });
      await expect(login(target)).resolves.toBeUndefined();
      expect(asked).toBe(1);
    } finally {
      await own.close();
    }
  });

  it('that is wrong is sent once, and never in a message', async () => {
    const own = await startSshd([...servers.password, 'UsePAM yes', 'KbdInteractiveAuthentication yes']);
    try {
      const target = own.target({
        user: account.name,
        identityFiles: [],
        password: async () => 'wrong-one',
      });
      const error = await login(target).catch((problem: unknown) => problem);
      expect(error).toMatchObject({
        code: 'authentication-failed',
        message: expect.stringMatching(/; tried: the password$/),
      });
      expect(JSON.stringify(error)).not.toContain('wrong-one');
    } finally {
      await own.close();
    }
  });

  it('is asked for after the key, where the host wants both', async () => {
    const own = await startSshd(['PasswordAuthentication yes', 'AuthenticationMethods publickey,password']);
    try {
      const target = own.target({ user: account.name, password: async () => account.password });
      await expect(login(target)).resolves.toBeUndefined();
      await expect(login(own.target({ user: account.name }))).rejects.toMatchObject({
        code: 'authentication-failed',
        message: expect.stringContaining('the host takes password'),
      });
    } finally {
      await own.close();
    }
  });

  it('is not asked for where a key lets in', async () => {
    const password = (): Promise<string> => Promise.reject(new Error('it was asked for'));
    await expect(login(sshd.target({ password }))).resolves.toBeUndefined();
  });

  it('may take its time', async () => {
    const own = await startSshd(servers.password);
    try {
      const password = async (): Promise<string> => {
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        return account.password;
      };
      const target = own.target({
        user: account.name,
        identityFiles: [],
        password,
        connectTimeout: 1_000,
      });
      await expect(login(target)).resolves.toBeUndefined();
    } finally {
      await own.close();
    }
  });

  it('is not asked for where the host takes none', async () => {
    const password = (): Promise<string> => Promise.reject(new Error('it was asked for'));
    const identityFiles = [key('refused', { accepted: false })];
    await expect(login(sshd.target({ identityFiles, password }))).rejects.toMatchObject({
      message: expect.stringContaining('the host takes publickey, and nothing is left to try'),
    });
  });

  it('that is not given ends the login', async () => {
    const own = await startSshd(servers.password);
    try {
      const password = (): Promise<string> => Promise.reject(new Error('no password was given'));
      const target = own.target({ user: account.name, identityFiles: [], password });
      await expect(login(target)).rejects.toMatchObject({
        code: 'authentication-failed',
        message: expect.stringContaining('no password was given'),
      });
    } finally {
      await own.close();
    }
  });
});
