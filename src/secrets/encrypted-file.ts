import { textOf } from './age.ts';
import { decrypt } from './identity.ts';

/** The text of a file that is encrypted as a whole. */
export async function decryptFile(bytes: Uint8Array, file: string): Promise<string> {
  const subject = { what: file, where: { file, line: 1, column: 1 } };
  return textOf(await decrypt(bytes, subject), subject);
}
