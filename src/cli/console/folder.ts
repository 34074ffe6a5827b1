import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { findProject, ignoredByGit } from '../../playbook/load/project.ts';

/** The folder of tsplay in the project around a folder, which Git does not see. */
export function stateFolder(cwd: string): string {
  const folder = join(findProject(`${cwd}/any`), '.tsplay');
  mkdirSync(folder, { recursive: true });
  ignoredByGit(folder);
  return realpathSync(folder);
}

/** Where a console writes what it runs. Consoles side by side do not meet, and what is left is not more with each. */
export function consoleFolder(cwd: string): string {
  const folder = join(stateFolder(cwd), 'console', `${process.pid % 8}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}
