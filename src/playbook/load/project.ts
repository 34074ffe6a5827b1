import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadingError } from '../../errors/loading.ts';

/** Folder of the tsplay that is running. */
export const packageRoot = findUp(dirname(fileURLToPath(import.meta.url)), 'package.json') ?? process.cwd();

/** The nearest folder at or above `from` that holds `name`. */
export function findUp(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The folder that a playbook belongs to: the nearest one with a package.json, else its own. */
export function findProject(file: string): string {
  return findUp(dirname(file), 'package.json') ?? dirname(file);
}

/** The tsplay that a project itself has installed, if any. */
export function ownTsplay(project: string): string | undefined {
  const holder = findUp(project, join('node_modules', 'tsplay', 'package.json'));
  return holder === undefined ? undefined : join(holder, 'node_modules', 'tsplay');
}

/** Is the project tsplay's own repository? Then it sees itself by its name. */
export async function isTsplayItself(project: string): Promise<boolean> {
  try {
    const { name } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as { name?: unknown };
    return name === 'tsplay';
  } catch {
    return false;
  }
}

/** Path of the native compiler, called directly: going through its JavaScript shim takes 75 ms more. */
export function compilerPath(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
    const manifest = createRequire(typescript).resolve(`@typescript/typescript-${platform}/package.json`);
    return join(dirname(manifest), 'lib', process.platform === 'win32' ? 'tsc.exe' : 'tsc');
  } catch (cause) {
    throw loadingError('compiler-missing', { platform }, { cause });
  }
}
