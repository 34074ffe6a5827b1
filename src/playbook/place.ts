import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from '../errors/tsplay-error.ts';
import { packageRoot } from './load/project.ts';

// The tsplay code itself; its playbooks and inventories count as the user's.
const own = ['src', 'modules', 'dist'].map((folder) => join(packageRoot, folder) + '/');
const maps = new Map<string, SourceMap | undefined>();

/** Where the user's code called tsplay, in the file that he wrote. */
export function callerPlace(): Place | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 20;
  const { stack } = new Error('place');
  Error.stackTraceLimit = stackTraceLimit;
  return placeOfStack(stack);
}

/** The first line of the user's code in the stack of an error. */
export function placeOfError(error: unknown): Place | undefined {
  return error instanceof Error ? placeOfStack(error.stack) : undefined;
}

function placeOfStack(stack: string | undefined): Place | undefined {
  for (const frame of stack?.split('\n').slice(1) ?? []) {
    const found = /\(?((?:file:\/\/)?\/[^()]*?):(\d+):(\d+)\)?$/.exec(frame);
    if (found === null) continue;
    const [, path = '', line, column] = found;
    const file = path.startsWith('file:') ? fileURLToPath(path.replace(/\?.*$/, '')) : path;
    if (own.some((folder) => file.startsWith(folder)) || file.includes('/node_modules/')) continue;
    return mapped({ file, line: Number(line), column: Number(column) });
  }
  return undefined;
}

function mapped(place: Place): Place {
  const entry = sourceMapOf(place.file)?.findEntry(place.line - 1, place.column - 1);
  if (entry === undefined || !('originalSource' in entry)) return place;
  return {
    file: resolve(dirname(place.file), entry.originalSource),
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  };
}

function sourceMapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) {
    try {
      maps.set(file, new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8'))));
    } catch {
      maps.set(file, undefined);
    }
  }
  return maps.get(file);
}
