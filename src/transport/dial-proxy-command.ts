import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { TsplayError } from '../errors/tsplay-error.ts';
import { transportError } from '../errors/transport.ts';
import type { Dialed } from './dial.ts';
import { whereOf, type Target } from './transport.ts';

/** Milliseconds that a command has for its last words, once its output has ended. */
const lastWords = 1_000;

/** Starts the command that ssh_config names, by the user's shell as ssh does, and speaks to it. */
export async function dialProxyCommand(target: Target, command: string): Promise<Dialed> {
  const shell = process.env['SHELL'] || '/bin/sh';
  // A group of its own: Ctrl-C is for us, and must not cut the connection under a running step.
  const child = spawn(shell, ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const fail = (problem: string, cause?: unknown): TsplayError =>
    transportError('proxy-command', { ...whereOf(target), command, problem }, { host: target.name, cause });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-500)));
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.on('error', () => {});
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('close', (code, signal) => {
      if (code === 0) resolve(undefined);
      else
        resolve(
          `it ended with ${signal ?? `status ${code}`}${said === '' ? '' : `; it said: ${said.trim()}`}`,
        );
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(fail(error.message, error)));
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  stream.on('error', () => {});
  stream.once('close', () => {
    try {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGHUP');
    } catch {
      // It has just ended.
    }
  });
  return {
    stream,
    async failure() {
      const late = new Promise<undefined>((resolve) => setTimeout(resolve, lastWords, undefined).unref());
      const problem = await Promise.race([ended, late]);
      return problem === undefined ? undefined : fail(problem);
    },
  };
}
