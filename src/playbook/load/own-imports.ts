import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeFile } from './emitted.ts';
import type { Needs } from './needs.ts';
import { packageRoot } from './project.ts';
import type { Resolution } from './tsc-output.ts';

/** For each name that `tsplay/modules` exports, the file with its code, below `dist`, and its name there. */
type Places = Readonly<Record<string, readonly [file: string, name: string]>>;

const dist = join(packageRoot, 'dist');
/** Where the build has written these down. Code that was emitted before another build may name files that are gone. */
export const placesFile = join(dist, 'modules/index.json');
const addressOf = (file: string): string => JSON.stringify(pathToFileURL(join(dist, file)).href);

// What imports may stand between, and one import. What a string further down reads like is left alone that way.
const comment = /\/\/.*\n|\/\*[\s\S]*?\*\//.source;
const statement = new RegExp(`((?:\\s|${comment})*)(import\\b([^;'"]*?)["']([^'"]+)["'];)`, 'y');

/**
 * Lets emitted code import those files of tsplay that it uses, and not all modules with each of them. Only imports at the
 * beginning of the file are seen to, which name what they import; what is not found is imported as it stands.
 */
export function narrowOwnImports(
  code: string,
  importer: string,
  resolutions: readonly Resolution[],
  places = readPlaces,
): string {
  const own = new Map<string, string>();
  for (const { importer: from, specifier, target } of resolutions)
    if (from === importer && target.startsWith(`${dist}/`)) own.set(specifier, codeFile(target));
  let narrowed = /^#!.*\n/.exec(code)?.[0] ?? '';
  let at = narrowed.length;
  for (;;) {
    statement.lastIndex = at;
    const [all, before, text, clause, specifier] = statement.exec(code) ?? [];
    if (all === undefined || text === undefined) return narrowed + code.slice(at);
    narrowed += before + (narrow(clause ?? '', own.get(specifier ?? ''), places) ?? text);
    // What follows stays in its line, where the source map finds it.
    const lines = (part: string): number => part.split('\n').length;
    at += all.length;
    narrowed += '\n'.repeat(Math.max(0, lines(code.slice(0, at)) - lines(narrowed)));
  }
}

function narrow(clause: string, file: string | undefined, places: () => Places): string | undefined {
  if (file === join(dist, 'src/without-v.js')) return `import${clause}${addressOf('src/without-v.js')};`;
  if (file !== join(dist, 'modules/index.js')) return undefined;
  const [, list] = /^\s*\{([^{}]*)\}\s*from\s*$/.exec(clause) ?? [];
  if (list === undefined) return undefined;
  const known = places();
  const byFile = new Map<string, string[]>();
  for (const item of list.split(',').filter((one) => one.trim() !== '')) {
    const [name = '', local = name] = item.trim().split(/\s+as\s+/);
    if (!Object.hasOwn(known, name)) return undefined;
    const [from, inside] = known[name] ?? ['', ''];
    byFile.set(from, [...(byFile.get(from) ?? []), inside === local ? local : `${inside} as ${local}`]);
  }
  return [...byFile]
    .map(([from, names]) => `import { ${names.join(', ')} } from ${addressOf(from)};`)
    .join(' ');
}

/** Imports ahead what emitted code is going to import: while the compiler runs, there is nothing else to do. */
export function importAhead({ v, modules }: Needs): void {
  const known = modules === undefined ? {} : readPlaces();
  const files = (modules ?? []).flatMap((name) => known[name]?.[0] ?? []);
  for (const file of new Set([...files, ...(v ? [] : ['src/without-v.js'])])) {
    // Who imports it in earnest is told why it cannot be.
    import(pathToFileURL(join(dist, file)).href).catch(() => {});
  }
}

function readPlaces(): Places {
  return JSON.parse(readFileSync(placesFile, 'utf8')) as Places;
}
