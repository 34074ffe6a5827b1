import { inventoryError } from '../errors/inventory.ts';
import type { TsplayError } from '../errors/tsplay-error.ts';
import { inexactText } from '../secrets/exact-json.ts';
import { addData } from './add-data.ts';
import type { Draft } from './draft.ts';
import { readText, type FileText } from './read-text.ts';
import type { SourceKind } from './source-kind.ts';
import { parseYaml } from './yaml-source.ts';

/** Adds a file that is not in TypeScript to an inventory. */
export async function addFile(
  draft: Draft,
  kind: Exclude<SourceKind, 'typescript'>,
  file: string,
): Promise<void> {
  if (kind === 'script') {
    draft.addUngrouped();
    return (await import('./ansible/script.ts')).addScript(draft, file);
  }
  const read = await readText(file);
  if (kind === 'yaml' || beginsAsYaml(read.text)) return addYamlFile(draft, read, file);
  draft.addUngrouped();
  (await import('./ansible/ini.ts')).addIni(draft, read, file);
}

/** YAML begins with `---`, a brace, or a key with a colon behind it; INI with a heading or a host. */
function beginsAsYaml(text: string): boolean {
  const [, line = ''] = /^(?:[^\S\n]*(?:[#;].*)?\n)*(.*)/.exec(text) ?? [];
  return /^(?:---|\{|%YAML|"[^"]*"\s*:|'[^']*'\s*:|[^\s[\]=#]+\s*:(?:\s|$))/.test(line);
}

async function addYamlFile(draft: Draft, read: FileText, file: string): Promise<void> {
  const problems: TsplayError[] = [];
  const tell = (problem: TsplayError): void => void problems.push(problem);
  const source = await parseYaml(read.text, file, { hidden: read.hidden ? 'vars' : undefined, tell });
  if (!hasOurKeys(source.data)) {
    draft.addUngrouped();
    // That reads it anew, in the dialect of Ansible.
    return (await import('./ansible/yaml.ts')).addYaml(draft, read, file);
  }
  draft.problems.push(...problems);
  for (const { number, where } of source.inexact) {
    draft.problems.push(inventoryError('inventory-syntax', { problem: inexactText(number) }, { where }));
  }
  for (const { name, where } of source.repeated) {
    draft.problems.push(
      inventoryError('inventory-syntax', { problem: `${name} stands here a second time` }, { where }),
    );
  }
  addData(draft, source.data, file, source);
}

/**
 * In our own format there are `hosts`, `groups` or `vars` at the top. All other mappings are taken for inventories of
 * Ansible, where the names of groups stand there.
 */
function hasOurKeys(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return true;
  const keys = Object.keys(data);
  return keys.length === 0 || keys.some((key) => ['hosts', 'groups', 'vars'].includes(key));
}
