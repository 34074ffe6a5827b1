import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadingError } from '../../errors/loading.ts';
import { parseTscOutput, type TscOutput } from './tsc-output.ts';

/** Path of the native compiler, called directly: going through its JavaScript shim takes 75 ms more. */
export function compilerPath(platform = `${process.platform}-${process.arch}`): string {
  try {
    const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
    const manifest = createRequire(typescript).resolve(`@typescript/typescript-${platform}/package.json`);
    return join(dirname(manifest), 'lib', platform.startsWith('win32') ? 'tsc.exe' : 'tsc');
  } catch (cause) {
    throw loadingError('compiler-missing', { platform }, { cause });
  }
}

/** Runs the compiler on a tsconfig. What it finds wrong is in its output; only that it cannot run is an error. */
export async function runCompiler(compiler: string, config: string, cwd: string): Promise<TscOutput> {
  const args = ['-p', config, '--pretty', 'false', '--listFiles', '--traceResolution'];
  const { failed, stdout, stderr } = await execute(compiler, args, cwd);
  const output = parseTscOutput(stdout, cwd);
  if (failed && output.diagnostics.length === 0) {
    throw loadingError('compiler-failed', { output: (stderr + stdout).trim().slice(0, 2000) });
  }
  return output;
}

interface Executed {
  readonly failed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

// The compiler collects garbage most of its time (70 ms, and 45 ms without): it lives too short for that.
const frugal = { GOGC: 'off', GOMEMLIMIT: '1GiB' };

/** All that it could need. In other variables there may be secrets, which are none of its business. */
const needed = ['PATH', 'HOME', 'TMPDIR', 'TMP', 'TEMP', 'SYSTEMROOT', 'GOGC', 'GOMEMLIMIT', 'GOMAXPROCS'];

async function execute(command: string, args: readonly string[], cwd: string): Promise<Executed> {
  const own = Object.entries(process.env).filter(([name]) => needed.includes(name.toUpperCase()));
  const env = { ...frugal, ...Object.fromEntries(own) };
  return new Promise((done) => {
    execFile(command, args, { cwd, maxBuffer: 2 ** 28, env }, (error, stdout, stderr) => {
      done({ failed: error !== null, stdout, stderr: stderr === '' ? (error?.message ?? '') : stderr });
    });
  });
}
