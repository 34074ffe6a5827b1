import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from '../errors/tsplay-error.ts';
import { packageRoot } from './load/project.ts';

// The code of tsplay itself; its playbooks and inventories count as the user's.
const own = ['src', 'modules', 'dist'].map((folder) => join(packageRoot, folder, '/'));
/** Where checked playbooks run, whose sources can stand in a package. */
const built = /[./]tsplay\/build\//;
const files = new Map<string, string | undefined>();
const maps = new Map<string, SourceMap | undefined>();
const places = new Map<string, Place>();
const sources = new Map<string, string>();

/**
 * Where the user's code called tsplay, in the file that he wrote. Called once per task and host, so it is made to be
 * quick: few frames, no text of a stack, and each place in the code is mapped to the source only once.
 */
export function callerPlace(): Place | undefined {
  const { stackTraceLimit } = Error;
  try {
    // Where somebody maps stacks already, as test runners do, only the text has the right places.
    if (stacksAreMapped()) {
      Error.stackTraceLimit = 50;
      return placeOfError(new Error('place'));
    }
    return callerWithin(10) ?? callerWithin(50);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Newer versions of Node have a hook of their own, which maps nothing. */
function stacksAreMapped(): boolean {
  const { prepareStackTrace: hook } = Error as { prepareStackTrace?: { readonly name: string } };
  return hook !== undefined && hook.name !== 'ErrorPrepareStackTrace';
}

function callerWithin(frames: number): Place | undefined {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back as it was
  const { prepareStackTrace } = Error;
  const trace: { readonly stack?: unknown } = {};
  Error.prepareStackTrace = (_error, sites) => sites;
  Error.stackTraceLimit = frames;
  Error.captureStackTrace(trace, callerPlace);
  const sites = trace.stack as readonly NodeJS.CallSite[];
  Error.prepareStackTrace = prepareStackTrace;
  for (const site of sites) {
    const file = usersFile(site.getFileName());
    if (file !== undefined) return mapPlace(file, site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1);
  }
  return undefined;
}

/** The first line of the user's code in the stack of an error. */
export function placeOfError(error: unknown): Place | undefined {
  if (!(error instanceof Error)) return undefined;
  // An import that fails stands above the stack, with a caret below its line.
  const [, importer, row, indent] = /^(\S.*):(\d+)\n.*\n( *)\^/.exec(error.stack ?? '') ?? [];
  const where = usersFile(importer);
  if (where !== undefined) return mapPlace(where, Number(row), (indent ?? '').length + 1);
  for (const frame of error.stack?.split('\n') ?? []) {
    const [, name, line, column] = /^\s+at (?:.*\()?(\S.*?):(\d+):(\d+)\)?$/.exec(frame) ?? [];
    const file = usersFile(name);
    if (file !== undefined) return mapPlace(file, Number(line), Number(column));
  }
  return undefined;
}

/** Where the user's own code has thrown an error by itself, or Node for it: nothing of tsplay stands in between. */
export function placeOfThrower(error: unknown): Place | undefined {
  if (!(error instanceof Error)) return undefined;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line)) ?? [];
  const first = frames.find((line) => !/[( ]node:/.test(line));
  const [, name] = /^\s+at (?:.*\()?(\S.*?):\d+:\d+\)?$/.exec(first ?? '') ?? [];
  return usersFile(name) === undefined ? undefined : placeOfError(error);
}

/** The file that a stack names, if it is neither tsplay's own nor of a package nor Node's. */
function usersFile(name: string | null | undefined): string | undefined {
  if (name === null || name === undefined) return undefined;
  if (!files.has(name)) {
    const path = name.startsWith('file:') ? fileURLToPath(name) : name;
    const known = own.some((folder) => path.startsWith(folder));
    const installed = path.includes('/node_modules/') && !built.test(path);
    files.set(name, path.startsWith('/') && !known && !installed ? path : undefined);
  }
  return files.get(name);
}

/** The place in the source of a place in emitted code; the same place where there is no source map. */
function mapPlace(file: string, line: number, column: number): Place {
  const key = `${file}:${line}:${column}`;
  let place = places.get(key);
  if (place === undefined) places.set(key, (place = inSource({ file, line, column })));
  return place;
}

function inSource(place: Place): Place {
  const entry = sourceMapOf(place.file)?.findEntry(place.line - 1, place.column - 1);
  if (entry === undefined || !('originalSource' in entry)) return place;
  return {
    file: sourceOf(place.file, entry.originalSource),
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  };
}

/** The path of a source that a map names; few of them have all the places. */
function sourceOf(file: string, source: string): string {
  const key = `${file}\0${source}`;
  let path = sources.get(key);
  if (path === undefined) sources.set(key, (path = resolve(dirname(file), source)));
  return path;
}

function sourceMapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) maps.set(file, readSourceMap(`${file}.map`));
  return maps.get(file);
}

function readSourceMap(path: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // Not emitted by tsplay.
    return undefined;
  }
}
