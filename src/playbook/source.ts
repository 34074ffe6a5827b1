import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { near } from '../errors/near.ts';
import { stepError } from '../errors/steps.ts';
import type { Place } from '../errors/tsplay-error.ts';

/** The text of a file that a playbook names. It is relative to the file in which the name is written. */
export function readSource(source: string, where: Place | undefined): string {
  const file = where === undefined ? resolve(source) : resolve(dirname(where.file), source);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw stepError('source-missing', { source, file, near: siblings(file) });
    }
    throw stepError('source-unreadable', { file, problem: code === 'EISDIR' ? 'it is a folder' : message });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw stepError('source-unreadable', { file, problem: 'it is not text in UTF-8' });
  }
}

/** Files of the same folder whose name is much like this one's. */
function siblings(file: string): readonly string[] {
  try {
    return near(basename(file), readdirSync(dirname(file)));
  } catch {
    return [];
  }
}
