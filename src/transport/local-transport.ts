import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { TsplayError } from '../errors/tsplay-error.ts';
import { transportError } from '../errors/transport.ts';
import type { Channel, Connection, Exit, Target, Transport } from './transport.ts';

/** Runs commands on this machine itself, in `sh`, as the user who runs tsplay. */
export const localTransport: Transport = {
  open: async (target) => new LocalConnection(target),
};

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

class LocalConnection implements Connection {
  readonly closed: Promise<undefined>;
  readonly #target: Target;
  readonly #children = new Set<Child>();
  #open = true;
  #settle: () => void = () => {};

  constructor(target: Target) {
    this.#target = target;
    this.closed = new Promise((resolve) => {
      this.#settle = () => resolve(undefined);
    });
  }

  async exec(command: string): Promise<Channel> {
    if (!this.#open) throw this.#refusal('the connection is closed');
    // A process group of its own, so that a cut can end all of it.
    const child = spawn('sh', ['-c', command], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    const { stdin, stdout, stderr } = child;
    const exit = new Promise<Exit>((resolve) => {
      child.once('close', (code, signal) => {
        this.#children.delete(child);
        resolve({ code: code ?? undefined, signal: signal ?? undefined });
      });
    });
    stdin.on('error', () => {});
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => reject(this.#refusal(error.message, error)));
    });
    this.#children.add(child);
    return { stdin, stdout, stderr, exit };
  }

  /** What still runs loses its pipes, as it would with a connection. */
  async close(): Promise<void> {
    this.#open = false;
    for (const { stdin, stdout, stderr } of this.#children) {
      for (const pipe of [stdin, stdout, stderr]) pipe.destroy();
    }
    this.#settle();
  }

  destroy(): void {
    for (const { pid } of this.#children) {
      try {
        if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      } catch {
        // It has just ended, or has become another user and notices that its pipes are closed.
      }
    }
    void this.close();
  }

  #refusal(problem: string, cause?: unknown): TsplayError {
    const host = this.#target.name;
    return transportError('local-shell', { host, problem }, { host, cause });
  }
}
