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

interface Tsconfig {
  readonly extends?: string | readonly string[];
  readonly compilerOptions?: {
    readonly baseUrl?: string;
    readonly paths?: Readonly<Record<string, readonly string[]>>;
    readonly types?: readonly string[];
  };
}

/**
 * Follows `extends`. A file that cannot be read or parsed adds nothing here: the compiler reads it as well, and
 * says what is wrong with it.
 */
export function readTsconfigChain(file: string): TsconfigChain {
  const files: string[] = [];
  let baseUrl: string | undefined;
  let paths: TsconfigChain['paths'];
  let hasTypes = false;
  const visit = (path: string, above: readonly string[]): void => {
    if (above.includes(path)) return;
    files.push(path);
    const config = parse(path);
    // What is extended comes first, so that what extends it wins; of several, the last one wins.
    for (const base of [config.extends ?? []].flat()) {
      const found = extended(base, path);
      if (found !== undefined) visit(found, [...above, path]);
    }
    const options = config.compilerOptions ?? {};
    const folder = dirname(path);
    if (options.baseUrl !== undefined) baseUrl = resolve(folder, options.baseUrl);
    if (options.paths !== undefined) paths = absolute(options.paths, baseUrl ?? folder);
    hasTypes ||= options.types !== undefined;
  };
  visit(file, []);
  // TypeScript 7 has no `baseUrl`: what it did for bare names is a pattern for all of them.
  if (baseUrl !== undefined) paths = { '*': [join(baseUrl, '*')], ...paths };
  return { files, paths, hasTypes };
}

function absolute(
  paths: Readonly<Record<string, readonly string[]>>,
  base: string,
): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(paths).map(([pattern, targets]) => [
      pattern,
      targets.map((target) => resolve(base, target)),
    ]),
  );
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
    return JSON.parse(plainJson(readFileSync(path, 'utf8'))) as Tsconfig;
  } catch {
    return {};
  }
}

/** JSON without the comments and trailing commas that a tsconfig may have. */
function plainJson(text: string): string {
  const string = /"(?:[^"\\]|\\.)*"/.source;
  const noise = /\uFEFF|\/\/.*|\/\*[\s\S]*?\*\/|,(?=\s*(?:(?:\/\/.*|\/\*[\s\S]*?\*\/)\s*)*[}\]])/.source;
  return text.replaceAll(new RegExp(`${string}|${noise}`, 'g'), (part) => (part.startsWith('"') ? part : ''));
}
