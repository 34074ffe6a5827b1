import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { findUp, packageRoot } from './project.ts';

const installed = join('node_modules', 'tsplay');

/** The tsplay that code in a folder imports: the one installed there or above, or itself where the folder is its own. */
export function ownPackage(folder: string): string | undefined {
  const self = findUp(folder, 'package.json');
  if (self !== undefined && isTsplay(readPackage(self))) return self;
  const holder = findUp(folder, join(installed, 'package.json'));
  return holder === undefined ? undefined : join(holder, installed);
}

/**
 * The command-line file of a project's own tsplay, where that is not the one that is running. The running one hands
 * over to it, so that a playbook meets the version it was written for.
 */
export function resolveOwnTsplay(project: string): string | undefined {
  const own = ownPackage(project);
  if (own === undefined || realpathSync(own) === realpathSync(packageRoot)) return undefined;
  const { bin } = readPackage(own);
  const path = typeof bin === 'string' ? bin : bin?.['tsplay'];
  const file = path === undefined ? undefined : join(own, path);
  return file !== undefined && existsSync(file) ? file : undefined;
}

/** A project of a user may have the same name, but not the same command. */
function isTsplay({ name, bin, exports }: PackageJson): boolean {
  return name === 'tsplay' && bin !== undefined && exports !== undefined;
}

interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly exports?: Readonly<
    Record<string, string | { readonly types?: string; readonly default?: string }>
  >;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** What a package.json says; nothing where it cannot be read. */
export function readPackage(folder: string): PackageJson {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
  } catch {
    return {};
  }
}
