import { dirname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from './project.ts';
import type { Resolution } from './tsc-output.ts';

/** Is this in a package that was installed, or the built code of tsplay, and not written by the user? */
export function isInstalled(file: string): boolean {
  // The playbooks that tsplay brings along are checked like the user's, wherever it is installed.
  const own = file.startsWith(`${packageRoot}/`);
  const path = own ? file.slice(packageRoot.length) : file;
  return path.includes('/node_modules/') || (own && path.startsWith('/dist/'));
}

/** Is this written by the user in TypeScript, and not a declaration? Then the compiler emits code for it. */
export function isSource(file: string): boolean {
  return /(?<!\.d)\.m?ts$/.test(file) && !isInstalled(file);
}

/** The file that runs for one that the compiler read: `.js` for `.ts` and for `.d.ts`. */
export function codeFile(file: string): string {
  return file.replace(/(?:\.d)?\.([mc]?)ts$/, '.$1js');
}

/**
 * The specifiers in a file that Node would not resolve as the compiler did, with what to put in their place: patterns
 * of `paths`, names without an extension, and packages or `#names` that lead to TypeScript.
 */
export function specifiersToRewrite(
  importer: string,
  resolutions: readonly Resolution[],
): ReadonlyMap<string, string> {
  const folder = dirname(importer);
  const rewrites = new Map<string, string>();
  for (const { importer: from, specifier, target, aliased } of resolutions) {
    if (from !== importer || isInstalled(target)) continue;
    const local = /^\.{1,2}(?:\/|$)/.test(specifier);
    const foundByNode = local
      ? codeFile(resolve(folder, specifier)) === codeFile(target)
      : !aliased && !isSource(target);
    if (foundByNode) continue;
    const path = relative(folder, codeFile(target));
    rewrites.set(specifier, path.startsWith('.') ? path : `./${path}`);
  }
  return rewrites;
}

/**
 * Replaces specifiers in emitted code. The code is searched and not parsed: text that reads like an import of the same
 * name within a string is replaced as well.
 */
export function rewriteSpecifiers(code: string, rewrites: ReadonlyMap<string, string>): string {
  return code.replaceAll(
    /(\b(?:from|import)\s*\(?\s*)(["'])(.+?)\2/g,
    (text, before: string, quote: string, specifier: string) => {
      const rewritten = rewrites.get(specifier);
      return rewritten === undefined ? text : `${before}${quote}${rewritten}${quote}`;
    },
  );
}

/** Emitted code and its source map. */
export interface Emitted {
  readonly code: string;
  readonly map: string;
}

/** Lets `import.meta` tell of the source and not of the emitted file, so that a playbook finds the files beside it. */
export function withSourceMeta({ code, map }: Emitted, source: string): Emitted {
  const meta = { url: pathToFileURL(source).href, filename: source, dirname: dirname(source) };
  const line = `Object.assign(import.meta, ${JSON.stringify(meta)});`;
  const at = code.startsWith('#!') ? 1 : 0;
  const parsed = JSON.parse(map) as { mappings: string };
  // In a source map, semicolons separate the lines of the code.
  const mappings = parsed.mappings.split(';').toSpliced(at, 0, '').join(';');
  return {
    code: code.split('\n').toSpliced(at, 0, line).join('\n'),
    map: JSON.stringify({ ...parsed, mappings }),
  };
}
