import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { secretError } from '../../errors/secrets.ts';
import { encrypt } from '../../secrets/age.ts';
import { readRecipients, recipientsFor } from '../../secrets/recipients.ts';
import type { RecipientFlags } from './flags.ts';

/** Encrypts for the recipients of what stands at a path, or for those in the file that was named. */
export async function encrypterFor(
  path: string,
  { recipients: file }: RecipientFlags,
): Promise<(plain: Uint8Array | string) => Promise<string>> {
  const recipients = await (file === undefined
    ? recipientsFor(dirname(path))
    : readRecipients(resolve(file)));
  return (plain) => encrypt(plain, recipients);
}

/** The bytes of a file that was named. */
export async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw secretError('unreadable', { file, problem: (cause as Error).message }, { cause });
  }
}

/** All of standard input. */
export async function standardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
