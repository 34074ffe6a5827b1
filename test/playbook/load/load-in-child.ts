import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from '../../../src/errors/tsplay-error.ts';

/** The package under test, as it is built. */
export const builtPackage = fileURLToPath(new URL('../../..', import.meta.url));

/** What a process of its own made of loading files: a test runner would transform what is imported. */
export interface LoadResult {
  /** The exports of each file, as JSON. */
  readonly exports: readonly Readonly<Record<string, unknown>>[];
  readonly errors: readonly {
    readonly code?: string;
    readonly message: string;
    readonly hint?: string;
    readonly where?: Place;
  }[];
  readonly stderr: string;
}

// What is exported as `probe` is called with what only the running tsplay has.
const driver = `
const [root, ...files] = process.argv.slice(1);
const { loadModules } = await import(root + '/dist/src/playbook/load/index.js');
const { callerPlace, placeOfError } = await import(root + '/dist/src/playbook/place.js');
const { play } = await import(root + '/dist/src/index.js');
let result;
try {
  const modules = await loadModules(files);
  const exports = [];
  for (const one of modules) {
    const { probe, ...rest } = one.exports;
    exports.push(probe === undefined ? rest : { ...rest, probe: await probe({ callerPlace, placeOfError, play }) });
  }
  result = { exports, errors: [] };
} catch (error) {
  const errors = (error.errors ?? [error]).map(({ code, message, hint, where }) => ({ code, message, hint, where }));
  result = { exports: [], errors };
}
console.log(JSON.stringify(result));
`;

/** Loads files in a process of its own that stands in `cwd`. */
export function load(
  cwd: string,
  files: readonly string[],
  { root = builtPackage, env = {} }: { readonly root?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<LoadResult> {
  const args = ['--input-type=module', '-e', driver, root, ...files];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      if (error !== null) reject(new Error(`${error.message}\n${stderr}`));
      else resolve({ ...(JSON.parse(stdout) as Omit<LoadResult, 'stderr'>), stderr });
    });
  });
}

/** Names of the folders that hold emitted code: a check adds one. */
export function builds(project: string): readonly string[] {
  return readdirSync(join(project, '.tsplay', 'build'))
    .filter((name) => !name.endsWith('.json'))
    .toSorted();
}
