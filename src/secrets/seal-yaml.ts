import type { Document, Node, Scalar } from 'yaml';
import { secretError } from '../errors/secrets.ts';
import type { Place, TsplayError } from '../errors/tsplay-error.ts';
import { isArmored } from './armor.ts';
import { conceal } from './conceal.ts';
import { Secret } from './hidden.ts';
import { mark } from './mark.ts';
import { sealed } from './sealed.ts';

/** Could secrets be written in this text? Most have none, and need not be gone through. */
export function mayHaveSecrets(text: string): boolean {
  return /AGE ENCRYPTED FILE|!age|!secret/.test(text);
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
  const { isPair, isScalar, visit } = await import('yaml');
  const problems: TsplayError[] = [];
  const isHidden = (path: readonly unknown[]): boolean =>
    hidden === 'values' ||
    (hidden === 'vars' &&
      path.some((above) => isPair(above) && isScalar(above.key) && secretKeys.has(above.key.value)));
  visit(document, {
    Collection(_, node) {
      const code = misused[node.tag ?? ''];
      if (code !== undefined) problems.push(secretError(code, undefined, { where: placeOf(node) }));
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

function sealScalar(node: Scalar, where: Place, problems: TsplayError[]): void {
  const text = typeof node.value === 'string' ? node.value : '';
  if (isArmored(text)) {
    const open = async (): Promise<string> =>
      (await import('./identity.ts')).decryptText(text, { what: 'this secret', where });
    node.value = sealed({ open });
    return;
  }
  const code = misused[node.tag ?? ''];
  if (code === undefined) return;
  // The lines around it are going to be shown.
  conceal(text);
  problems.push(secretError(code, undefined, { where }));
}

/** What is wrong where these tags stand before what is not encrypted. */
const misused: Readonly<Record<string, 'not-armored' | 'only-marked'>> = {
  '!age': 'not-armored',
  [mark]: 'only-marked',
};

/** A number is what is written: `0042` as well. */
function hideScalar(node: Scalar): void {
  const { value, source } = node;
  if (typeof value === 'string') node.value = new Secret(value);
  else if (typeof value === 'number' || typeof value === 'bigint')
    node.value = new Secret(source ?? String(value));
}
