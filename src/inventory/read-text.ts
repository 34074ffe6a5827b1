import { readFile } from 'node:fs/promises';
import { inventoryError } from '../errors/inventory.ts';

/** The text of a file that belongs to an inventory. */
export async function readText(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw inventoryError('inventory-unreadable', { file, problem }, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw inventoryError('inventory-unreadable', { file, problem: 'it is not text in UTF-8' }, { cause });
  }
}
