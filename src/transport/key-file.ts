import { readFile } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import { isBeyond } from './agent.ts';
import { keyType } from './known-hosts.ts';

/** What a file that should hold a key holds. */
export type KeyFile =
  | { readonly kind: 'private'; readonly key: ParsedKey }
  | { readonly kind: 'public'; readonly publicKey: Buffer }
  /** A certificate, or the key of a device: its type. ssh2 cannot use it. */
  | { readonly kind: 'beyond'; readonly type: string }
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
  const type = typeIn(text);
  if (type !== undefined && isBeyond(type)) return { kind: 'beyond', type };
  if (!(parsed instanceof Error)) {
    return parsed.isPrivateKey()
      ? { kind: 'private', key: parsed }
      : { kind: 'public', publicKey: parsed.getPublicSSH() };
  }
  if (!/passphrase/i.test(parsed.message)) return { kind: 'damaged', problem: parsed.message };
  return { kind: 'encrypted', publicKey: publicHalf(text) ?? (await publicBeside(file)) };
}

const opened = new Map<string, Promise<ParsedKey>>();

/** Opens a key that has a passphrase. It is asked for once per process, however many hosts the key is for. */
export function openKey(file: string, ask: (file: string) => Promise<string>): Promise<ParsedKey> {
  let opening = opened.get(file);
  if (opening === undefined) {
    opening = (async () => {
      const [text, passphrase] = [await readFile(file, 'utf8'), await ask(file)];
      const key = await parse(text, passphrase);
      if (key instanceof Error) throw key;
      return key;
    })();
    opened.set(file, opening);
  }
  return opening;
}

/** The type that a key file shows, whether it can be read otherwise or not. */
function typeIn(text: string): string | undefined {
  const [, word] = /^([a-z][\w@.-]+) +AAAA/.exec(text) ?? [];
  const half = publicHalf(text);
  return word ?? (half === undefined ? undefined : keyType(half));
}

async function parse(text: string, passphrase?: string): Promise<ParsedKey | Error> {
  const { default: ssh2 } = await import('ssh2');
  // The declarations leave out that the newer OpenSSH format may hold several keys.
  const parsed = [
    ssh2.utils.parseKey(text, passphrase) as ParsedKey | Error | readonly ParsedKey[],
  ].flat()[0];
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
