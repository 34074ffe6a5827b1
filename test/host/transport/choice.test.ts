import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../../src/inventory/inventory.ts';
import { connect, type ConnectOptions } from '../../../src/transport/index.ts';
import { sshConfigOf } from '../../../src/transport/ssh-config/index.ts';
import { keygen, publicKey, startSshd, type Sshd } from '../../support/sshd.ts';

const user = userInfo().username;
let dir = '';
let sshd: Sshd;
/** A server whose key is signed. */
let signed: Sshd;
let authority = '';
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-choice-'));
  authority = join(dir, 'authority');
  keygen(authority, 'ed25519');
  keygen(join(dir, 'host'), 'ed25519');
  sign(join(dir, 'host'), ['-h', '-n', '127.0.0.1']);
  sshd = await startSshd([`TrustedUserCAKeys ${authority}.pub`]);
  signed = await startSshd([`HostKey ${dir}/host`, `HostCertificate ${dir}/host-cert.pub`]);
});
afterAll(async () => {
  await Promise.all([sshd.close(), signed.close()]);
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});
beforeEach(() => {
  vi.stubEnv('SSH_AUTH_SOCK', '');
});

function sign(file: string, words: readonly string[]): void {
  execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'test', ...words, `${file}.pub`], {
    stdio: 'ignore',
  });
}

