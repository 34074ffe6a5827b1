import type { Node, ScalarTag, Tags } from 'yaml';
import { inventoryError } from '../../errors/inventory.ts';
import { TsplayErrors, type Place } from '../../errors/tsplay-error.ts';
import type { Draft } from '../draft.ts';
import { parseYaml, type YamlSource } from '../yaml-source.ts';
import { isTemplate, templateWarnings } from './templates.ts';

/** Reads a file of Ansible in YAML or JSON. What is wrong is added to the draft; then there is no source. */
export async function readAnsibleYaml(
  draft: Draft,
  text: string,
  file: string,
): Promise<YamlSource | undefined> {
  if (text.startsWith('$ANSIBLE_VAULT;')) {
    const where = { file, line: 1, column: 1 };
    draft.problems.push(inventoryError('inventory-vaulted', { what: 'this file' }, { where }));
    return undefined;
  }
  const source = await parsed(draft, text, file);
  if (source === undefined) return undefined;
  const before = draft.problems.length;
  const templates: { readonly name: string; readonly where: Place }[] = [];
  source.walk((path, node) => {
    const where = source.placeOf(node);
    const { tag, value } = node as Node & { readonly value?: unknown };
    const name = path.findLast((part) => !/^\d+$/.test(part)) ?? 'this file';
    if (tag === '!vault' || tag === '!vault-encrypted') {
      draft.problems.push(inventoryError('inventory-vaulted', { what: name }, { where }));
    } else if (tag !== undefined && unread.test(tag)) {
      const problem = `${name} has the tag ${tag.replace('tag:yaml.org,2002:', '!!')}, which is not read`;
      draft.problems.push(inventoryError('inventory-syntax', { problem }, { where }));
    } else if (tag !== '!unsafe' && isTemplate(value)) templates.push({ name, where });
    for (const key of repeatedKeys(node)) {
      const message = `${key.name} stands here more than once, and the last one counts`;
      draft.warnings.push({ message, where: source.placeOf(key.node) });
    }
  });
  draft.warnings.push(...templateWarnings(templates));
  return draft.problems.length > before ? undefined : source;
}

async function parsed(draft: Draft, text: string, file: string): Promise<YamlSource | undefined> {
  try {
    return await parseYaml(text, file, { tags, repeatedKeys: true });
  } catch (error) {
    if (!(error instanceof TsplayErrors)) throw error;
    draft.problems.push(...error.errors);
    return undefined;
  }
}

const unread = /^tag:yaml\.org,2002:(?:binary|omap|pairs|set|timestamp)$/;

/** Keys that a mapping has had before. */
function repeatedKeys(node: Node): readonly { readonly name: string; readonly node: Node }[] {
  const { items } = node as {
    readonly items?: readonly { readonly key?: Node & { readonly value?: unknown } }[];
  };
  const seen = new Set<string>();
  return (items ?? []).flatMap(({ key }) => {
    if (key === undefined || !('value' in key)) return [];
    const name = String(key.value);
    const isRepeated = seen.has(name) && name !== 'Symbol(<<)';
    seen.add(name);
    return isRepeated ? [{ name, node: key }] : [];
  });
}

/** Numbers to the base of 60: `1:30` is 90. */
function sexagesimal(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const parts = text.replace(/^[-+]/, '').split(':');
  return sign * parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** A number in YAML 1.1; the text itself where it is too large to be exact. */
function whole(text: string): number | string {
  const plain = text.replaceAll('_', '');
  const sign = plain.startsWith('-') ? -1 : 1;
  const digits = plain.replace(/^[-+]/, '');
  let value = Number(digits);
  if (digits.includes(':')) value = Math.abs(sexagesimal(plain));
  else if (/^0\d/.test(digits)) value = Number.parseInt(digits, 8);
  return Number.isSafeInteger(value) ? sign * value || 0 : text;
}

function floating(text: string): number {
  const plain = text.replaceAll('_', '').toLowerCase();
  if (plain.endsWith('.inf')) return plain.startsWith('-') ? -Infinity : Infinity;
  if (plain === '.nan') return Number.NaN;
  return plain.includes(':') ? sexagesimal(plain) : Number(plain);
}

function scalar(name: string, test: RegExp, resolve: (text: string) => unknown): ScalarTag {
  return { tag: `tag:yaml.org,2002:${name}`, default: true, test, resolve };
}

/** A tag whose value is the text as it stands. */
function verbatim(tag: string): ScalarTag {
  return { tag, resolve: (text) => text };
}

/**
 * YAML 1.1 as the library of Ansible reads it, which differs from the specification. A date stays text, since that is
 * what comes of it.
 *
 * @see https://yaml.org/type/
 */
const tags: Tags = [
  scalar('null', /^(?:~|null|Null|NULL|)$/, () => null),
  scalar('bool', /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/, () => true),
  scalar('bool', /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/, () => false),
  scalar('int', /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][\d_]*|0x[\da-fA-F_]+|[1-9][\d_]*(?::[0-5]?\d)+)$/, whole),
  scalar(
    'float',
    /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
    floating,
  ),
  verbatim('!vault'),
  verbatim('!vault-encrypted'),
  verbatim('!unsafe'),
  verbatim('!age'),
];
