import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { secretError } from '../errors/secrets.ts';
import type { Place } from '../errors/tsplay-error.ts';
import { textOf } from './age.ts';
import { encryptionOf } from './armor.ts';
import { takeFromEnvironment } from './environment.ts';
import { runProgram } from './run-program.ts';
import type { SecretSource } from './source-type.ts';

/**
 * Fetches a secret from where it is kept.
 *
 * @param folder - of the file that says where; files and programs are relative to it
 */
export async function fetchSecret(
  source: SecretSource,
  folder: string,
  where: Place | undefined,
): Promise<string> {
  const { what, text } = await read(source, folder, where);
  if (text === '') throw secretError('secret-not-there', { what, problem: 'gives nothing' }, { where });
  return withoutLastNewline(text);
}

async function read(
  source: SecretSource,
  folder: string,
  where: Place | undefined,
): Promise<{ readonly what: string; readonly text: string }> {
  const missing = (what: string, problem: string, cause?: unknown): Error =>
    secretError('secret-not-there', { what, problem }, { where, cause });
  if ('env' in source) {
    const what = `the environment variable ${source.env}`;
    const text = takeFromEnvironment(source.env);
    if (text === undefined) throw missing(what, 'is not set');
    return { what, text };
  }
  if ('command' in source) {
    const [program] = source.command;
    const what = `the command '${source.command.join(' ')}'`;
    const { stdout, problem } = await runProgram(
      [program.includes('/') ? resolve(folder, program) : program, ...source.command.slice(1)],
      folder,
    );
    if (problem !== undefined) throw missing(what, problem);
    return { what, text: textOf(stdout, { what: `what ${what} prints`, where }) };
  }
  const file = resolve(folder, source.file.replace(/^~(?=\/)/, homedir()));
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw missing(`the file ${file}`, `cannot be read: ${(cause as Error).message}`, cause);
  });
  const subject = { what: file, where };
  if (encryptionOf(bytes) === undefined) return { what: file, text: textOf(bytes, subject) };
  const { decryptBytes } = await import('./encrypted-file.ts');
  return { what: file, text: textOf(await decryptBytes(bytes, subject), subject) };
}

/** The newline behind a single line is the line's end, and none of the secret. Of several lines, each has its own. */
export function withoutLastNewline(text: string): string {
  return /^[^\n]*\n$/.test(text) ? text.replace(/\r?\n$/, '') : text;
}
