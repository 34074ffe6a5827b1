import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InventorySource } from '../inventory/find.ts';
import { findProject } from './load/project.ts';

/** The ending of files that `tsplay types` writes. */
const ending = '.tsplay.d.ts';

/** The file with the declarations of an inventory: beside it, with its name. */
export function declarationFile(inventory: string): string {
  return `${inventory.replace(/(?<=[^/])\.\w+$/, '')}${ending}`;
}

/** Whether `tsplay types` writes such files. */
export function isDeclarationFile(file: string): boolean {
  return file.endsWith(ending);
}

/**
 * The declarations that a playbook is checked with: those of all inventories of its project, and those beside the one
 * that it is run on. So it is as in an editor, whichever inventory that is.
 */
export function declarationFiles(playbook: string, source: InventorySource | undefined): readonly string[] {
  const folders = new Set([join(findProject(playbook), 'inventory')]);
  if (source?.kind === 'files') for (const path of source.paths) folders.add(dirname(path));
  return [...folders].flatMap((folder) =>
    entries(folder)
      .filter(isDeclarationFile)
      .toSorted()
      .map((name) => join(folder, name)),
  );
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
