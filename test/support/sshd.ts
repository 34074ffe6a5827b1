import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A real sshd on loopback, with keys of its own. */
export interface Sshd {
  readonly port: number;
  readonly dir: string;
  readonly clientKey: string;
  readonly knownHosts: string;
  /** An inventory in YAML with one host of this name that leads here. */
  inventory(name: string, extra?: string): string;
  close(): Promise<void>;
}

const keygen = (file: string, type: string): void =>
  void execFileSync('ssh-keygen', ['-q', '-N', '', '-t', type, '-f', file]);

/** A port on loopback that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts an sshd that lets the current user in with its own key. `config` are lines of sshd_config. */
export async function startSshd(config: readonly string[] = []): Promise<Sshd> {
  const dir = mkdtempSync(join(tmpdir(), 'tsplay-sshd-'));
  mkdirSync('/run/sshd', { recursive: true });
  keygen(join(dir, 'host_ed25519'), 'ed25519');
  keygen(join(dir, 'client'), 'ed25519');
  const port = await freePort();
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${dir}/host_ed25519`,
    `AuthorizedKeysFile ${dir}/client.pub`,
    `PidFile ${dir}/pid`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    ...config,
  ];
  writeFileSync(join(dir, 'config'), `${lines.join('\n')}\n`);
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(dir, 'config')], { stdio: 'ignore' });
  const [type, key] = readFileSync(join(dir, 'host_ed25519.pub'), 'utf8').split(' ');
  const knownHosts = join(dir, 'known_hosts');
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${type} ${key}\n`);
  await untilOpen(port);
  return {
    port,
    dir,
    clientKey: join(dir, 'client'),
    knownHosts,
    inventory: (name, extra = '') =>
      `hosts:\n  ${name}:\n    address: 127.0.0.1\n    port: ${port}\n    user: ${userInfo().username}\n` +
      `    identityFiles: [${dir}/client]\n    knownHostsFiles: [${knownHosts}]\n${extra}`,
    async close() {
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.kill();
      await closed;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function untilOpen(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => (socket.destroy(), resolve(true)));
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no sshd on port ${port}`);
}
