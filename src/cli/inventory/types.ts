import { readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { inventoryError } from '../../errors/inventory.ts';
import { declarationsOf } from '../../inventory/declarations.ts';
import { declarationFile } from '../../playbook/declaration-files.ts';
import { findProject } from '../../playbook/load/project.ts';
import { pathFrom } from '../../report/failure-lines.ts';
import { open } from './open.ts';

/** Writes the declarations of inventories, or only tells whether they are up to date. Gives the exit status. */
export async function writeTypes({
  inventory,
  check,
}: {
  readonly inventory: readonly string[];
  readonly check: boolean;
}): Promise<number> {
  let status = 0;
  for (const name of inventory) status = Math.max(status, await writeTypesOf(name, check));
  return status;
}

async function writeTypesOf(name: string, check: boolean): Promise<number> {
  const inventory = await open(name);
  if (inventory.source === 'lab') throw inventoryError('no-declarations', undefined);
  const file = declarationFile(inventory.source);
  const key = relative(findProject(file), file).replace(/\.tsplay\.d\.ts$/, '');
  const text = declarationsOf(inventory, key, `tsplay types -i ${name}`);
  const shown = pathFrom(process.cwd(), file);
  const isCurrent = (await readFile(file, 'utf8').catch(() => undefined)) === text;
  if (!isCurrent && !check) await writeFile(file, text);
  const state = isCurrent
    ? 'is up to date'
    : check
      ? `is not up to date: tsplay types -i ${name}`
      : 'written';
  process.stdout.write(`${shown}${isCurrent || check ? ' ' : ': '}${state}\n`);
  return isCurrent || !check ? 0 : 2;
}
