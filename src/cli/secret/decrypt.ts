import { resolve } from 'node:path';
import { secretError } from '../../errors/secrets.ts';
import { textOf } from '../../secrets/age.ts';
import { encryptionOf, vaultBegin } from '../../secrets/armor.ts';
import { hasBlocks, isOfSops } from '../../secrets/armored-blocks.ts';
import { decryptBytes } from '../../secrets/encrypted-file.ts';
import { openValues } from '../../secrets/marked-values.ts';
import { replaceFile } from '../../secrets/replace-file.ts';
import { bytesOf, standardInput } from './content.ts';

/** A file as it reads without encryption. Values in it that are encrypted are marked. */
export async function decrypted(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  const where = { file, line: 1, column: 1 };
  if (encryptionOf(bytes) !== undefined) return decryptBytes(bytes, { what: file, where });
  const text = textOf(bytes, { what: file });
  if (isOfSops(text)) throw secretError('of-sops', { file });
  if (!hasBlocks(text) && !text.includes(vaultBegin)) throw secretError('not-encrypted', { file });
  const { text: opened } = await openValues(text, file, ['age', 'vault'], async (value, place) => {
    const subject = { what: 'this value', where: { file, ...place } };
    return textOf(await decryptBytes(Buffer.from(value), subject), subject);
  });
  return Buffer.from(opened);
}

/** What comes on standard input, decrypted. */
export async function decryptInput(): Promise<Uint8Array> {
  const input = await standardInput();
  // What is copied from an inventory begins with the tag.
  const text = input.toString('latin1').replace(/^[^-$]*!(?:age|vault)\s+\|?\s*/, '');
  const bytes = encryptionOf(input) === undefined ? Buffer.from(text, 'latin1') : input;
  if (encryptionOf(bytes) === undefined) throw secretError('not-encrypted', { file: 'standard input' });
  return decryptBytes(bytes, { what: 'what comes on standard input' });
}

/** Decrypts files: gives what they say, or puts it in their place, where only their owner can read it. */
export async function decryptFiles(
  names: readonly string[],
  inPlace: boolean,
  tell: (line: string) => void,
): Promise<Uint8Array> {
  const opened: { readonly file: string; readonly content: Uint8Array }[] = [];
  for (const name of names) {
    const file = resolve(name);
    opened.push({ file, content: await decrypted(await bytesOf(file), file) });
  }
  if (!inPlace) return Buffer.concat(opened.map(({ content }) => content));
  for (const [index, { file, content }] of opened.entries()) {
    await replaceFile(file, content, 0o600);
    tell(`decrypted ${names[index]}, which anybody who gets it can read now`);
  }
  return Buffer.alloc(0);
}
