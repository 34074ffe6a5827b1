import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a program came to. */
export interface ProgramResult {
  readonly stdout: Buffer;
  /** `ended with status 1`, or that it could not be started; undefined where all went well. */
  readonly problem: string | undefined;
  readonly status: number | undefined;
}

/**
 * Runs a program that prints a secret. It may ask the user for something: its standard error is the terminal, and what
 * it says there is nobody else's.
 */
export async function runProgram(
  [program = '', ...args]: readonly string[],
  cwd: string,
): Promise<ProgramResult> {
  const child = spawn(program, args, { cwd, stdio: ['inherit', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    const problem =
      code === 0 ? undefined : code === null ? `was ended by ${signal}` : `ended with status ${code}`;
    return { stdout: Buffer.concat(chunks), problem, status: code ?? undefined };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'is not there' : `could not be run (${code ?? message})`;
    return { stdout: Buffer.alloc(0), problem, status: undefined };
  }
}
