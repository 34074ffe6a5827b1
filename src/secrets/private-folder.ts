import { constants } from 'node:fs';
import { access, mkdtemp } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
const numbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 };

/**
 * Lends a folder that nobody else can look into, in memory where there is such a place. It goes with all that is in it,
 * however this process ends, unless it is killed.
 *
 * @param onSignal - called before the process ends by a signal; false keeps it from ending
 */
export async function withPrivateFolder<T>(
  use: (folder: string) => Promise<T>,
  onSignal: (signal: NodeJS.Signals) => boolean = () => true,
): Promise<T> {
  const folder = await mkdtemp(join(await placeInMemory(), 'tsplay-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const end = (signal: NodeJS.Signals): void => {
    if (!onSignal(signal)) return;
    remove();
    process.exit(128 + (numbers[signal] ?? 0));
  };
  process.on('exit', remove);
  for (const signal of signals) process.on(signal, end);
  try {
    return await use(folder);
  } finally {
    for (const signal of signals) process.off(signal, end);
    process.off('exit', remove);
    remove();
  }
}

/** A file system in memory; else the folder for temporary files. */
async function placeInMemory(): Promise<string> {
  for (const place of ['/dev/shm', process.env['XDG_RUNTIME_DIR'] ?? '']) {
    const isThere =
      place !== '' &&
      (await access(place, constants.W_OK).then(
        () => true,
        () => false,
      ));
    if (isThere) return place;
  }
  return tmpdir();
}
