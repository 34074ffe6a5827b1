import type { Decrypter } from 'age-encryption';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { secretError } from '../errors/secrets.ts';
import { TsplayError } from '../errors/tsplay-error.ts';
import { decryptWith, isAgeFile, textOf, type Subject } from './age.ts';
import { askHidden } from './ask.ts';

/** How often a passphrase may be mistyped. */
const attempts = 3;

/** The file with the keys of whoever runs this: `$TSPLAY_IDENTITY`, else `~/.config/tsplay/identity`. */
export function identityFile(): string {
  const { TSPLAY_IDENTITY: named = '', XDG_CONFIG_HOME: config = '' } = process.env;
  if (named !== '') return resolve(named);
  return join(config === '' ? join(homedir(), '.config') : config, 'tsplay', 'identity');
}

/** Decrypts bytes, armored or not, with the keys of whoever runs this. */
export async function decrypt(bytes: Uint8Array, subject: Subject): Promise<Uint8Array> {
  const file = identityFile();
  return decryptWith(await decrypterOf(file), bytes, subject, file);
}

/** Decrypts armored text. */
export async function decryptText(text: string, subject: Subject): Promise<string> {
  return textOf(await decrypt(Buffer.from(text), subject), subject);
}

const decrypters = new Map<string, Promise<Decrypter>>();

/** What opens with the keys in a file; these are read, and their passphrase asked for, once. */
function decrypterOf(file: string): Promise<Decrypter> {
  let made = decrypters.get(file);
  if (made === undefined) decrypters.set(file, (made = makeDecrypter(file)));
  return made;
}

async function makeDecrypter(file: string): Promise<Decrypter> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  for (const { number, key } of keysIn(await readIdentity(file), file)) {
    try {
      decrypter.addIdentity(key);
    } catch {
      throw secretError('bad-identity', { file, problem: `line ${number} is damaged` });
    }
  }
  return decrypter;
}

async function readIdentity(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) {
      throw secretError('open-identity', { file, mode: (mode & 0o777).toString(8).padStart(4, '0') });
    }
  } catch (cause) {
    if (cause instanceof TsplayError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw secretError('no-identity', { file });
    throw secretError('bad-identity', { file, problem: message }, { cause });
  }
  return isAgeFile(bytes) ? openIdentity(bytes, file) : bytes.toString('utf8');
}

/** An identity that is encrypted with a passphrase itself. */
async function openIdentity(bytes: Buffer, file: string): Promise<string> {
  const [{ Decrypter }, { PassphraseIdentity }] = await Promise.all([
    import('age-encryption'),
    import('./passphrase-identity.ts'),
  ]);
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const passphrase = await askHidden(
      `the passphrase of ${file}`,
      'Where nobody can type, TSPLAY_IDENTITY names a key without a passphrase.',
    );
    const decrypter = new Decrypter();
    decrypter.addIdentity(new PassphraseIdentity(passphrase));
    try {
      const subject = { what: `the key file ${file}` };
      return textOf(await decryptWith(decrypter, bytes, subject, 'what was typed'), subject);
    } catch (error) {
      if (!(error instanceof TsplayError) || error.code !== 'age-other-key') throw error;
    }
  }
  throw secretError('wrong-passphrase', { file });
}

/** The lines with keys. What is wrong is told by its number, and never by what stands there. */
function keysIn(text: string, file: string): readonly { readonly number: number; readonly key: string }[] {
  const bad = (problem: string): Error => secretError('bad-identity', { file, problem });
  const lines = text.split('\n').map((line, index) => ({ number: index + 1, key: line.trim() }));
  const keys = lines.filter(({ key }) => key !== '' && !key.startsWith('#'));
  for (const { number, key } of keys) {
    if (key.startsWith('AGE-PLUGIN-'))
      throw bad(`line ${number} is for a plugin of age, and there are none here`);
    if (key.startsWith('-----BEGIN OPENSSH')) throw bad('it is a key of ssh, and not of age');
    if (!/^AGE-SECRET-KEY-(?:PQ-)?1/.test(key)) throw bad(`line ${number} is no key of age`);
  }
  if (keys.length === 0) throw bad('there is no key in it');
  return keys;
}