let files = 0;
function file(content: string): string {
  files += 1;
  const path = join(dir, `file${files}`);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

const host = (server: Sshd, more: Partial<Host> = {}): Host => ({
  name: 'web1',
  connection: 'ssh',
  address: '127.0.0.1',
  port: server.port,
  user,
  identityFiles: [server.clientKey],
  knownHostsFiles: [server.knownHosts],
  sshConfigFile: 'none',
  vars: {},
  groups: ['all'],
  ...more,
});

/** Logs in, and gives what was said of the way. */
async function way(which: Host, options: ConnectOptions = {}): Promise<readonly string[]> {
  const told: string[] = [];
  const connection = await connect(which, { ...options, tell: (message) => told.push(message) });
  try {
    const channel = await connection.exec('echo here');
    channel.stderr.resume();
    channel.stdin.end();
    expect(await text(channel.stdout)).toBe('here\n');
  } finally {
    await connection.close();
  }
  return told;
}

describe('ssh2 is the way, and nothing is said', () => {
  it('where it can go', async () => {
    expect(await way(host(sshd))).toEqual([]);
  });

  it('where Kerberos is allowed, as on every Debian, and there is no ticket', async () => {
    vi.stubEnv('KRB5CCNAME', join(dir, 'no-ticket'));
    expect(await way(host(sshd, { sshConfigFile: file('GSSAPIAuthentication yes\n') }))).toEqual([]);
  });

  it('where ssh_config leaves algorithms that both have', async () => {
    const text = 'KexAlgorithms sntrup761x25519-sha512@openssh.com,ecdh-sha2-nistp256\nCiphers aes128-ctr\n';
    expect(await way(host(sshd, { sshConfigFile: file(text) }))).toEqual([]);
  });
});

describe('ssh2 goes as far as ssh_config lets it', () => {
  /** A server that is old in one way, and what a client has to say to it. */
  it.each([
    ['KexAlgorithms diffie-hellman-group1-sha1', 'KexAlgorithms +diffie-hellman-group1-sha1'],
    ['Ciphers aes256-cbc', 'Ciphers +aes256-cbc'],
    ['MACs hmac-md5\nCiphers aes128-ctr', 'MACs ^hmac-md5'],
    ['HostKeyAlgorithms ssh-rsa', 'HostKeyAlgorithms +ssh-rsa'],
  ])('to a host with %s: %s', async (server, client) => {
    const old = await startSshd([server]);
    const known = file(`[127.0.0.1]:${old.port} ${publicKey(old.hostKeys.rsa)}\n`);
    const knownHostsFiles = server.startsWith('HostKey') ? [known] : [old.knownHosts];
    try {
      expect(await way(host(old, { knownHostsFiles, sshConfigFile: file(`${client}\n`) }))).toEqual([]);
      await expect(way(host(old, { knownHostsFiles }), { transport: 'ssh2' })).rejects.toMatchObject({
        code: 'handshake-failed',
      });
    } finally {
      await old.close();
    }
  });

  it('and signs with SHA-1 only where it says so', async () => {
    const key = join(dir, 'rsa');
    keygen(key, 'rsa');
    const old = await startSshd([`AuthorizedKeysFile ${key}.pub`, 'PubkeyAcceptedAlgorithms ssh-rsa']);
    const only512 = await startSshd([
      `AuthorizedKeysFile ${key}.pub`,
      'PubkeyAcceptedAlgorithms rsa-sha2-512',
    ]);
    const ask = (server: Sshd, text: string): Promise<readonly string[]> =>
      way(host(server, { identityFiles: [key], sshConfigFile: file(`${text}\n`) }));
    try {
      expect(await ask(old, 'PubkeyAcceptedKeyTypes ssh-rsa')).toEqual([]);
      await expect(ask(old, '')).rejects.toMatchObject({ code: 'authentication-failed' });
      expect(await ask(only512, '')).toEqual([]);
      const refused = ask(only512, 'PubkeyAcceptedAlgorithms -rsa*');
      await expect(refused).rejects.toMatchObject({
        message: expect.stringContaining('ssh-rsa is not in PubkeyAcceptedAlgorithms') as string,
      });
      await expect(ask(only512, 'PubkeyAcceptedAlgorithms rsa-sha2-256')).rejects.toThrow(/rsa/);
    } finally {
      await Promise.all([old.close(), only512.close()]);
    }
  });
});

describe("the system's ssh is taken, and why is said,", () => {
  const because = (reason: string): readonly string[] => [
    `it is reached with the system's ssh, since ${reason}`,
  ];

  it('where a certificate stands beside the key', async () => {
    const key = join(dir, 'signed');
    keygen(key, 'ed25519');
    sign(key, ['-n', user]);
    const reason = `${key}-cert.pub is a certificate`;
    expect(await way(host(sshd, { identityFiles: [key] }))).toEqual(because(reason));
    await expect(way(host(sshd, { identityFiles: [key] }), { transport: 'ssh2' })).rejects.toMatchObject({
      code: 'key-unreadable',
      exit: 3,
    });
  });

  it('where ssh_config names a certificate', async () => {
    const key = join(dir, 'apart');
    keygen(key, 'ed25519');
    sign(key, ['-n', user]);
    copyFileSync(`${key}-cert.pub`, join(dir, 'elsewhere'));
    rmSync(`${key}-cert.pub`);
    const sshConfigFile = file(`CertificateFile ${dir}/elsewhere\nIdentityFile ${key}\n`);
    const which = host(sshd, { identityFiles: undefined, sshConfigFile });
    expect(await way(which)).toEqual(because('ssh_config names a certificate (CertificateFile)'));
    await expect(way(which, { transport: 'ssh2' })).rejects.toMatchObject({
      code: 'beyond-ssh2',
      message: expect.stringContaining('CertificateFile'),
    });
  });

  it('where the host is known by a certificate authority', async () => {
    const known = file(`@cert-authority * ${publicKey(authority)}\n`);
    expect(await way(host(signed, { knownHostsFiles: [known] }))).toEqual(
      because(`${known}:1 knows its key by a certificate authority`),
    );
  });

  it('and a host that another authority has signed is refused', async () => {
    const known = file(`@cert-authority * ${publicKey(sshd.clientKey)}\n`);
    await expect(way(host(signed, { knownHostsFiles: [known] }))).rejects.toMatchObject({
      code: 'host-key-unknown',
    });
  });

  it('where the host has a post-quantum key exchange only', async () => {
    const strict = await startSshd(['KexAlgorithms sntrup761x25519-sha512@openssh.com']);
    try {
      expect(await way(host(strict))).toEqual(because('it shares no key exchange algorithm with ssh2'));
    } finally {
      await strict.close();
    }
  });

  it.each(['HostKeyAlgorithms', 'PubkeyAcceptedAlgorithms', 'Ciphers'])(
    'where ssh_config takes all away that ssh2 knows: %s',
    async (keyword) => {
      const { algorithms, reasons } = await sshConfigOf({
        host: 'web1',
        given: new Map(),
        file: file(`${keyword} -${keyword === 'Ciphers' ? 'aes*,chacha*' : 'ssh-*,ecdsa-*,rsa-*'}\n`),
      });
      expect(Object.values(algorithms)).toContainEqual([]);
      expect(reasons).toEqual([`ssh2 knows none of the algorithms in ssh_config's ${keyword}`]);
    },
  );

  it('where ssh_config allows a post-quantum key exchange only', async () => {
    const sshConfigFile = file('KexAlgorithms sntrup761x25519-sha512@openssh.com\n');
    expect(await way(host(sshd, { sshConfigFile }))).toEqual(
      because("ssh2 knows none of the algorithms in ssh_config's KexAlgorithms"),
    );
  });

  it('where the key is one of a device', async () => {
    // Nobody has the device here; what ssh says of that is told.
    const [, blob = ''] = publicKey(authority).split(' ');
    const part = (data: Buffer): Buffer => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(data.length);
      return Buffer.concat([length, data]);
    };
    const type = 'sk-ssh-ed25519@openssh.com';
    const raw = Buffer.from(blob, 'base64').subarray(-32);
    const key = Buffer.concat([part(Buffer.from(type)), part(raw), part(Buffer.from('ssh:'))]);
    const identity = file(`${type} ${key.toString('base64')} key\n`);
    const told: string[] = [];
    await expect(
      connect(host(sshd, { identityFiles: [identity] }), { tell: (message) => told.push(message) }),
    ).rejects.toMatchObject({ code: 'authentication-failed', exit: 3 });
    expect(told).toEqual(because(`${identity} is a security key`));
  });

  it('where it is forced, and nothing is said', async () => {
    expect(await way(host(sshd), { transport: 'openssh' })).toEqual([]);
  });
});

