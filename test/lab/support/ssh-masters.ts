import { spawn, type ChildProcess } from 'node:child_process';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../../../src/inventory/inventory.ts';
import { TIED } from '../../../src/lab/run-command.ts';
import { sshArguments } from '../../../src/lab/ssh-arguments.ts';

/** How a command ended and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Master {
  readonly process: ChildProcess;
  readonly socket: string;
}

/** Open connections of the system's ssh, one per guest and user, that commands run over. */
export class SshMasters {
  readonly #masters = new Map<string, Promise<Master>>();
  #opened = 0;

  /** Runs one command, over the connection that is open or a new one. */
  async run(host: Host, command: string, options: { user?: string; input?: string }): Promise<Ended> {
    const { user = 'root', input } = options;
    const key = `${user}@${host.name}`;
    const master = this.#masters.get(key) ?? this.#open(host, user);
    this.#masters.set(key, master);
    const argv = ['-S', (await master).socket, '-o', 'ControlMaster=no', ...destination(host, user), command];
    const child = spawn('ssh', argv, { stdio: 'pipe' });
    const code = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject).on('close', resolve);
    });
    child.stdin.on('error', () => {}).end(input);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, stdout, stderr };
  }

  /** Closes the connections to one guest, or to all. */
  close(host?: Host): void {
    for (const [key, master] of this.#masters) {
      if (host && !key.endsWith(`@${host.name}`)) continue;
      this.#masters.delete(key);
      void master.then(({ process }) => process.kill()).catch(() => {});
    }
  }

  async #open(host: Host, user: string): Promise<Master> {
    this.#opened += 1;
    const socket = join(dirname(host.knownHostsFiles?.[0] ?? ''), `ssh-${this.#opened}`);
    const argv = [...TIED, 'ssh', '-M', '-N', '-S', socket, ...destination(host, user)];
    const process = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] });
    while (process.exitCode === null) {
      const there = await access(socket).then(
        () => true,
        () => false,
      );
      if (there) return { process, socket };
      await sleep(10);
    }
    throw new Error(`ssh to ${user}@${host.name} ended with status ${process.exitCode}`);
  }
}

function destination(host: Host, user: string): readonly string[] {
  const [key = ''] = host.identityFiles ?? [];
  const [knownHosts = ''] = host.knownHostsFiles ?? [];
  return sshArguments({ key, knownHosts, port: host.port ?? 0, user });
}
