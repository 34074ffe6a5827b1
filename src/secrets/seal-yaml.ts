import type { Document, Node, Scalar } from 'yaml';
import { secretError } from '../errors/secrets.ts';
import type { Place, TsplayError } from '../errors/tsplay-error.ts';
import { isArmored } from './armor.ts';
import { conceal } from './conceal.ts';
import { sealed } from './sealed.ts';

/** Could secrets be written in this text? Most have none, and need not be gone through. */
export function mayHaveSecrets(text: string): boolean {
  return /AGE ENCRYPTED FILE|!age/.test(text);
}

/**
 * Puts a secret in the place of every value of a document that is written as one. None is opened yet. Gives all that is
 * wrong with how they are written.
 */
export async function sealDocument(
  document: Document,
  placeOf: (node: Node) => Place,
): Promise<readonly TsplayError[]> {
  const { visit } = await import('yaml');
  const problems: TsplayError[] = [];
  visit(document, {
    Collection(_, node) {
      if (node.tag === '!age') problems.push(secretError('not-armored', undefined, { where: placeOf(node) }));
    },
    Scalar(key, node) {
      if (key !== 'key') sealScalar(node, placeOf(node), problems);
    },
  });
  return problems;
}

function sealScalar(node: Scalar, where: Place, problems: TsplayError[]): void {
  const text = typeof node.value === 'string' ? node.value : '';
  if (isArmored(text)) {
    const open = async (): Promise<string> =>
      (await import('./identity.ts')).decryptText(text, { what: 'this secret', where });
    node.value = sealed({ open });
  } else if (node.tag === '!age') {
    // The lines around it are going to be shown.
    conceal(node.source ?? text);
    problems.push(secretError('not-armored', undefined, { where }));
  }
}
