import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { isInstalled } from './emitted.ts';
import type { Needs } from './needs.ts';

/** What a check was made from and what it made. While nothing of it changes, it need not be made again. */
export interface Manifest {
  /** The tsplay that made it. */
  readonly maker: string;
  /** Folder of the emitted code. */
  readonly output: string;
  /** The types that the files needed. */
  readonly needs: Needs;
  /** Each file that was read, with what tells whether it is still the same. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Files and folders that would have been taken instead, had they been there. */
  readonly absent: readonly string[];
}

/** What the user writes is known by its content, what is installed by time, size and inode. */
export function stampOf(file: string): string {
  if (!isInstalled(file)) {
    return createHash('sha256').update(readFileSync(file)).digest('base64');
  }
  const { mtimeMs, size, ino } = statSync(file);
  return `${mtimeMs} ${size} ${ino}`;
}

/**
 * Notes what was made from which files. Undefined where one of them was written after the check began: it may have
 * been read before that.
 */
export function makeManifest(
  made: Omit<Manifest, 'inputs'>,
  files: readonly string[],
  began: number,
): Manifest | undefined {
  // The clock of file systems is behind by up to a tick of the kernel.
  if (files.some((file) => statSync(file).mtimeMs > began - 10)) return undefined;
  return { ...made, inputs: Object.fromEntries(files.map((file) => [file, stampOf(file)])) };
}

/** Reads the note of a check; undefined where there is none. */
export function readManifest(path: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

/** Whether everything is as it was noted. */
export function isCurrent({ maker, inputs, absent, output }: Manifest, now: string): boolean {
  try {
    return (
      maker === now &&
      existsSync(output) &&
      absent.every((path) => !existsSync(path)) &&
      Object.entries(inputs).every(([file, stamp]) => stampOf(file) === stamp)
    );
  } catch {
    // One of the files is gone.
    return false;
  }
}
