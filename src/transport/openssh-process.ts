import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { transportError } from '../errors/transport.ts';
import { AfterMark } from './after-mark.ts';
import { askpass } from './askpass.ts';
import { opensshArguments } from './openssh-arguments.ts';
import { whereOf, type Exit, type Target } from './transport.ts';

/** What an `ssh` has come to when it was waited for. */
export type Answer =
  /** The mark stands on its standard output. */
  | 'marked'
  /** It has logged in, and that is all that is known; or the command has ended without the mark. */
  | 'in'
  /** ssh has given up. */
  | 'failed'
  /** It has not logged in within its time. */
  | 'late';

/** One `ssh`, which runs one command. */
export interface OpensshProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when it has ended and its output has been read. */
  readonly ended: Promise<Exit>;
  /** What it has come to within this time. */
  answer(milliseconds: number): Promise<Answer>;
  /** It has ended because the connection did. */
  readonly isLost: () => boolean;
  /** What ssh itself has said, and what it started to get there. */
  said(): string;
  /** Takes its pipes away. */
  letGo(): void;
  kill(): void;
}

/** Exit status of ssh for all failures of its own; of a command that a signal has ended too. */
const failed = 255;
/** What it says when a connection has gone that was there. */
const lost = /closed by remote host|send disconnect|Connection reset|not responding|Broken pipe|timed out/;

/**
 * Starts the system's ssh. Its own messages go to a file: on standard error, the host's would stand among them.
 *
 * @param mark - a line of standard output behind which the output begins; what stands before it is kept from it
 */
export async function startOpenssh(target: Target, command: string, mark?: string): Promise<OpensshProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'tsplay-ssh-'));
  const log = join(folder, 'log');
  const asking = await askpass(target, folder);
  // A group of its own: Ctrl-C is for us, and must not cut the connection under a running step.
  const child = spawn('ssh', opensshArguments(target, command, log), {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, LC_ALL: 'C', ...asking?.environment },
  });
  const stdout = new AfterMark(mark);
  const stderr = new AfterMark(undefined);
  child.stdout.pipe(stdout);
  child.stderr.pipe(stderr);
  child.stdin.on('error', () => {});
  let final: string | undefined;
  let code: number | null = null;
  const read = (): string => {
    try {
      return final ?? readFileSync(log, 'utf8');
    } catch {
      return '';
    }
  };
  const isLost = (): boolean => code === failed && lost.test(`${read()}${stderr.lastWords}`);
  // Nobody who has not begun to read by now will; the end has to be reached all the same.
  const letGo = (): void => {
    for (const stream of [stdout, stderr]) if (stream.readableFlowing === null) stream.resume();
  };
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (status, signal) => {
      code = status;
      final = read();
      asking?.close();
      rmSync(folder, { recursive: true, force: true });
      // Its last words are still on their way.
      setTimeout(() => isLost() && letGo(), 100).unref();
      resolve({ code: status ?? undefined, signal: signal ?? undefined });
    });
  });
  const streams = [stdout, stderr].map((stream) => finished(stream, { writable: false }).catch(() => {}));
  const ended = Promise.all([exited, ...streams]).then(([exit]) => exit);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      asking?.close();
      rmSync(folder, { recursive: true, force: true });
      const problem = cause.message;
      reject(transportError('no-openssh', { ...whereOf(target), problem }, { host: target.name, cause }));
    });
  });
  const isIn = (): boolean => /^Authenticated to /m.test(read());
  const late = async (milliseconds: number): Promise<Answer> => {
    do await new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
    while (asking?.asking() === true);
    return isIn() ? 'in' : 'late';
  };
  return {
    stdin: child.stdin,
    stdout,
    stderr,
    ended,
    answer: (milliseconds) =>
      Promise.race([
        stdout.marked.then((): Answer => 'marked'),
        exited.then((exit): Answer => (exit.code === failed && !isIn() ? 'failed' : 'in')),
        late(milliseconds),
      ]),
    isLost,
    said: () => `${stderr.firstWords}\n${read()}`,
    letGo() {
      child.stdin.end();
      for (const pipe of [child.stdout, child.stderr]) pipe.destroy();
      for (const stream of [stdout, stderr]) stream.destroy();
    },
    kill() {
      // This process may end before it hears of the end of that one.
      final ??= read();
      rmSync(folder, { recursive: true, force: true });
      letGo();
      try {
        if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
          process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has just ended.
      }
    },
  };
}
