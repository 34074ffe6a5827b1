import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProject, ignoredByGit } from '../../playbook/load/project.ts';

const folderOf = (cwd: string): string => join(findProject(`${cwd}/any`), '.tsplay');
const nameOf = (folder: string): string => join(folder, 'console-history');

/** What was typed in consoles of this project, the newest first. */
export function readHistory(cwd: string): readonly string[] {
  try {
    return readFileSync(nameOf(folderOf(cwd)), 'utf8')
      .split('\n')
      .filter(Boolean)
      .toReversed();
  } catch {
    return [];
  }
}

/** Keeps it. That it cannot be kept is no reason to say anything. */
export function writeHistory(cwd: string, lines: readonly string[]): void {
  const folder = folderOf(cwd);
  try {
    mkdirSync(folder, { recursive: true });
    ignoredByGit(folder);
    writeFileSync(
      nameOf(folder),
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
