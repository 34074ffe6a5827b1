import { TsplayErrors } from '../../../src/errors/tsplay-error.ts';
import { findInventory } from '../../../src/inventory/find.ts';
import type { Inventory } from '../../../src/inventory/inventory.ts';
import { loadInventory } from '../../../src/inventory/load.ts';
import { tempProject } from '../../playbook/load/temp-project.ts';

/** Reads the first of some files as an inventory. */
export async function read(files: Readonly<Record<string, string>>): Promise<Inventory> {
  const project = tempProject(files);
  try {
    return await loadInventory(
      await findInventory(`./${Object.keys(files)[0]}`, project.dir),
      () => undefined,
    );
  } finally {
    project.remove();
  }
}

/** What is wrong with the inventory in some files: `FILE:LINE:COLUMN message`. */
export async function problemsIn(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  try {
    await read(files);
    return [];
  } catch (error) {
    if (!(error instanceof TsplayErrors)) throw error;
    return error.errors.map(({ where, message }) => placed(where, message));
  }
}

/** What an inventory warns of, likewise. */
export function warningsOf({ warnings }: Inventory): readonly string[] {
  return warnings.map(({ where, message }) => placed(where, message));
}

function placed(
  where: { readonly file: string; readonly line: number; readonly column: number } | undefined,
  message: string,
): string {
  const short = message.replaceAll(/\/\S*\/tsplay-load-\w+\//g, '');
  if (where === undefined) return short;
  return `${where.file.replace(/^.*tsplay-load-\w+\//, '')}:${where.line}:${where.column} ${short}`;
}
