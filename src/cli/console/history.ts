import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from './folder.ts';

const fileOf = (cwd: string): string => join(stateFolder(cwd), 'console-history');

/** What was typed in consoles of this project, the newest first. */
export function readHistory(cwd: string): readonly string[] {
  try {
    return readFileSync(fileOf(cwd), 'utf8').split('\n').filter(Boolean).toReversed();
  } catch {
    return [];
  }
}

/** Keeps it. That it cannot be kept is no reason to say anything. */
export function writeHistory(cwd: string, lines: readonly string[]): void {
  try {
    writeFileSync(
      fileOf(cwd),
      lines
        .map((line) => `${line}\n`)
        .toReversed()
        .join(''),
      { mode: 0o600 },
    );
  } catch {
    // It is there for comfort.
  }
}
