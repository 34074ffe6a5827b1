import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { TscOutput } from './tsc-output.ts';

const specifier = 'tsplay/modules';
const named = /\b(?:import|export)\s+(?:type\s+)?\{([^{}]*)\}\s*from\s*(["'])tsplay\/modules\2/g;

/**
 * The names that a file imports from `tsplay/modules`; undefined where it may mean all of them, as in `import * as m`.
 */
export function modulesNamedIn(code: string): readonly string[] | undefined {
  const lists: string[] = [];
  const rest = code.replaceAll(named, (_text, list: string) => {
    lists.push(list);
    return '';
  });
  if (rest.includes(specifier)) return undefined;
  return lists
    .join(',')
    .split(',')
    .map((item) =>
      item
        .trim()
        .replace(/^type\s+/, '')
        .replace(/\s+as\s.*$/s, ''),
    )
    .filter((name) => name !== '');
}

/** The names of all modules, and of the types of their options. */
export function moduleNames(index: string): ReadonlySet<string> {
  return new Set(linesOf(index).flatMap(({ names }) => names));
}

/** The names that files import; undefined where one of them may mean all, or names what there is not. */
export function modulesNamed(files: readonly string[], index: string): readonly string[] | undefined {
  const known = moduleNames(index);
  const found = files.map((file) => modulesNamedIn(readFileSync(file, 'utf8')));
  const names = found.flatMap((one) => one ?? []);
  // What is misspelt is compared with all that there is.
  return found.includes(undefined) || names.some((name) => !known.has(name))
    ? undefined
    : [...new Set(names)];
}

/** Where the declarations of those modules are that files name, for one check: among what is installed, as all are. */
export function moduleTypes(output: string): string {
  return join(output, 'node_modules', 'tsplay-modules.d.ts');
}

/**
 * Writes declarations of some modules. Checking reads those of all modules otherwise, and there are ten times as many as a
 * playbook has.
 */
export function writeModuleTypes(output: string, names: readonly string[], index: string): void {
  const wanted = linesOf(index).filter((line) => line.names.some((name) => names.includes(name)));
  const lines = wanted.map(({ list, from }) => `export {${list}} from ${JSON.stringify(from)};\n`);
  writeFileSync(moduleTypes(output), lines.length === 0 ? 'export {};\n' : lines.join(''));
}

/** What the compiler has found, as if it had read the declarations of all modules instead. */
export function asWithAll(found: TscOutput, output: string, index: string): TscOutput {
  const some = moduleTypes(output);
  return {
    ...found,
    files: found.files.map((file) => (file === some ? index : file)),
    resolutions: found.resolutions
      .filter(({ importer }) => importer !== some)
      .map((one) => (one.target === some ? { ...one, target: index } : one)),
  };
}

interface Line {
  readonly list: string;
  readonly names: readonly string[];
  readonly from: string;
}

/** What the declarations of all modules consist of: they are generated, and read alike. */
function linesOf(index: string): readonly Line[] {
  return [...readFileSync(index, 'utf8').matchAll(/^export \{([^}]*)\} from '([^']+)';$/gm)].map(
    ([, list = '', from = '']) => ({
      list,
      names: list.split(',').map((item) => item.trim().replace(/^type /, '')),
      from: resolve(dirname(index), from),
    }),
  );
}
