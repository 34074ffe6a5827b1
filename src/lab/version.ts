import { createHash } from 'node:crypto';
import { GUEST_FILES, initScript } from './guest-files.ts';
import { guestCommand, QEMU } from './qemu.ts';
import * as recipe from './recipe.ts';
import { run } from './run-command.ts';

const commands = (['save', 'resume'] as const).map((mode) =>
  guestCommand({ name: '', image: '', prefix: '', port: 0, mode }),
);

/**
 * The version of the lab that this code builds: a hash of all that a build depends on. QEMU's version is part
 * of it, since a saved state is read by the version that wrote it only.
 */
export async function labVersion(): Promise<string> {
  const [emulator] = (await run([QEMU, '--version'])).split('\n');
  // Sorted, since the order of a module's names is the loader's.
  const data = Object.entries(recipe).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const parts = [data, GUEST_FILES, initScript([]), commands, emulator];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
