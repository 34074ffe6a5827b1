import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A larger file is looked at only as far as this. */
const most = 1 << 26;

/** Files below folders, changed since some time in ms, that have a word in their name or their content. */
export function filesWith(
  words: readonly string[],
  folders: readonly string[],
  since = 0,
): readonly string[] {
  const found = new Set<string>();
  const look = (path: string): void => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (words.some((word) => path.includes(word))) found.add(path);
    if (stat.isDirectory()) {
      for (const name of namesIn(path)) look(join(path, name));
    } else if (stat.isFile() && stat.size <= most && Math.max(stat.mtimeMs, stat.ctimeMs) >= since) {
      const content = contentOf(path);
      if (words.some((word) => content.includes(word))) found.add(path);
    }
  };
  for (const folder of folders) look(folder);
  return [...found].toSorted();
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // It has gone meanwhile.
    return [];
  }
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
