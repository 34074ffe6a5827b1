import { spawn } from 'node:child_process';
import type { Channel, Connection, Exit, Transport } from './transport.ts';

/** Runs commands on the controller itself. */
export const localTransport: Transport = {
  open: async () => new LocalConnection(),
};

class LocalConnection implements Connection {
  readonly closed: Promise<Error | undefined>;
  readonly #children = new Set<number>();
  #close: () => void = () => {};

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#close = () => resolve(undefined);
    });
  }

  async exec(command: string): Promise<Channel> {
    // A group of its own, so that a cut ends all of it, as a lost SSH connection would.
    const child = spawn('sh', ['-c', command], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    const { pid } = child;
    if (pid !== undefined) this.#children.add(pid);
    const exit = new Promise<Exit>((resolve) => {
      child.once('close', (code, signal) => {
        if (pid !== undefined) this.#children.delete(pid);
        resolve({ code: code ?? undefined, signal: signal ?? undefined });
      });
    });
    return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exit };
  }

  async close(): Promise<void> {
    this.#close();
  }

  destroy(): void {
    for (const pid of this.#children) process.kill(-pid, 'SIGKILL');
    this.#close();
  }
}
