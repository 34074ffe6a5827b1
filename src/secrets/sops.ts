import { secretError } from '../errors/secrets.ts';
import { exactJson } from './exact-json.ts';
import { runProgram } from './run-program.ts';

const decrypted = new Map<string, Promise<unknown>>();

/**
 * A value of a file that sops has encrypted. The file is decrypted once, by sops itself, when the first of its secrets
 * is needed.
 *
 * @param path - the keys and indexes that lead to the value
 */
export async function sopsValue(file: string, path: readonly string[]): Promise<string> {
  let data = decrypted.get(file);
  if (data === undefined) decrypted.set(file, (data = decryptFile(file)));
  let value = await data;
  for (const key of path) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  if (value === undefined || value === null || typeof value === 'object') {
    throw secretError('sops-failed', { file, problem: `it gives no value for ${path.join('.')}` });
  }
  return String(value as string | number | boolean);
}

async function decryptFile(file: string): Promise<unknown> {
  const kind = file.endsWith('.json') ? 'json' : 'yaml';
  const call = ['sops', '--decrypt', '--input-type', kind, '--output-type', 'json', file];
  const { stdout, stderr, problem, status } = await runProgram(call, process.cwd(), { quiet: true });
  if (status === undefined && problem === 'is not there') throw secretError('no-sops', { file });
  if (problem !== undefined) {
    const said = stderr.trim() === '' ? '' : `. It said: ${stderr.trim().slice(-1000)}`;
    throw secretError('sops-failed', { file, problem: `it ${problem}${said}` });
  }
  try {
    return exactJson(stdout.toString('utf8'));
  } catch {
    // What it says of it has a part of what was printed.
    throw secretError('sops-failed', { file, problem: 'it prints no JSON' });
  }
}
