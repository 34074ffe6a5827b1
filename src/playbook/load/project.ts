import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The nearest folder at or above `from` that holds `name`. */
export function findUp(from: string, name: string): string | undefined {
  return foldersUp(from).find((folder) => existsSync(join(folder, name)));
}

/** A folder and all above it. */
export function foldersUp(from: string): readonly string[] {
  const above = dirname(from);
  return above === from ? [from] : [from, ...foldersUp(above)];
}

/** Folder of the tsplay that is running. */
export const packageRoot = findUp(dirname(fileURLToPath(import.meta.url)), 'package.json') ?? process.cwd();

/** The folder that a playbook belongs to: the nearest one with a package.json, else its own. */
export function findProject(file: string): string {
  return findUp(dirname(file), 'package.json') ?? dirname(file);
}

/** Keeps a folder with things of tsplay out of Git. */
export function ignoredByGit(folder: string): void {
  writeFileSync(join(folder, '.gitignore'), '*\n');
}
