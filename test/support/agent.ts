import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A real ssh-agent. */
export interface Agent {
  readonly socket: string;
  add(keyFile: string): void;
  close(): Promise<void>;
}

/** Starts an ssh-agent of its own with its socket in this folder. */
export async function startAgent(dir: string): Promise<Agent> {
  const socket = join(dir, 'agent');
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  // It says where its socket is once it listens.
  await once(child.stdout, 'data');
  return {
    socket,
    add: (keyFile) =>
      void execFileSync('ssh-add', ['-q', keyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket } }),
    async close() {
      const closed = once(child, 'close');
      child.kill();
      await closed;
    },
  };
}
