import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statSync,
  type Stats,
} from 'node:fs';
import { join, posix } from 'node:path';
import { stepError } from '../errors/steps.ts';
import { LocalFile } from '../steps/content.ts';
import type { SourceEntry } from '../steps/source-entry.ts';

/** Bytes that are read at once. */
const piece = 1 << 20;

/** Digests of files that have been read, by what would be another file: many hosts get the same. */
const known = new Map<string, string>();

/** What there is under this path, the path itself first; folders in the order of their names. */
export function sourceEntries(root: string): readonly SourceEntry[] {
  const entries: SourceEntry[] = [];
  const add = (path: string): void => {
    const full = path === '' ? root : join(root, path);
    // Of the source itself, what a link leads to is meant.
    const link = path === '' ? undefined : linkAt(full);
    if (link !== undefined) {
      entries.push({ kind: 'link', path, target: link });
      return;
    }
    const stats = found(full);
    const mode = (stats.mode & 0o777).toString(8);
    if (stats.isFile()) {
      entries.push({ kind: 'file', path, mode, file: () => localFile(full) });
    } else if (stats.isDirectory()) {
      entries.push({ kind: 'folder', path, mode });
      for (const name of orProblem(full, () => readdirSync(full)).toSorted()) add(posix.join(path, name));
    } else {
      throw stepError('source-unreadable', { file: full, problem: 'it is neither a file nor a folder' });
    }
  };
  add('');
  return entries;
}

/** A file with its size and digest, read once in this process while it stays the same. */
export function localFile(path: string): LocalFile {
  return orProblem(path, () => {
    const descriptor = openSync(path, 'r');
    try {
      const { dev, ino, size, mtimeMs, ctimeMs } = fstatSync(descriptor);
      const key = [path, dev, ino, size, mtimeMs, ctimeMs].join(' ');
      let digest = known.get(key);
      if (digest === undefined) {
        digest = digestOf(descriptor);
        known.set(key, digest);
      }
      return new LocalFile(path, size, digest);
    } finally {
      closeSync(descriptor);
    }
  });
}

function digestOf(descriptor: number): string {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(piece);
  for (;;) {
    const length = readSync(descriptor, buffer, 0, piece, null);
    if (length === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, length));
  }
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function found(path: string): Stats {
  return orProblem(path, () => statSync(path));
}

function orProblem<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw stepError('source-unreadable', { file, problem: (error as Error).message });
  }
}
