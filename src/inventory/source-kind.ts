import { access, constants, open } from 'node:fs/promises';
import { inventoryError } from '../errors/inventory.ts';

/** How a file is read: as TypeScript, as YAML or JSON, as INI or YAML by what it begins with, or by running it. */
export type SourceKind = 'typescript' | 'yaml' | 'text' | 'script';

/** Files of a folder that are no sources, by their names, as with Ansible; and declarations of TypeScript. */
const ignored =
  /^\.|^(?:group_vars|host_vars|vars_plugins)$|(?:\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|ini|cfg|retry)|~|\.d\.m?ts)$/;

/** Whether a file or folder within a folder of sources is none itself. */
export function isIgnored(name: string): boolean {
  return ignored.test(name);
}

/** Tells how a file is read. A program is known by its first bytes, since on some disks every file may be run. */
export async function kindOf(file: string): Promise<SourceKind> {
  if (/(?<!\.d)\.m?ts$/.test(file)) return 'typescript';
  if (/\.(?:yaml|yml|json)$/.test(file)) return 'yaml';
  if (/\.(?:d\.m?ts|toml|[cm]?js|md|lock)$/.test(file)) throw inventoryError('inventory-kind', { file });
  if (!(await isProgram(file))) return 'text';
  try {
    await access(file, constants.X_OK);
  } catch (cause) {
    throw inventoryError('inventory-not-executable', { file }, { cause });
  }
  return 'script';
}

/** Does it begin as a script or a binary does? What cannot be read is told when it is read. */
async function isProgram(file: string): Promise<boolean> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    const start = buffer.toString('latin1', 0, bytesRead);
    return start.startsWith('#!') || start === '\u007fELF';
  } finally {
    await handle.close();
  }
}
