import { resolve } from 'node:path';
import type { Place } from '../../errors/tsplay-error.ts';

/** One problem that the compiler found. */
export interface Diagnostic {
  /** TypeScript's own code, as `TS2322`. */
  readonly code: string;
  readonly summary: string;
  /** The indented lines below, which say why in detail; empty where there are none. */
  readonly detail: string;
  /** Missing for problems of the configuration as a whole. */
  readonly where?: Place | undefined;
}

/** How an import was resolved. */
export interface Resolution {
  readonly importer: string;
  readonly specifier: string;
  readonly target: string;
  /** By a pattern of `paths` in a tsconfig. */
  readonly aliased: boolean;
}

/** What the compiler says with `--pretty false --listFiles --traceResolution`. */
export interface TscOutput {
  readonly diagnostics: readonly Diagnostic[];
  /** All files of the program, declarations of libraries included. */
  readonly files: readonly string[];
  /** The package.json files that had a say in how imports were resolved. */
  readonly packages: readonly string[];
  /** Files and folders that would have been taken, had they been there. */
  readonly absent: readonly string[];
  readonly resolutions: readonly Resolution[];
}

const inFile = /^(.+?)\((\d+),(\d+)\): error (TS\d+): (.*)$/;
const global = /^error (TS\d+): (.*)$/;
const resolving = /^=+ Resolving module '(.+)' from '(.+)'\. =+$/;
const resolved = /^=+ Module name '.+' was successfully resolved to '(.+?)'(?: with Package ID '.+')?\. =+$/;
const matched = /^Module name '.+', matched pattern '.+'\.$/;
const missing = /^(?:File|Directory) '(.+)' does not exist/;
const manifest = /^(?:Found 'package\.json' at '(.+)'\.|File '(.+\/package\.json)' exists according to)/;

/** Reads the lines of the compiler, which ran in `cwd`. */
export function parseTscOutput(output: string, cwd: string): TscOutput {
  const diagnostics: Diagnostic[] = [];
  const files: string[] = [];
  const packages = new Set<string>();
  const absent = new Set<string>();
  const resolutions: Resolution[] = [];
  let asked: { importer: string; specifier: string; aliased: boolean } | undefined;
  for (const line of output.split('\n')) {
    const diagnostic = parseDiagnostic(line, cwd);
    const last = diagnostics.at(-1);
    if (diagnostic !== undefined) diagnostics.push(diagnostic);
    else if (line.startsWith('/')) files.push(line);
    else if (line.startsWith(' ') && last !== undefined) {
      diagnostics.splice(-1, 1, { ...last, detail: last.detail === '' ? line : `${last.detail}\n${line}` });
    } else if (line.startsWith('=')) {
      const [, specifier, importer] = resolving.exec(line) ?? [];
      const [, target] = resolved.exec(line) ?? [];
      if (specifier !== undefined && importer !== undefined) asked = { importer, specifier, aliased: false };
      else if (target !== undefined && asked !== undefined) resolutions.push({ ...asked, target });
    } else if (asked !== undefined && matched.test(line)) {
      asked = { ...asked, aliased: true };
    } else {
      const [, path] = missing.exec(line) ?? [];
      const [, found, again] = manifest.exec(line) ?? [];
      const json = found ?? again;
      if (path !== undefined) absent.add(path);
      else if (json !== undefined) packages.add(json);
    }
  }
  return { diagnostics, files, packages: [...packages], absent: [...absent], resolutions };
}

function parseDiagnostic(line: string, cwd: string): Diagnostic | undefined {
  const placed = inFile.exec(line);
  if (placed !== null) {
    const [, file = '', row, column, code = '', summary = ''] = placed;
    const where = { file: resolve(cwd, file), line: Number(row), column: Number(column) };
    return { code, summary, detail: '', where };
  }
  const [, code, summary = ''] = global.exec(line) ?? [];
  return code === undefined ? undefined : { code, summary, detail: '' };
}
