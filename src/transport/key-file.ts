import { readFile } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';

/** What a file that should hold a key holds. */
export type KeyFile =
  | { readonly kind: 'private'; readonly key: ParsedKey }
  | { readonly kind: 'public'; readonly publicKey: Buffer }
  /** The public half is known where the format shows it, or where it stands beside the file. */
  | { readonly kind: 'encrypted'; readonly publicKey: Buffer | undefined }
  | { readonly kind: 'missing'; readonly problem: string }
  | { readonly kind: 'damaged'; readonly problem: string };

// Reading and parsing a key costs time; many hosts use the same one.
const cache = new Map<string, Promise<KeyFile>>();

/** Reads a key file, once per process. */
export function keyFile(file: string): Promise<KeyFile> {
  let reading = cache.get(file);
  if (reading === undefined) cache.set(file, (reading = read(file)));
  return reading;
}

async function read(file: string): Promise<KeyFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { kind: code === 'ENOENT' ? 'missing' : 'damaged', problem: message };
  }
  const parsed = await parse(text);
  if (!(parsed instanceof Error)) {
    return parsed.isPrivateKey()
      ? { kind: 'private', key: parsed }
      : { kind: 'public', publicKey: parsed.getPublicSSH() };
  }
  if (!/passphrase/i.test(parsed.message)) return { kind: 'damaged', problem: parsed.message };
  return { kind: 'encrypted', publicKey: publicHalf(text) ?? (await publicBeside(file)) };
}

async function parse(text: string): Promise<ParsedKey | Error> {
  const { default: ssh2 } = await import('ssh2');
  // The declarations leave out that the newer OpenSSH format may hold several keys.
  const parsed = [ssh2.utils.parseKey(text) as ParsedKey | Error | readonly ParsedKey[]].flat()[0];
  return parsed ?? new Error('there is no key in it');
}

async function publicBeside(file: string): Promise<Buffer | undefined> {
  const text = await readFile(`${file}.pub`, 'utf8').catch(() => '');
  const parsed = await parse(text);
  return parsed instanceof Error ? undefined : parsed.getPublicSSH();
}

/** The public key in front of the encrypted part of OpenSSH's format (PROTOCOL.key in its sources). */
function publicHalf(text: string): Buffer | undefined {
  const base64 = /BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(text)?.[1];
  if (base64 === undefined) return undefined;
  const data = Buffer.from(base64, 'base64');
  const magic = 'openssh-key-v1\0';
  if (data.toString('latin1', 0, magic.length) !== magic) return undefined;
  let at = magic.length;
  const string = (): Buffer => {
    const start = at + 4;
    at = start + data.readUInt32BE(at);
    return data.subarray(start, at);
  };
  try {
    // Cipher, key derivation and its options, then the number of keys.
    for (let field = 0; field < 3; field += 1) string();
    at += 4;
    return string();
  } catch {
    return undefined;
  }
}
