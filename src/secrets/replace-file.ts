import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { secretError } from '../errors/secrets.ts';

/** A file that could not be replaced: nothing was changed. */
function failure(file: string, cause: unknown): Error {
  return secretError('unreadable', { file, problem: (cause as Error).message }, { cause });
}

/**
 * Replaces a file whole, or makes it. Nobody ever reads half of it, and of a symbolic link it is the file behind it.
 *
 * @param mode - its permissions. @defaultValue those that it has, else those of any new file
 */
export async function replaceFile(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
  const file = await realpath(path).catch(() => path);
  const old = await stat(file).catch(() => undefined);
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(4).toString('hex')}~`);
  try {
    const handle = await open(temporary, 'wx', mode ?? old?.mode);
    try {
      if (old !== undefined && process.getuid?.() === 0) await handle.chown(old.uid, old.gid);
      // What the umask takes away.
      if (mode !== undefined || old !== undefined) await handle.chmod((mode ?? old?.mode ?? 0) & 0o7777);
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw failure(file, error);
  }
}
