import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { near } from '../errors/near.ts';
import { stepError } from '../errors/steps.ts';
import type { Place } from '../errors/tsplay-error.ts';

/** The bytes of a file that a playbook names. It is relative to the file in which the name is written. */
export function readSource(source: string, where: Place | undefined): Buffer {
  const file = sourcePath(source, where);
  try {
    return readFileSync(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw stepError('source-unreadable', { file, problem: code === 'EISDIR' ? 'it is a folder' : message });
  }
}

/** The text of such a file. */
export function readSourceText(source: string, where: Place | undefined): string {
  const bytes = readSource(source, where);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const file = sourcePath(source, where);
    throw stepError('source-unreadable', { file, problem: 'it is not text in UTF-8' });
  }
}

/** Where something is that a playbook names. It is there, though it may not be readable. */
export function sourcePath(source: string, where: Place | undefined): string {
  const file = besidePlaybook(source, where);
  try {
    statSync(file);
    return file;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw stepError('source-missing', { source, file, near: siblings(file) });
    }
    throw stepError('source-unreadable', { file, problem: message });
  }
}

/** Where a name leads that is relative to the file in which it is written. */
export function besidePlaybook(name: string, where: Place | undefined): string {
  return where === undefined ? resolve(name) : resolve(dirname(where.file), name);
}

/** Files of the same folder whose name is much like this one's. */
function siblings(file: string): readonly string[] {
  try {
    return near(basename(file), readdirSync(dirname(file)));
  } catch {
    return [];
  }
}