it('another one that is forced is used on this machine itself', async () => {
  const connection = await connect(host(sshd), { transport: 'local' });
  const channel = await connection.exec('echo "$PPID"');
  channel.stderr.resume();
  expect(await text(channel.stdout)).toBe(`${process.pid}\n`);
  await connection.close();
});

it('a machine without ssh says what it is needed for', async () => {
  const sshConfigFile = file('KexAlgorithms sntrup761x25519-sha512@openssh.com\n');
  vi.stubEnv('PATH', dir);
  try {
    await expect(way(host(sshd, { sshConfigFile }))).rejects.toMatchObject({
      code: 'no-openssh',
      exit: 3,
      hint: expect.stringContaining('--transport ssh2'),
    });
  } finally {
    vi.unstubAllEnvs();
  }
});

it('what ssh leaves in the folder for temporary files is gone with it', async () => {
  const mine = (): number =>
    execFileSync('sh', ['-c', 'ls -d "${TMPDIR:-/tmp}"/tsplay-ssh-* 2>/dev/null | wc -l'], {
      encoding: 'utf8',
    }).trim() as unknown as number;
  vi.stubEnv('TMPDIR', mkdtempSync(join(dir, 'temporary-')));
  await way(host(sshd), { transport: 'openssh' });
  expect(mine()).toBe('0');
  expect(readFileSync(sshd.knownHosts, 'utf8')).toContain('127.0.0.1');
  vi.unstubAllEnvs();
});
