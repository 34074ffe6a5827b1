import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The files that a path with `*`, `?` and `[…]` stands for, in the order of their names. */
export async function allFiles(path: string): Promise<readonly string[]> {
  const [first = '', ...parts] = path.split('/');
  let found: readonly string[] = [first === '' ? '/' : first];
  for (const part of parts) {
    if (part === '') continue;
    const next = await Promise.all(found.map((folder) => within(folder, part)));
    found = next.flat();
  }
  return found;
}

async function within(folder: string, part: string): Promise<readonly string[]> {
  if (!/[*?[]/.test(part)) {
    const path = join(folder, part);
    return (await stat(path).catch(() => undefined)) === undefined ? [] : [path];
  }
  const names = await readdir(folder).catch(() => []);
  const expression = globExpression(part);
  return names
    .filter((name) => expression.test(name) && (part.startsWith('.') || !name.startsWith('.')))
    .toSorted()
    .map((name) => join(folder, name));
}

function globExpression(part: string): RegExp {
  const source = part.replaceAll(/\[!?[^\]]+\]|[.+^${}()|\\*?[\]]/g, (match) => {
    if (match === '*') return '.*';
    if (match === '?') return '.';
    if (match.length > 1) return match.replace(/^\[!/, '[^').replaceAll('\\', String.raw`\\`);
    return `\\${match}`;
  });
  return new RegExp(`^${source}$`, 's');
}
