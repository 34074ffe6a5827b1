import { readFile } from 'node:fs/promises';
import { inventoryError } from '../errors/inventory.ts';
import { encryptionOf } from '../secrets/armor.ts';

/** The text of a file. */
export interface FileText {
  readonly text: string;
  /** It was encrypted as a whole: what it says is not to be seen. */
  readonly hidden: boolean;
}

/** The text of a file that belongs to an inventory. One that is encrypted is decrypted. */
export async function readText(file: string): Promise<FileText> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw inventoryError('inventory-unreadable', { file, problem }, { cause });
  }
  if (encryptionOf(bytes) !== undefined) {
    const { decryptTextFile } = await import('../secrets/encrypted-file.ts');
    return { text: await decryptTextFile(bytes, file), hidden: true };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), hidden: false };
  } catch (cause) {
    throw inventoryError('inventory-unreadable', { file, problem: 'it is not text in UTF-8' }, { cause });
  }
}
