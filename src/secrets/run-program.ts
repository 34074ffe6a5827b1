import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Limit } from '../transport/limit.ts';

/** What a program came to. */
export interface ProgramResult {
  readonly stdout: Buffer;
  /** The end of what it said, where it was quiet. */
  readonly stderr: string;
  /** `ended with status 1`, or that it could not be started; undefined where all went well. */
  readonly problem: string | undefined;
  /** Undefined where it did not end by itself. */
  readonly status: number | undefined;
}

/** Each host may have a secret of its own. */
const atOnce = new Limit(8);

/**
 * Runs a program that prints a secret. It may ask the user for something: what it says is the user's, unless it is
 * quiet.
 */
export function runProgram(
  words: readonly string[],
  cwd: string,
  { quiet = false }: { readonly quiet?: boolean } = {},
): Promise<ProgramResult> {
  return atOnce.run(() => run(words, cwd, quiet));
}

async function run(
  [program = '', ...args]: readonly string[],
  cwd: string,
  quiet: boolean,
): Promise<ProgramResult> {
  const child = spawn(program, args, { cwd, stdio: ['inherit', 'pipe', quiet ? 'pipe' : 'inherit'] });
  const chunks: Buffer[] = [];
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-10_000)));
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    const problem =
      code === 0 ? undefined : code === null ? `was ended by ${signal}` : `ended with status ${code}`;
    return { stdout: Buffer.concat(chunks), stderr, problem, status: code ?? undefined };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'is not there' : `could not be run (${code ?? message})`;
    return { stdout: Buffer.alloc(0), stderr, problem, status: undefined };
  }
}
