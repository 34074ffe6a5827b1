import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { runnerError } from '../errors/runner.ts';
import { together } from '../errors/together.ts';
import type { Place, TsplayError } from '../errors/tsplay-error.ts';
import { findInventory, type InventoryNames, type InventorySource } from '../inventory/find.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { loadInventory } from '../inventory/load.ts';
import { exportsOf, typescriptFiles } from './open-inventory.ts';
import { declarationFiles } from './declaration-files.ts';
import { inputsOf, loadModules, type LoadedModule } from './load/index.ts';
import { isPlay, type Play } from './play.ts';

/** A playbook and the inventory that it runs on. */
export interface Loaded {
  readonly file: string;
  readonly plays: readonly Play[];
  readonly inventory: Inventory;
  /** What the user has written of all that it is made from; see {@link inputsOf}. */
  readonly inputs: () => Promise<Readonly<Record<string, string>>>;
}

/** Finds what is wrong with plays and the hosts of an inventory without a body being run. */
export type Foresee = (plays: readonly Play[], inventory: Inventory) => Promise<readonly TsplayError[]>;

/**
 * Loads a playbook and an inventory, type-checked together. Throws what is wrong with either at once, and where types
 * are, with it what `foresee` finds: whoever mends the types is not to come to the next problem then.
 */
export async function loadPlaybook(
  playbook: string,
  inventory: InventoryNames,
  cwd: string,
  foresee: Foresee = async () => [],
): Promise<Loaded> {
  const file = resolve(cwd, playbook);
  const found = findInventory(inventory, cwd);
  const read = (source: InventorySource, loaded: readonly LoadedModule[]): Promise<Inventory> =>
    loadInventory(source, exportsOf(source, loaded), dirname(file));
  // Only an inventory in TypeScript has to wait until it is checked.
  const data = found.then((source) => (typescriptFiles(source).length > 0 ? undefined : read(source, [])));
  const modules = found.then(
    (source) =>
      loadModules([file, ...typescriptFiles(source)], {
        declarations: declarationFiles(file, source),
        async beside([book, ...loaded]) {
          const code = loaded.filter((one) => one !== undefined);
          if (code.length < loaded.length) return [];
          const hosts = (await data) ?? (await read(source, code));
          // That it could not be imported may come from the types.
          return foresee(book === undefined ? [] : playsOf(file, book.exports['default']), hosts);
        },
      }),
    () => loadModules([file], { declarations: declarationFiles(file, undefined) }),
  );
  const hosts = async (): Promise<Inventory> => (await data) ?? read(await found, (await modules).slice(1));
  const [plays, loaded] = await together(
    modules.then(([book]) => playsOf(file, book?.exports['default'])),
    hosts(),
  );
  const inputs = async (): Promise<Readonly<Record<string, string>>> => {
    const source = await found;
    return inputsOf([file, ...typescriptFiles(source)], { declarations: declarationFiles(file, source) });
  };
  return { file, plays, inventory: loaded, inputs };
}

function playsOf(file: string, exported: unknown): readonly Play[] {
  // A list may have playbooks in it, each one play or a list.
  const plays: readonly unknown[] = [exported].flat(2);
  if (plays.length > 0 && plays.every(isPlay)) return plays;
  throw runnerError('not-a-playbook', { file, found: foundIn(exported) }, { where: placeOfDefault(file) });
}

/** What is exported in place of a play. */
function foundIn(exported: unknown): string {
  if (exported === undefined) return 'nothing is its default';
  if (!Array.isArray(exported)) return `its default is ${kindOf(exported)}`;
  if (exported.length === 0) return 'its default is an empty list';
  const wrong = exported.flat().findIndex((one) => !isPlay(one));
  return `in its list, number ${wrong + 1} is ${kindOf(exported.flat()[wrong])}`;
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (value instanceof Promise) return 'a promise; wait for it with await';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Where the default of a file stands; else its beginning. */
function placeOfDefault(file: string): Place {
  const lines = readFileSync(file, 'utf8').split('\n');
  const line = lines.findIndex((text) => /^export default\b/.test(text));
  return { file, line: Math.max(line, 0) + 1, column: 1 };
}
