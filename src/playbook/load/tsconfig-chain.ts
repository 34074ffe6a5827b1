import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/** What a tsconfig and all that it extends say that the loader has to know. Options are as TypeScript merges them. */
export interface TsconfigChain {
  /** The tsconfig first, then what it extends. */
  readonly files: readonly string[];
  /** `paths`, with absolute targets. */
  readonly paths: Readonly<Record<string, readonly string[]>> | undefined;
  /** Whether `types` is set, by which the user decides which global types there are. */
  readonly hasTypes: boolean;
}

/** What is read of a tsconfig. It may say anything else as well, and anything wrong. */
interface Tsconfig {
  readonly extends: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Follows `extends`. A file that cannot be read or parsed adds nothing here: the compiler reads it as well, and
 * says what is wrong with it.
 */
export function readTsconfigChain(file: string): TsconfigChain {
  const files: string[] = [];
  let options: Tsconfig['options'] = {};
  const visit = (path: string, above: readonly string[]): void => {
    if (above.includes(path)) return;
    files.push(path);
    const config = parse(path);
    // What is extended comes first, so that what extends it wins; of several, the last one wins.
    for (const base of config.extends) {
      const found = typeof base === 'string' ? extended(base, path) : undefined;
      if (found !== undefined) visit(found, [...above, path]);
    }
    options = { ...options, ...withAbsolutePaths(config.options, options, path, file) };
  };
  visit(file, []);
  const { baseUrl, paths, types } = options;
  return { files, paths: patterns(baseUrl, paths), hasTypes: Array.isArray(types) };
}

/** TypeScript 7 has no `baseUrl`: what it did for bare names is a pattern for all of them. */
function patterns(baseUrl: unknown, paths: unknown): TsconfigChain['paths'] {
  const own = isRecord(paths) ? (paths as TsconfigChain['paths']) : undefined;
  return typeof baseUrl === 'string' ? { '*': [join(baseUrl, '*')], ...own } : own;
}

/** The options of one file of the chain that begins at `root`; paths are relative to the file that says them. */
function withAbsolutePaths(
  options: Tsconfig['options'],
  inherited: Tsconfig['options'],
  file: string,
  root: string,
): Tsconfig['options'] {
  const absolute = (path: string, base: string): string =>
    resolve(base, path.replace(/^\$\{configDir\}/, dirname(root)));
  const folder = dirname(file);
  const { paths, baseUrl: given } = options;
  const baseUrl = typeof given === 'string' ? absolute(given, folder) : given;
  const inEffect = given === undefined ? inherited['baseUrl'] : baseUrl;
  const base = typeof inEffect === 'string' ? inEffect : folder;
  const targets = (value: unknown) =>
    Array.isArray(value) ? value.map((target) => absolute(String(target), base)) : [];
  return {
    ...options,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(isRecord(paths) && {
      paths: Object.fromEntries(Object.entries(paths).map(([pattern, value]) => [pattern, targets(value)])),
    }),
  };
}

function extended(name: string, from: string): string | undefined {
  const local = /^\.{1,2}(?:\/|$)/.test(name) || isAbsolute(name);
  const path = local ? resolve(dirname(from), name) : name;
  const { resolve: find } = createRequire(from);
  for (const candidate of [path, `${path}.json`, `${path}/tsconfig.json`]) {
    try {
      const found = find(candidate);
      if (found.endsWith('.json')) return found;
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

function parse(path: string): Tsconfig {
  try {
    const config: unknown = JSON.parse(plainJson(readFileSync(path, 'utf8')));
    const { extends: bases = [], compilerOptions = {} } = isRecord(config) ? config : {};
    return { extends: [bases].flat(), options: isRecord(compilerOptions) ? compilerOptions : {} };
  } catch {
    return { extends: [], options: {} };
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON without the comments and trailing commas that a tsconfig may have. */
function plainJson(text: string): string {
  const string = /"(?:[^"\\]|\\.)*"/.source;
  const comment = /\/\/.*|\/\*[\s\S]*?\*\//.source;
  const noise = `\uFEFF|${comment}|,(?=(?:\\s|${comment})*[}\\]])`;
  return text.replaceAll(new RegExp(`${string}|${noise}`, 'g'), (part) => (part.startsWith('"') ? part : ''));
}
