import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { inventoryError } from '../../errors/inventory.ts';
import { TsplayError } from '../../errors/tsplay-error.ts';
import { addLayer, type Draft } from '../draft.ts';
import type { Layer } from '../inventory.ts';
import { readText } from '../read-text.ts';
import { hidden } from './variables.ts';
import { readAnsibleYaml } from './yaml-file.ts';

/** Endings of files with variables, in the order in which they are looked for. */
const plain = ['', '.yml', '.yaml', '.json'];
const endings = [...plain, ...plain.map((ending) => `${ending}.age`)];

/**
 * Adds the variables of the folders `group_vars/` and `host_vars/` in a folder: of each group and host, what a file or
 * a folder of its name has.
 *
 * @param as - whether the folder is beside the inventory or beside the playbook
 * @see https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html#organizing-host-and-group-variables
 */
export async function addVarsFolders(
  draft: Draft,
  folder: string,
  as: 'files' | 'playbookFiles' = 'files',
): Promise<void> {
  const groups = await entriesOf(join(folder, 'group_vars'));
  const hosts = await entriesOf(join(folder, 'host_vars'));
  if (groups.size > 0) {
    for (const [name, group] of draft.groups) {
      for (const file of await filesOf(draft, join(folder, 'group_vars'), groups, name)) {
        await addFile(draft, group[as], file, name);
      }
    }
  }
  if (hosts.size > 0) {
    for (const [name, host] of draft.hosts) {
      for (const file of await filesOf(draft, join(folder, 'host_vars'), hosts, name)) {
        await addFile(draft, host[as], file, undefined);
      }
    }
  }
}

async function entriesOf(folder: string): Promise<ReadonlySet<string>> {
  return new Set(await readdir(folder).catch(() => []));
}

/** The files for one name: of a file and a folder, and of several endings, only the first counts. */
async function filesOf(
  draft: Draft,
  folder: string,
  entries: ReadonlySet<string>,
  name: string,
): Promise<readonly string[]> {
  const [first, ...rest] = endings.map((ending) => `${name}${ending}`).filter((entry) => entries.has(entry));
  if (first === undefined) return [];
  const path = join(folder, first);
  for (const other of rest) {
    const message = `${other} is not read, because ${first} is there: put both into one folder`;
    draft.warnings.push({ message, where: { file: join(folder, other), line: 1, column: 1 } });
  }
  const kind = await kindOf(path);
  if (kind === undefined) return [];
  return kind === 'folder' ? filesIn(path) : [path];
}

/** All files of a folder with variables, and of those within it, in the order of their names. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of (await readdir(folder)).toSorted(byCode)) {
    if (name.startsWith('.') || name.endsWith('~')) continue;
    const path = join(folder, name);
    const ending = extname(name.replace(/\.age$/, ''));
    const kind = await kindOf(path);
    if (kind === 'folder' && extname(name) === '') files.push(...(await filesIn(path)));
    if (kind === 'file' && plain.includes(ending)) files.push(path);
  }
  return files;
}

/** What stands at a path; undefined where a link leads nowhere. */
async function kindOf(path: string): Promise<'folder' | 'file' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'folder' : 'file';
}

async function addFile(draft: Draft, to: Layer[], file: string, group: string | undefined): Promise<void> {
  const read = await readText(file).catch((error: unknown) => {
    if (!(error instanceof TsplayError)) throw error;
    draft.problems.push(error);
    return undefined;
  });
  const source = read === undefined ? undefined : await readAnsibleYaml(draft, read, file);
  if (source === undefined || source.data === null || source.data === undefined) return;
  const { data, locateValue } = source;
  if (typeof data !== 'object' || Array.isArray(data)) {
    const problem = 'must map names of variables to values';
    const where = { file, line: 1, column: 1 };
    draft.problems.push(inventoryError('inventory-invalid', { path: 'this file', problem }, { where }));
    return;
  }
  const vars = Object.entries(data).map(([name, value]) => [name, hidden(name, value)] as const);
  addLayer(to, group, Object.fromEntries(vars), locateValue);
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : 1;
}
