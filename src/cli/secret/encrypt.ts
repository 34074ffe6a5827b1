import { resolve } from 'node:path';
import { secretError } from '../../errors/secrets.ts';
import { textOf } from '../../secrets/age.ts';
import { encryptionOf } from '../../secrets/armor.ts';
import { askHidden } from '../../secrets/ask.ts';
import { hasMarks, sealValues } from '../../secrets/marked-values.ts';
import { replaceFile } from '../../secrets/replace-file.ts';
import { withoutLastNewline } from '../../secrets/source.ts';
import { bytesOf, encrypterFor, standardInput } from './content.ts';
import type { RecipientFlags } from './flags.ts';

export interface EncryptFlags extends RecipientFlags {
  readonly name?: string;
  readonly json: boolean;
  readonly values: boolean;
}

/** Encrypts a value that is typed or comes on standard input, as it is pasted into an inventory. */
export async function encryptValue({ name, json, ...flags }: EncryptFlags): Promise<string> {
  const encrypt = await encrypterFor(resolve('value'), flags);
  const armored = await encrypt(await givenValue());
  if (json) return `${name === undefined ? '' : `${JSON.stringify(name)}: `}${JSON.stringify(armored)}\n`;
  return `${name === undefined ? '' : `${name}: `}!age |\n${armored.replaceAll(/^(?=.)/gm, '  ')}`;
}

async function givenValue(): Promise<string> {
  if (process.stdin.isTTY) return askHidden('the secret');
  const text = textOf(await standardInput(), { what: 'what comes on standard input' });
  return withoutLastNewline(text);
}

/** Encrypts files where they are: as a whole, or the values in them that are marked. */
export async function encryptFiles(
  names: readonly string[],
  { values, ...flags }: EncryptFlags,
  tell: (line: string) => void,
): Promise<void> {
  const made: { readonly file: string; readonly name: string; readonly content: string }[] = [];
  for (const name of names) {
    const file = resolve(name);
    const bytes = await bytesOf(file);
    if (encryptionOf(bytes) !== undefined) throw secretError('encrypted-already', { file });
    const encrypt = await encrypterFor(file, flags);
    if (!values) made.push({ file, name, content: await encrypt(bytes) });
    else {
      const text = textOf(bytes, { what: file });
      if (!hasMarks(text)) throw secretError('nothing-marked', { file });
      made.push({ file, name, content: await sealValues(text, file, new Map(), encrypt) });
    }
  }
  for (const { file, name, content } of made) {
    await replaceFile(file, content);
    tell(`encrypted ${name}`);
  }
}
