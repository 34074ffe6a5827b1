import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadingError } from '../../errors/loading.ts';
import { isCurrent, readManifest, type Manifest } from './manifest.ts';
import { readPackage } from './own-tsplay.ts';
import { ignoredByGit, packageRoot } from './project.ts';

/** To be raised when this code makes other output from the same files. */
const format = 3;

/** How long code of a former check stays, in ms: a process that runs it may still import from there. */
const lifetime = 24 * 60 * 60 * 1000;

/** The tsplay that makes a check, as it stands in the check's note. */
export function maker(): string {
  return `${format} ${readPackage(packageRoot).version ?? ''} ${packageRoot}`;
}

/** The check of these files that still holds, and the last one, which may not hold any more. */
export function findCheck(
  project: string,
  files: readonly string[],
): { readonly current: Manifest | undefined; readonly last: Manifest | undefined } {
  const name = checkName(files);
  const made = folders(project).flatMap((folder) => readManifest(join(folder, `${name}.json`)) ?? []);
  const now = maker();
  return { current: made.find((manifest) => isCurrent(manifest, now)), last: made[0] };
}

/** Where one check puts its code. */
export interface Store {
  /** A folder that no other process uses. */
  readonly output: string;
  /** Whether that is outside of the project. */
  readonly apart: boolean;
  /** Makes this the last check of its files. */
  keep(manifest: Manifest | undefined): void;
}

/** Opens the store of a project; where the project cannot be written to, the one in the user's cache. */
export function openStore(project: string, files: readonly string[]): Store {
  const name = checkName(files);
  const [beside, cache] = folders(project);
  let folder = beside;
  let output: string;
  try {
    output = makeOutput(beside, name);
  } catch {
    folder = cache;
    try {
      output = makeOutput(cache, name);
    } catch (cause) {
      throw loadingError('build-folder', { folder: cache, problem: (cause as Error).message }, { cause });
    }
  }
  return {
    output,
    apart: folder === cache,
    keep(manifest) {
      if (manifest !== undefined) {
        // Renamed into place, so that nobody reads half of it.
        writeFileSync(`${output}.json`, JSON.stringify(manifest));
        renameSync(`${output}.json`, join(folder, `${name}.json`));
      }
      removeOld(folder, name, output);
    },
  };
}

function folders(project: string): readonly [string, string] {
  const { XDG_CACHE_HOME: given = '' } = process.env;
  const cache = given === '' ? join(homedir(), '.cache') : given;
  return [join(project, '.tsplay', 'build'), join(cache, 'tsplay', 'build')];
}

function checkName(files: readonly string[]): string {
  return createHash('sha256').update(files.join('\0')).digest('hex').slice(0, 16);
}

function makeOutput(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  ignoredByGit(dirname(folder));
  return mkdtempSync(join(folder, `${name}-`));
}

function removeOld(folder: string, name: string, output: string): void {
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    if (!entry.startsWith(`${name}-`) || path === output) continue;
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > lifetime) rmSync(path, { recursive: true, force: true });
  }
}
