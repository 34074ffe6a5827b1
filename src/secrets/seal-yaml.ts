import type { Document, Node, Scalar } from 'yaml';
import { secretError } from '../errors/secrets.ts';
import type { Place, TsplayError } from '../errors/tsplay-error.ts';
import { encryptionOfText } from './armor.ts';
import { conceal } from './conceal.ts';
import { Secret } from './hidden.ts';
import { mark } from './mark.ts';
import { sealText } from './seal-text.ts';

/** Could secrets be written in this text? Most have none, and need not be gone through. */
export function mayHaveSecrets(text: string): boolean {
  return /AGE ENCRYPTED FILE|ANSIBLE_VAULT|__ansible_vault|!age|!vault|!secret/.test(text);
}

/**
 * Puts a secret in the place of every value of a document that is written as one. None is opened yet. Gives all that is
 * wrong with how they are written.
 *
 * @param hidden - the whole text was encrypted: its texts and numbers, or those that are variables, are secrets
 */
export async function sealDocument(
  document: Document,
  placeOf: (node: Node) => Place,
  hidden?: 'values' | 'vars',
): Promise<readonly TsplayError[]> {
  const { isMap, isPair, isScalar, Scalar, visit } = await import('yaml');
  const problems: TsplayError[] = [];
  const isHidden = (path: readonly unknown[]): boolean =>
    hidden === 'values' ||
    (hidden === 'vars' &&
      path.some((above) => isPair(above) && isScalar(above.key) && secretKeys.has(above.key.value)));
  visit(document, {
    Collection(_, node) {
      const where = placeOf(node);
      const code = misused[node.tag ?? ''];
      if (code !== undefined) problems.push(secretError(code, undefined, { where }));
      // As Ansible writes one in JSON, which has no tags.
      const inner = isMap(node) && node.items.length === 1 ? node.get('__ansible_vault') : undefined;
      if (typeof inner !== 'string') return undefined;
      const scalar = new Scalar(sealText(inner, 'vault', where) as unknown);
      scalar.range = node.range ?? null;
      return scalar;
    },
    Scalar(key, node, path) {
      if (key === 'key') return;
      sealScalar(node, placeOf(node), problems);
      if (isHidden(path)) hideScalar(node);
    },
  });
  return problems;
}

/** What in an inventory of our own is not the name or address of something. */
const secretKeys = new Set<unknown>(['vars', 'becomePassword']);

/** What is wrong where these tags stand before what is not encrypted. */
const misused: Readonly<Record<string, 'not-armored' | 'not-vaulted' | 'only-marked'>> = {
  '!age': 'not-armored',
  '!vault': 'not-vaulted',
  '!vault-encrypted': 'not-vaulted',
  [mark]: 'only-marked',
};

function sealScalar(node: Scalar, where: Place, problems: TsplayError[]): void {
  const text = typeof node.value === 'string' ? node.value : '';
  const encryption = encryptionOfText(text);
  if (encryption !== undefined) {
    node.value = sealText(text, encryption, where);
    return;
  }
  const code = misused[node.tag ?? ''];
  if (code === undefined) return;
  // The lines around it are going to be shown.
  conceal(text);
  problems.push(secretError(code, undefined, { where }));
}

/** A number is what is written: `0042` as well. */
function hideScalar(node: Scalar): void {
  const { value, source } = node;
  if (typeof value === 'string') node.value = new Secret(value);
  else if (typeof value === 'number' || typeof value === 'bigint')
    node.value = new Secret(source ?? String(value));
}
