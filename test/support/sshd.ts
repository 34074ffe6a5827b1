import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Target } from '../../src/transport/transport.ts';
import { descendants, killAll } from './processes.ts';

/** Types of host key that the test servers have, in the order in which ssh prefers them. */
export const hostKeyTypes = ['ed25519', 'ecdsa', 'rsa'] as const;
export type HostKeyType = (typeof hostKeyTypes)[number];

/** A real sshd on loopback, with keys of its own. */
export interface Sshd {
  readonly port: number;
  readonly dir: string;
  /** The home folder of the current user in sessions: one without the start-up files of this machine's. */
  readonly home: string;
  /** Files of the private host keys; the public ones stand beside them with `.pub`. */
  readonly hostKeys: Readonly<Record<HostKeyType, string>>;
  /** File of the private key that opens every account here. */
  readonly clientKey: string;
  /** A known_hosts file with the ed25519 key. Tests may rewrite it. */
  readonly knownHosts: string;
  /** Where to connect to, with what differs from that. */
  target(overrides?: Partial<Target>): Target;
  /** An inventory in YAML with one host of this name that leads here. */
  inventory(name: string, extra?: string): string;
  /** Kills the connections that are open now, without a goodbye; or freezes them. The server goes on. */
  cut(signal?: 'SIGKILL' | 'SIGSTOP'): void;
  /** Ends the server and its connections. */
  close(): Promise<void>;
}

/** Makes a key pair without a passphrase, or with one; of RSA the shortest that is taken, since others take a while. */
export function keygen(file: string, type: HostKeyType, passphrase = ''): void {
  const bits = type === 'rsa' ? ['-b', '1024'] : [];
  execFileSync('ssh-keygen', ['-q', '-N', passphrase, '-C', '', '-t', type, ...bits, '-f', file]);
}

/** `type base64` of the public key that stands beside a private one. */
export function publicKey(file: string): string {
  return readFileSync(`${file}.pub`, 'utf8').trim().split(' ').slice(0, 2).join(' ');
}

/** A port on loopback that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/**
 * Starts an sshd that lets any user in with one key. `config` are lines of sshd_config (ForceCommand,
 * Banner, MaxStartups …) without Match; they go before the usual ones, and in sshd_config the first value wins.
 */
export async function startSshd(config: readonly string[] = []): Promise<Sshd> {
  const dir = mkdtempSync(join(tmpdir(), 'tsplay-sshd-'));
  // sshd reads authorized_keys as the user who logs in, who may be a temporary account.
  chmodSync(dir, 0o755);
  mkdirSync('/run/sshd', { recursive: true });
  const hostKeys = {
    ed25519: join(dir, 'host_ed25519'),
    ecdsa: join(dir, 'host_ecdsa'),
    rsa: join(dir, 'host_rsa'),
  };
  const clientKey = join(dir, 'client');
  const home = join(dir, 'home');
  mkdirSync(home);
  for (const type of hostKeyTypes) keygen(hostKeys[type], type);
  keygen(clientKey, 'ed25519');
  const port = await freePort();
  const user = userInfo().username;
  const lines = [
    ...config,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...hostKeyTypes.map((type) => `HostKey ${hostKeys[type]}`),
    `AuthorizedKeysFile ${clientKey}.pub`,
    `PidFile ${dir}/pid`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    `Match User ${user}`,
    `SetEnv ${[`HOME=${home}`, ...config.flatMap(environment)].join(' ')}`,
  ];
  writeFileSync(join(dir, 'config'), `${lines.join('\n')}\n`);
  const child = spawn('/usr/sbin/sshd', ['-D', '-E', join(dir, 'log'), '-f', join(dir, 'config')], {
    stdio: 'ignore',
  });
  const knownHosts = join(dir, 'known_hosts');
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${publicKey(hostKeys.ed25519)}\n`);
  await untilOpen(child, port, join(dir, 'log'));
  return {
    port,
    dir,
    home,
    hostKeys,
    clientKey,
    knownHosts,
    target: (overrides = {}) => ({
      name: 'web1',
      address: '127.0.0.1',
      port,
      user,
      identityFiles: [clientKey],
      knownHostsFiles: [knownHosts],
      connectTimeout: 10_000,
      ...overrides,
    }),
    inventory: (name, extra = '') =>
      `hosts:\n  ${name}:\n    address: 127.0.0.1\n    port: ${port}\n    user: ${user}\n` +
      `    identityFiles: [${clientKey}]\n    knownHostsFiles: [${knownHosts}]\n${extra}`,
    cut: (signal) => killAll(childrenOf(child).filter(isSshd), signal),
    async close() {
      // The connections are not in the server's process group, and outlive it.
      const connections = childrenOf(child);
      if (child.exitCode === null && child.signalCode === null) {
        const closed = new Promise((resolve) => child.once('close', resolve));
        child.kill();
        await closed;
      }
      killAll(connections);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The variables that a line of sshd_config sets; within Match, a second SetEnv would hide the first. */
function environment(line: string): readonly string[] {
  const [, words] = /^SetEnv\s+(.*)$/i.exec(line) ?? [];
  return words === undefined ? [] : [words];
}

function childrenOf(child: ChildProcess): readonly number[] {
  return child.pid === undefined ? [] : descendants(child.pid);
}

// What a session runs is no part of its connection: it finds its pipes closed, as on any host.
function isSshd(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sshd\n';
  } catch {
    return false;
  }
}

async function untilOpen(child: ChildProcess, port: number, log: string): Promise<void> {
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => (socket.destroy(), resolve(true)));
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`no sshd on port ${port}: ${readFileSync(log, 'utf8')}`);
}
