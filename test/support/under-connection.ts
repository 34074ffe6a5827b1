import { spawn } from 'node:child_process';
import type { Connection, Exit } from '../../src/transport/transport.ts';

/** A connection to wherever a command such as `nsenter` runs others; no words: this machine. */
export function connectionUnder(under: readonly string[]): Connection {
  return {
    async exec(command) {
      const [program, ...words] = [...under, 'sh', '-c', command];
      const child = spawn(program ?? 'sh', words, { stdio: ['pipe', 'pipe', 'pipe'] });
      const { stdin, stdout, stderr } = child;
      stdin.on('error', () => {});
      const exit = new Promise<Exit>((resolve) => {
        child.once('close', (code) => resolve({ code: code ?? undefined, signal: undefined }));
      });
      return { stdin, stdout, stderr, exit };
    },
    closed: new Promise(() => {}),
    close: async () => {},
    destroy: () => {},
  };
}
