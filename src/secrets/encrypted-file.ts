import { textOf, type Subject } from './age.ts';
import { encryptionOf } from './armor.ts';
import { decrypt } from './identity.ts';

/** Decrypts the bytes of a file. */
export async function decryptBytes(bytes: Uint8Array, subject: Subject): Promise<Uint8Array> {
  if (encryptionOf(bytes) !== 'vault') return decrypt(bytes, subject);
  const { decryptVault } = await import('./vault-passwords.ts');
  return decryptVault(Buffer.from(bytes).toString('latin1'), subject);
}

/** The text of a file that is encrypted as a whole. */
export async function decryptTextFile(bytes: Uint8Array, file: string): Promise<string> {
  const subject = { what: file, where: { file, line: 1, column: 1 } };
  return textOf(await decryptBytes(bytes, subject), subject);
}
