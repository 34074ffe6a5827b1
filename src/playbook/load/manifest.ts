import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

/** One file that a check read: what the user writes by its content, what is installed by time and size. */
type Input = readonly [file: string, stamp: string];

/** What a finished check was made from. While nothing of it changes, it need not be made again. */
export interface Manifest {
  readonly version: string;
  readonly inputs: readonly Input[];
}

async function stampOf(file: string): Promise<string> {
  if (/[\\/]node_modules[\\/]|\.d\.ts$/.test(file)) {
    const { mtimeMs, size } = await stat(file);
    return `${mtimeMs} ${size}`;
  }
  return createHash('sha1')
    .update(await readFile(file))
    .digest('base64');
}

/** Notes the files that a check read. */
export async function makeManifest(version: string, files: readonly string[]): Promise<Manifest> {
  return {
    version,
    inputs: await Promise.all(files.map(async (file) => [file, await stampOf(file)] as const)),
  };
}

/** Whether everything is as it was noted. */
export async function isCurrent(path: string, version: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
    if (manifest.version !== version) return false;
    const same = await Promise.all(
      manifest.inputs.map(async ([file, stamp]) => (await stampOf(file)) === stamp),
    );
    return same.every(Boolean);
  } catch {
    // No note, or a file of it is gone: check again.
    return false;
  }
}
