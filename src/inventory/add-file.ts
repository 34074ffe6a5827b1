import { inventoryError } from '../errors/inventory.ts';
import { TsplayErrors } from '../errors/tsplay-error.ts';
import { addData } from './add-data.ts';
import type { Draft } from './draft.ts';
import { readText } from './read-text.ts';
import type { SourceKind } from './source-kind.ts';
import { parseYaml } from './yaml-source.ts';

/** Adds a file that is not in TypeScript to an inventory. */
export async function addFile(
  draft: Draft,
  kind: Exclude<SourceKind, 'typescript'>,
  file: string,
): Promise<void> {
  const text = await readText(file);
  if (text.startsWith('$ANSIBLE_VAULT;')) {
    throw inventoryError('inventory-vaulted', { what: 'this file' }, { where: { file, line: 1, column: 1 } });
  }
  if (kind === 'yaml' || beginsAsYaml(text)) return addYamlFile(draft, text, file);
  draft.addUngrouped();
  (await import('./ansible/ini.ts')).addIni(draft, text, file);
}

/** YAML begins with `---`, a brace, or a key with a colon behind it; INI with a heading or a host. */
function beginsAsYaml(text: string): boolean {
  const [, line = ''] = /^(?:[^\S\n]*(?:[#;].*)?\n)*(.*)/.exec(text) ?? [];
  return /^(?:---|\{|%YAML|"[^"]*"\s*:|'[^']*'\s*:|[^\s[\]=#]+\s*:(?:\s|$))/.test(line);
}

async function addYamlFile(draft: Draft, text: string, file: string): Promise<void> {
  if (await isOurs(text, file)) {
    const source = await parseYaml(text, file);
    addData(draft, source.data, file, source);
  } else {
    draft.addUngrouped();
    await (await import('./ansible/yaml.ts')).addYaml(draft, text, file);
  }
}

/**
 * In our own format there are `hosts`, `groups` or `vars` at the top. All other mappings are taken for inventories of
 * Ansible, where the names of groups stand there.
 */
async function isOurs(text: string, file: string): Promise<boolean> {
  try {
    const { data } = await parseYaml(text, file, { repeatedKeys: true });
    if (typeof data !== 'object' || data === null || Array.isArray(data)) return true;
    const keys = Object.keys(data);
    return keys.length === 0 || keys.some((key) => ['hosts', 'groups', 'vars'].includes(key));
  } catch (error) {
    if (error instanceof TsplayErrors) return true;
    throw error;
  }
}
