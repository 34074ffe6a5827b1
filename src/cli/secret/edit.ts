import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { secretError } from '../../errors/secrets.ts';
import { TsplayErrors } from '../../errors/tsplay-error.ts';
import { textOf } from '../../secrets/age.ts';
import { encryptionOf } from '../../secrets/armor.ts';
import { hasBlocks, isOfSops } from '../../secrets/armored-blocks.ts';
import { askLine } from '../../secrets/ask.ts';
import { decrypt, decryptText } from '../../secrets/identity.ts';
import { hasMarks, openValues, sealValues } from '../../secrets/marked-values.ts';
import { withPrivateFolder } from '../../secrets/private-folder.ts';
import { replaceFile } from '../../secrets/replace-file.ts';
import { encrypterFor } from './content.ts';
import type { RecipientFlags } from './flags.ts';

/** Something encrypted as it is edited, and how it becomes encrypted again. */
interface Opened {
  readonly plain: Uint8Array;
  readonly seal: (edited: Uint8Array) => Promise<string>;
}

/** Lets the user edit a file that is encrypted, or has values in it that are; or makes one. Gives what has come of it. */
export async function edit(name: string, flags: RecipientFlags): Promise<string> {
  const file = resolve(name);
  const before = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw secretError('unreadable', { file, problem: cause.message }, { cause });
  });
  const { plain, seal } = await open(before, file, flags);
  const sealed = await edited(file, plain, seal);
  if (sealed === undefined) return `${name} is as it was`;
  const now = await readFile(file).catch(() => undefined);
  if ((now === undefined) !== (before === undefined) || now?.equals(before ?? Buffer.alloc(0)) === false) {
    // What was typed is not lost.
    await replaceFile(`${file}.edited`, sealed);
    throw secretError('changed-meanwhile', { file, kept: `${file}.edited` });
  }
  await replaceFile(file, sealed);
  return `encrypted ${name}`;
}

async function open(bytes: Buffer | undefined, file: string, flags: RecipientFlags): Promise<Opened> {
  if (bytes !== undefined && encryptionOf(bytes) === 'vault') throw secretError('of-vault', { file });
  const encrypt = await encrypterFor(file, flags);
  if (bytes === undefined || encryptionOf(bytes) !== undefined) {
    const where = { file, line: 1, column: 1 };
    const plain = bytes === undefined ? Buffer.alloc(0) : await decrypt(bytes, { what: file, where });
    return { plain, seal: (edited) => encrypt(edited) };
  }
  const text = textOf(bytes, { what: file });
  if (isOfSops(text)) throw secretError('of-sops', { file });
  if (!hasBlocks(text) && !hasMarks(text)) throw secretError('not-encrypted', { file });
  const opened = await openValues(text, file, ['age'], (armored, place) =>
    decryptText(armored, { what: 'this value', where: { file, ...place } }),
  );
  return {
    plain: Buffer.from(opened.text),
    seal: (edited) => sealValues(textOf(edited, { what: file }), file, opened.before, encrypt),
  };
}

/** Runs the editor on a copy that nobody else can read, until what is in it can be encrypted. */
function edited(file: string, plain: Uint8Array, seal: Opened['seal']): Promise<string | undefined> {
  let editor: ReturnType<typeof spawn> | undefined;
  return withPrivateFolder(
    async (folder) => {
      const copy = join(folder, basename(file).replace(/\.age$/, ''));
      await writeFile(copy, plain, { mode: 0o600 });
      for (;;) {
        editor = startEditor(copy);
        const status = await new Promise<number | string>((resolve, reject) => {
          editor?.once('error', reject);
          editor?.once('exit', (code, signal) => resolve(code ?? signal ?? ''));
        });
        editor = undefined;
        if (status !== 0) throw secretError('editor-failed', { status: String(status), file });
        const now = await readFile(copy);
        if (now.equals(plain)) return undefined;
        try {
          return await seal(now);
        } catch (error) {
          if (!(error instanceof TsplayErrors) || !process.stdin.isTTY) throw error;
          for (const { message, where } of error.errors)
            process.stderr.write(`line ${where?.line}, column ${where?.column}: ${message}\n`);
          if (/^n/i.test(await askLine('Edit it again? [Y/n] '))) throw error;
        }
      }
    },
    (signal) => {
      // An editor has a meaning of its own for Ctrl-C.
      if (editor !== undefined && (signal === 'SIGINT' || signal === 'SIGQUIT')) return false;
      editor?.kill(signal);
      return true;
    },
  );
}

/** `$VISUAL` or `$EDITOR` may have arguments, which is why git and others let a shell read them; the file is an argument. */
function startEditor(file: string): ReturnType<typeof spawn> {
  const { VISUAL = '', EDITOR = '' } = process.env;
  const command = VISUAL || EDITOR || 'vi';
  return spawn('sh', ['-c', `${command} "$1"`, 'sh', file], { stdio: 'inherit' });
}
