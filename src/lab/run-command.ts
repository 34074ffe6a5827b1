import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { labError } from '../errors/lab.ts';

/** How a command is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Given on standard input. */
  readonly input?: string;
  /** What to call it in an error. @defaultValue its first words */
  readonly name?: string;
}

/** What a command that has ended printed. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Prefix that ends a command when we are killed, so that an interrupted build leaves nothing running. */
export const TIED = ['setpriv', '--pdeathsig', 'KILL'] as const;

/** The last lines of an output, for a message. */
export function tail(output: string, lines = 6): string {
  return output.trim().split('\n').slice(-lines).join('\n') || 'it printed nothing';
}

/** Runs a command to its end, whatever its status. A command that cannot be started gives code 127. */
export async function attempt(argv: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const [command = '', ...args] = argv;
  const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: 'pipe' });
  const code = new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(127)).on('close', resolve);
  });
  // A command that does not read its input is no failure of ours.
  child.stdin.on('error', () => {}).end(options.input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}

/** Runs a command that must succeed, and gives its standard output. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const ended = await attempt(argv, options);
  if (ended.code === 0) return ended.stdout;
  const output = tail(ended.stderr.trim() || ended.stdout);
  throw labError('lab-command-failed', { command: options.name ?? argv.slice(0, 3).join(' '), output });
}
