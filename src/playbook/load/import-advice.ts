import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { near } from '../../errors/near.ts';
import { entryPoints, readPackage } from './own-tsplay.ts';
import { findUp, foldersUp } from './project.ts';

/** What to do about an import, from a file in a folder, of what is not there. */
export function moduleAdvice(specifier: string, from: string): string {
  return /^\.{0,2}\//.test(specifier) ? fileAdvice(specifier, from) : packageAdvice(specifier, from);
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
    const [meant] = near(specifier, Object.keys(entryPoints('default')));
    return meant === undefined
      ? `tsplay exports ${Object.keys(entryPoints('default')).join(', ')}.`
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
