import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import {
  codeFile,
  isInstalled,
  isSource,
  rewriteSpecifiers,
  specifiersToRewrite,
  withSourceMeta,
} from './emitted.ts';
import { narrowOwnImports } from './own-imports.ts';
import { foldersUp, packageRoot } from './project.ts';
import type { Resolution, TscOutput } from './tsc-output.ts';

/**
 * Makes an output folder in which Node resolves imports as it would beside the sources. Every source stands there at
 * its own full path; the folders with packages above it are linked at theirs.
 */
export function prepareOutput(output: string): void {
  writeFileSync(join(output, 'package.json'), '{ "type": "module" }\n');
  // Found last: a tsplay that stands nearer to the source comes first.
  link(packageRoot, join(output, 'node_modules', 'tsplay'));
}

/** Makes what the compiler emitted ready to be imported. */
export function finishOutput(output: string, { files, resolutions }: TscOutput): void {
  const sources = files.filter(isSource);
  linkPackages(output, sources);
  linkJavaScript(output, resolutions);
  for (const source of sources) finishSource(output, source, resolutions);
}

function finishSource(output: string, source: string, resolutions: readonly Resolution[]): void {
  const file = join(output, codeFile(source));
  const emitted = readFileSync(file, 'utf8');
  const found = rewriteSpecifiers(emitted, specifiersToRewrite(source, resolutions));
  const code = narrowOwnImports(found, source, resolutions);
  if (code.includes('import.meta')) {
    const finished = withSourceMeta({ code, map: readFileSync(`${file}.map`, 'utf8') }, source);
    writeFileSync(file, finished.code);
    writeFileSync(`${file}.map`, finished.map);
  } else if (code !== emitted) {
    writeFileSync(file, code);
  }
}

function linkPackages(output: string, sources: readonly string[]): void {
  const folders = new Set(sources.flatMap((source) => foldersUp(dirname(source))));
  folders.delete('/');
  for (const folder of folders) {
    const packages = join(folder, 'node_modules');
    if (existsSync(packages)) linkInto(packages, join(output, packages));
  }
}

/** Links a folder, or, where code was emitted for a part of it, what is in it. */
function linkInto(target: string, path: string): void {
  if (!existsSync(path)) link(target, path);
  else if (lstatSync(path).isDirectory()) {
    for (const name of readdirSync(target)) linkInto(join(target, name), join(path, name));
  }
}

/** JavaScript runs where it stands, as what its own package.json says it is, and not as a copy. */
function linkJavaScript(output: string, resolutions: readonly Resolution[]): void {
  const targets = resolutions
    .filter(({ importer, target }) => isSource(importer) && !isSource(target) && !isInstalled(target))
    .map(({ target }) => codeFile(target));
  for (const target of new Set(targets)) {
    if (!/\.[mc]?js$/.test(target) || !existsSync(target)) continue;
    link(target, join(output, target));
  }
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
