import { lstatSync, mkdirSync, rmdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProjectFile } from './project-files.ts';

/** Those of these files whose place is taken, by whatever, or cannot be one. */
export function taken(folder: string, files: readonly ProjectFile[]): readonly string[] {
  return files.flatMap(({ path }) => takenAt(folder, path) ?? []);
}

/** What stands at a path, or where a folder above it would have to be. */
function takenAt(folder: string, path: string): string | undefined {
  const parts = path.split('/');
  for (const [index] of parts.entries()) {
    const part = parts.slice(0, index + 1).join('/');
    const kind = kindOf(join(folder, part));
    if (kind === undefined) return undefined;
    if (kind === 'other' || part === path) return part;
  }
  return undefined;
}

/** What there is at a path. A link to nowhere is something, too. */
export function kindOf(path: string): 'folder' | 'other' | undefined {
  try {
    lstatSync(path);
  } catch (error) {
    // Below a file there is nothing either.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? 'folder' : 'other';
}

/** Writes files of which none is there. Where one of them cannot be written, none is left. */
export function writeNew(folder: string, files: readonly ProjectFile[]): void {
  const undo: (() => void)[] = [];
  const makeFolder = (path: string): void => {
    if (kindOf(path) !== undefined) return;
    makeFolder(dirname(path));
    mkdirSync(path);
    undo.push(() => rmdirSync(path));
  };
  try {
    makeFolder(folder);
    for (const { path, text } of files) {
      const file = join(folder, path);
      makeFolder(dirname(file));
      // Whatever came there meanwhile stays.
      writeFileSync(file, text, { flag: 'wx' });
      undo.push(() => unlinkSync(file));
    }
  } catch (error) {
    for (const back of undo.toReversed()) back();
    throw error;
  }
}
