import type { Decrypter } from 'age-encryption';
import { secretError } from '../errors/secrets.ts';
import type { Place } from '../errors/tsplay-error.ts';
import { armorBegin } from './armor.ts';

/** How messages name what is decrypted. */
export interface Subject {
  /** `this secret`, or a file. */
  readonly what: string;
  readonly where?: Place | undefined;
}

const magic = 'age-encryption.org/';

/** Are these the bytes of a file that age has encrypted, as text or not? */
export function isAgeFile(bytes: Uint8Array): boolean {
  const start = startOf(bytes).trimStart();
  return start.startsWith(magic) || start.startsWith(armorBegin);
}

function startOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 256)).toString('latin1');
}

/**
 * Decrypts the bytes of a file, armored or not.
 *
 * @param keys - names the keys in messages
 */
export async function decryptWith(
  decrypter: Decrypter,
  bytes: Uint8Array,
  { what, where }: Subject,
  keys: string,
): Promise<Uint8Array> {
  const damaged = (error: unknown): Error =>
    secretError('age-damaged', { what, problem: (error as Error).message }, { where });
  const file = await dearmored(bytes).catch((error: unknown) => Promise.reject(damaged(error)));
  try {
    return await decrypter.decrypt(file);
  } catch (error) {
    if (!(error as Error).message.startsWith('no identity matched')) throw damaged(error);
    throw secretError('age-other-key', { what, keys, kinds: otherKinds(file) }, { where });
  }
}

async function dearmored(bytes: Uint8Array): Promise<Uint8Array> {
  if (startOf(bytes).startsWith(magic)) return bytes;
  const { armor } = await import('age-encryption');
  // White space around its lines is what a source in YAML or TypeScript brings.
  return armor.decode(
    Buffer.from(bytes)
      .toString('latin1')
      .replaceAll(/^[ \t]+|[ \t]+$/gm, ''),
  );
}

const kinds: Readonly<Record<string, string>> = {
  X25519: '',
  mlkem768x25519: '',
  scrypt: 'a passphrase',
  'ssh-ed25519': 'a key of ssh',
  'ssh-rsa': 'a key of ssh',
};

/** What kinds of key a file is encrypted for that none of ours can be. */
function otherKinds(file: Uint8Array): readonly string[] {
  const [header = ''] = Buffer.from(file.subarray(0, 65_536)).toString('latin1').split('\n---');
  const found = [...header.matchAll(/^-> ([\w.-]+)/gm)].map(([, kind = '']) => kind);
  // One that begins otherwise is there so that nobody relies on there being no others.
  const named = found.filter((kind) => !kind.endsWith('-grease'));
  return [...new Set(named.map((kind) => kinds[kind] ?? `a key of the kind ${kind}`))].filter(Boolean);
}

/** Encrypts for all of these recipients; as lines of text. */
export async function encrypt(plain: Uint8Array | string, recipients: readonly string[]): Promise<string> {
  const { armor, Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(plain));
}

/** The text in what was decrypted. */
export function textOf(bytes: Uint8Array, { what, where }: Subject): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw secretError('secret-not-text', { what }, { where });
  }
}
