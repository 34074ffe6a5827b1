import type { Document, Node, Scalar } from 'yaml';
import { secretError } from '../errors/secrets.ts';
import type { Place, TsplayError } from '../errors/tsplay-error.ts';
import { encryptionOfText } from './armor.ts';
import { conceal } from './conceal.ts';
import { Secret } from './hidden.ts';
import { mark } from './mark.ts';
import { sealSource, sealText } from './seal-text.ts';
import { sealed } from './sealed.ts';
import { sourceProblem, type SecretSource } from './source-type.ts';

/** Could secrets be written in this text? Most have none, and need not be gone through. */
export function mayHaveSecrets(text: string): boolean {
  return /AGE ENCRYPTED FILE|ANSIBLE_VAULT|__ansible_vault|ENC\[AES256_GCM|!age|!vault|!secret|\$secret/.test(
    text,
  );
}

/** What is known of the text of a document. */
export interface SealContext {
  readonly file: string;
  readonly placeOf: (node: Node) => Place;
  /** The whole text was encrypted: its texts and numbers, or those that are variables, are secrets. */
  readonly hidden?: 'values' | 'vars' | undefined;
}

/**
 * Puts a secret in the place of every value of a document that is written as one. None is opened yet. Gives all that is
 * wrong with how they are written.
 */
export async function sealDocument(
  document: Document,
  context: SealContext,
): Promise<readonly TsplayError[]> {
  const yaml = await import('yaml');
  const problems: TsplayError[] = [];
  const root = document.contents;
  const isOfSops = yaml.isMap(root) && yaml.isMap(root.get('sops'));
  if (isOfSops) root.delete('sops');
  const seal = (node: unknown, keys: readonly string[]): unknown => {
    if (!yaml.isNode(node) || yaml.isAlias(node)) return node;
    const where = context.placeOf(node);
    if (yaml.isScalar(node)) {
      const of = isOfSops ? sealSops(node, context.file, keys) : undefined;
      node.value = of ?? sealScalar(node, where, problems);
      if (isHidden(keys, context.hidden)) hideScalar(node);
      return node;
    }
    const wrong = misused[node.tag ?? ''];
    if (wrong !== undefined) problems.push(secretError(wrong, undefined, { where }));
    if (yaml.isMap(node)) {
      const made = sealMap(node.items.length === 1 ? node.toJS(document) : {}, context.file, where, problems);
      if (made !== undefined) {
        const scalar = new yaml.Scalar<unknown>(made);
        scalar.range = node.range ?? null;
        if (node.anchor !== undefined) scalar.anchor = node.anchor;
        return scalar;
      }
      for (const pair of node.items) {
        // As it is written: to Ansible, `on` is true.
        const key = String(yaml.isScalar(pair.key) ? (pair.key.source ?? pair.key.value) : pair.key);
        pair.value = seal(pair.value, [...keys, key]);
      }
    } else if (yaml.isSeq(node)) {
      for (const [index, item] of node.items.entries()) node.items[index] = seal(item, [...keys, `${index}`]);
    }
    return node;
  };
  document.contents = seal(root, []) as typeof root;
  return problems;
}

/** What in a host or group of our own is not the name or address of something. */
const secretParts = new Set(['vars', 'password', 'becomePassword']);

/** Is what these keys lead to to be a secret, because the whole text was encrypted? */
function isHidden([first, , third]: readonly string[], hidden: SealContext['hidden']): boolean {
  if (hidden !== 'vars') return hidden === 'values';
  return first === 'vars' || secretParts.has(third ?? '');
}

/** A secret that is written as a mapping, if it is one. */
function sealMap(data: unknown, file: string, where: Place, problems: TsplayError[]): Secret | undefined {
  const { $secret: source, __ansible_vault: vaulted } = data as Readonly<Record<string, unknown>>;
  // As Ansible writes one in JSON, which has no tags.
  if (typeof vaulted === 'string') return sealText(vaulted, 'vault', where);
  if (source === undefined) return undefined;
  const problem = sourceProblem(source);
  if (problem === undefined) return sealSource(source as SecretSource, file, where);
  problems.push(secretError('bad-source', { problem }, { where }));
  return undefined;
}

/** A value that sops has encrypted, if it is one. */
function sealSops({ value }: Scalar, file: string, keys: readonly string[]): Secret | undefined {
  if (typeof value !== 'string' || !value.startsWith('ENC[AES256_GCM,data:')) return undefined;
  return sealed({ open: async () => (await import('./sops.ts')).sopsValue(file, keys) });
}

/** What is wrong where these tags stand before what is not encrypted. */
const misused: Readonly<Record<string, 'not-armored' | 'not-vaulted' | 'only-marked'>> = {
  '!age': 'not-armored',
  '!vault': 'not-vaulted',
  '!vault-encrypted': 'not-vaulted',
  [mark]: 'only-marked',
};

/** The secret that a value is, else the value. */
function sealScalar({ value, tag }: Scalar, where: Place, problems: TsplayError[]): unknown {
  const text = typeof value === 'string' ? value : '';
  const encryption = encryptionOfText(text);
  if (encryption !== undefined) return sealText(text, encryption, where);
  const wrong = misused[tag ?? ''];
  if (wrong !== undefined) {
    // The lines around it are going to be shown.
    conceal(text);
    problems.push(secretError(wrong, undefined, { where }));
  }
  return value;
}

/** A number is what is written: `0042` as well. */
function hideScalar(node: Scalar): void {
  const { value, source } = node;
  if (typeof value === 'string') node.value = new Secret(value);
  else if (typeof value === 'number' || typeof value === 'bigint')
    node.value = new Secret(source ?? String(value));
}
