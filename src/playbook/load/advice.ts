import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { near } from '../../errors/near.ts';
import type { Place } from '../../errors/tsplay-error.ts';
import { moduleCallAt } from './module-call.ts';
import { readPackage } from './own-tsplay.ts';
import { findUp, foldersUp, packageRoot } from './project.ts';
import type { Diagnostic } from './tsc-output.ts';

/**
 * What to do about a type error where the compiler does not say it; undefined where it does, or nobody knows.
 *
 * @param index - names all modules
 */
export async function adviceOn(
  diagnostic: Diagnostic,
  index: string | undefined,
): Promise<string | undefined> {
  const { code, summary, where } = diagnostic;
  const from = dirname(where?.file ?? '/');
  switch (code) {
    case 'TS2304':
    case 'TS2305': {
      const name = /(?:name|member) '(\w+)'/.exec(summary)?.[1] ?? '';
      return (await exportedBy(name)) ?? globalAdvice(name);
    }
    case 'TS2554': {
      const callee = /^[\w$]+/.exec(textAt(where))?.[0] ?? '';
      return callAdvice(callee, (await exportedNames()).get(callee));
    }
    case 'TS2307':
    case 'TS2882': {
      return moduleAdvice(/(?:module|import of) '([^']+)'/.exec(summary)?.[1] ?? '', from);
    }
    case 'TS2339':
    case 'TS2551': {
      const [, property, type] = /'(\w+)' does not exist on type '(Promise|Handle)</.exec(summary) ?? [];
      if (property === undefined) return undefined;
      return type === 'Handle'
        ? `A call gives a handle; what it came to is told by its result: (await handle.result()).${property}, in an async body.`
        : `It has to be waited for: (await handle.result()).${property}, in an async body.`;
    }
    case 'TS2322':
      if (/^hosts\b/.test(textAt(where)) && summary.startsWith("Type 'string[]'"))
        return `It is one pattern, with commas between its parts: hosts: 'web,db'.`;
      return optionsAdvice(code, where, index);
    default:
      return optionsAdvice(code, where, index);
  }
}

/** Where the options of a module are told, in whose call something is wrong. */
function optionsAdvice(
  code: string,
  where: Place | undefined,
  index: string | undefined,
): string | undefined {
  const module = index === undefined ? undefined : moduleCallAt(code, where, index);
  return module === undefined
    ? undefined
    : `Options of ${module}, with their types and an example: tsplay doc ${module}`;
}

/** What to do about an import, from a file in a folder, of what is not there. */
export function moduleAdvice(specifier: string, from: string): string {
  return /^\.{0,2}\//.test(specifier) ? fileAdvice(specifier, from) : packageAdvice(specifier, from);
}

/** Node has it, whose types are not asked for. */
function globalAdvice(name: string): string | undefined {
  if (name === '' || !Object.hasOwn(globalThis, name)) return undefined;
  return `Node has it. For its types: npm install --save-dev @types/node, and "types": ["node"] in tsconfig.json.`;
}

/** How what tsplay exports is called, where it got too few words or too many. */
function callAdvice(callee: string, from: string | undefined): string | undefined {
  if (callee === 'play') return `Name first: play('name', { hosts: … }, () => { … }).`;
  if (from !== 'tsplay/modules') return undefined;
  return `Name first, options second, as in the examples of: tsplay doc ${callee}`;
}

/** What stands at a place, to the end of its line. */
function textAt(where: Place | undefined): string {
  if (where === undefined) return '';
  const lines = readFileSync(where.file, 'utf8').split('\n');
  return lines[where.line - 1]?.slice(where.column - 1) ?? '';
}

/** Where tsplay has a name that was looked for elsewhere, or has one like it. */
async function exportedBy(name: string): Promise<string | undefined> {
  const all = await exportedNames();
  const where = all.get(name);
  if (where !== undefined) return `It is exported by ${where}: import { ${name} } from '${where}';`;
  const [meant] = name.length < 3 ? [] : near(name, all.keys());
  return meant === undefined
    ? undefined
    : `Did you mean ${meant}? import { ${meant} } from '${all.get(meant)}';`;
}

/** What can be imported of tsplay, and from where; of a name that several have, the first. */
async function exportedNames(): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const [specifier, file] of Object.entries(entryPoints())) {
    try {
      const exported = (await import(pathToFileURL(file).href)) as object;
      for (const name of Object.keys(exported)) if (!names.has(name)) names.set(name, specifier);
    } catch {
      // Then it is not there to be imported.
    }
  }
  return names;
}

/** The code of what tsplay exports: `tsplay`, `tsplay/modules` and so on. */
function entryPoints(): Readonly<Record<string, string>> {
  const { exports = {} } = readPackage(packageRoot);
  return Object.fromEntries(
    Object.entries(exports).flatMap(([path, target]) =>
      typeof target === 'object' && target.default !== undefined
        ? [[`tsplay${path.slice(1)}`, join(packageRoot, target.default)] as const]
        : [],
    ),
  );
}

/** The file that may be meant: every part of the path is there, or something much like it. */
function fileAdvice(specifier: string, from: string): string {
  const path = join(from, specifier);
  const found = nearest(path);
  const place = `There is no file ${path}.`;
  if (found === undefined) return place;
  const meant = relative(from, found);
  return `${place} Did you mean '${meant.startsWith('.') ? meant : `./${meant}`}'?`;
}

function nearest(path: string): string | undefined {
  const folder = dirname(path);
  if (folder === path) return path;
  const above = existsSync(folder) ? folder : nearest(folder);
  if (above === undefined || !statSync(above).isDirectory()) return undefined;
  const name = basename(path);
  const names = readdirSync(above).filter((one) => one !== 'node_modules');
  const [exact] = [name, `${name}.ts`, name.replace(/\.[mc]?js$/, '.ts')].filter((one) =>
    names.includes(one),
  );
  const [closest] = exact === undefined ? near(name, names) : [exact];
  // What was meant without its ending is compared without it.
  const [stem] = closest === undefined ? near(`${name}.ts`, names) : [closest];
  return stem === undefined ? undefined : join(above, stem);
}

/** What is wrong with the name of a package, or with its installation. */
function packageAdvice(specifier: string, from: string): string {
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  if (name === 'tsplay') {
    const [meant] = near(specifier, Object.keys(entryPoints()));
    return meant === undefined
      ? `tsplay exports ${Object.keys(entryPoints()).join(', ')}.`
      : `Did you mean '${meant}'?`;
  }
  const holder = findUp(from, join('node_modules', name));
  if (holder !== undefined)
    return `The package ${name} is installed in ${holder}, but has no types or no such part: see "exports" in its package.json.`;
  const project = findUp(from, 'package.json');
  const { dependencies = {}, devDependencies = {} } = project === undefined ? {} : readPackage(project);
  if (Object.hasOwn({ ...dependencies, ...devDependencies }, name))
    return `It is in package.json, and not installed: npm install, in ${project}.`;
  const known = [
    ...Object.keys({ ...dependencies, ...devDependencies }),
    ...foldersUp(from).flatMap(packagesIn),
  ];
  const [meant] = near(specifier, known);
  return meant === undefined
    ? `No package of that name is installed. If the name is right: npm install ${name}. A file of the project begins with ./ or ../.`
    : `No package of that name is installed. Did you mean '${meant}'?`;
}

/** The packages that stand in a folder. */
function packagesIn(folder: string): readonly string[] {
  const all = join(folder, 'node_modules');
  if (!existsSync(all)) return [];
  return readdirSync(all).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(all, name)).map((one) => `${name}/${one}`) : name,
  );
}
