import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { secretError } from '../../errors/secrets.ts';
import { TsplayError, TsplayErrors } from '../../errors/tsplay-error.ts';
import { encryptionOf } from '../../secrets/armor.ts';
import { hasBlocks, replaceBlocks } from '../../secrets/armored-blocks.ts';
import { decrypt } from '../../secrets/identity.ts';
import { replaceFile } from '../../secrets/replace-file.ts';
import { bytesOf, encrypterFor } from './content.ts';
import type { RecipientFlags } from './flags.ts';

/** A larger file is none of variables. */
const largest = 1 << 24;

/** Encrypts anew, for the recipients of today, all that is encrypted in files and folders: everything, or nothing. */
export async function rekey(
  names: readonly string[],
  flags: RecipientFlags,
  tell: (line: string) => void,
): Promise<void> {
  const made: { readonly file: string; readonly content: string; readonly count: number }[] = [];
  const problems: TsplayError[] = [];
  for (const name of names) {
    for (const file of await filesIn(resolve(name))) {
      try {
        const anew = await rekeyed(file, flags);
        if (anew !== undefined) made.push({ file, ...anew });
      } catch (error) {
        if (error instanceof TsplayErrors) problems.push(...error.errors);
        else if (error instanceof TsplayError) problems.push(error);
        else throw error;
      }
    }
  }
  // Without a key, all fail by the same.
  const different = [
    ...new Map(problems.map((one) => [JSON.stringify([one.message, one.where]), one])).values(),
  ];
  if (different.length > 0) throw new TsplayErrors(different);
  if (made.length === 0) throw secretError('nothing-encrypted', { names });
  for (const { file, content, count } of made) {
    await replaceFile(file, content);
    tell(`encrypted anew: ${file}${count === 0 ? '' : ` (${count} ${count === 1 ? 'value' : 'values'})`}`);
  }
}

async function rekeyed(
  file: string,
  flags: RecipientFlags,
): Promise<{ readonly content: string; readonly count: number } | undefined> {
  const bytes = await bytesOf(file);
  if (encryptionOf(bytes) === 'age') {
    const encrypt = await encrypterFor(file, flags);
    const where = { file, line: 1, column: 1 };
    return { content: await encrypt(await decrypt(bytes, { what: file, where })), count: 0 };
  }
  const text = bytes.toString('utf8');
  if (!hasBlocks(text)) return undefined;
  const encrypt = await encrypterFor(file, flags);
  let count = 0;
  const content = await replaceBlocks(text, async (armored, place) => {
    count += 1;
    const subject = { what: 'this value', where: { file, ...place } };
    return encrypt(await decrypt(Buffer.from(armored), subject));
  });
  return { content, count };
}

/** A file, or all files of a folder that could have something encrypted in them. */
async function filesIn(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw secretError('unreadable', { file: path, problem: (cause as Error).message }, { cause });
  });
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const below = entries.map(async (entry) => {
    const file = join(path, entry.name);
    if (entry.isDirectory()) {
      return entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : filesIn(file);
    }
    return entry.isFile() && (await stat(file)).size <= largest ? [file] : [];
  });
  return (await Promise.all(below)).flat().toSorted();
}
