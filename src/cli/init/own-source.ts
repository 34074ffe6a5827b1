import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

/**
 * What a package.json says to get this very tsplay: a version where it came from a registry, and else where it came from,
 * such as an archive that `npm pack` made, a git address, or a folder with its sources.
 *
 * @param root - the folder of this tsplay
 * @param folder - the one of the package.json
 */
export function ownSource(root: string, folder: string, version: string): string {
  const range = `^${version}`;
  const modules = dirname(root);
  if (basename(modules) !== 'node_modules') return fileFrom(folder, root);
  const resolved = resolvedAs(modules, basename(root));
  if (resolved === undefined || /^https?:/.test(resolved)) return range;
  return resolved.startsWith('file:')
    ? fileFrom(folder, resolve(dirname(modules), resolved.slice('file:'.length)))
    : resolved;
}

/** Where npm noted that it had a package from. */
function resolvedAs(modules: string, name: string): string | undefined {
  try {
    const { packages = {} } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as {
      readonly packages?: Readonly<Record<string, { readonly resolved?: string } | undefined>>;
    };
    return packages[`node_modules/${name}`]?.resolved;
  } catch {
    // Other tools note it elsewhere.
    return undefined;
  }
}

function fileFrom(folder: string, path: string): string {
  const way = relative(folder, path);
  return `file:${way.startsWith('.') ? way : `./${way}`}`;
}
