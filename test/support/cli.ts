import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The file that `tsplay` is, as the build has made it. */
export const cli = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** How the command line came to its end. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with what it is started. */
export interface CliOptions {
  readonly cwd: string;
  /** Beside the environment of the tests, or with `only` instead of it. */
  readonly env?: NodeJS.ProcessEnv;
  readonly only?: boolean;
  /** Is told of each line of standard output as it comes. */
  readonly line?: (line: string) => void;
  /** What starts it, such as a tracer. */
  readonly under?: (words: readonly string[]) => readonly string[];
}

/** One that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts the command line, with nobody at a terminal. */
export function startCli(args: readonly string[], options: CliOptions): Running {
  const { cwd, env = {}, only = false, line, under = (words) => words } = options;
  const [program = '', ...words] = under([process.execPath, cli, ...args]);
  const child = spawn(program, words, {
    cwd,
    env: only ? env : { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let told = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    for (let end = stdout.indexOf('\n', told); end >= 0; end = stdout.indexOf('\n', told)) {
      line?.(stdout.slice(told, end));
      told = end + 1;
    }
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { child, ended };
}
