import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Document, parse, Scalar, visit } from 'yaml';
import { describe, expect, it } from 'vitest';
import { TsplayError } from '../../src/errors/tsplay-error.ts';
import { openValues, sealValues } from '../../src/secrets/marked-values.ts';

// In the form of what is encrypted, but readable.
const armored = (plain: string): string => {
  const lines = Buffer.from(`.${plain}`)
    .toString('base64')
    .match(/.{1,64}/g);
  return `-----BEGIN AGE ENCRYPTED FILE-----\n${lines?.join('\n')}\n-----END AGE ENCRYPTED FILE-----\n`;
};
const opened = (text: string): string => {
  const [, ...lines] = text.trim().split('\n');
  return Buffer.from(lines.slice(0, -1).join(''), 'base64').toString().slice(1);
};

const pieces = [
  'a',
  'b: c',
  '- x',
  "it's",
  '"q"',
  '#',
  ' # no comment',
  '\n',
  '\n\n',
  ' ',
  '\t',
  '‹ü›',
  '|',
  '>',
  '{',
  ']',
  '%',
  '@',
  '\\',
  ': ',
  '&a',
  '*a',
  '!x',
  '0042',
  'null',
  '---',
  '...',
  '\u2028',
];
const pick = <T>(list: readonly T[]): T => list[randomInt(list.length)] as T;
const text = (): string => Array.from({ length: randomInt(6) }, () => pick(pieces)).join('');

/** A random value, in which every fifth text is a secret. */
function value(depth: number): unknown {
  const kind = randomInt(depth > 3 ? 3 : 6);
  if (kind === 0) return randomInt(1000);
  if (kind <= 2) {
    const scalar = new Scalar(text() || 'x');
    if (randomInt(3) === 0) scalar.tag = '!secret';
    if (randomInt(2) === 0)
      scalar.type = pick(['QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED', 'PLAIN']);
    return scalar;
  }
  const length = randomInt(1, 4);
  if (kind === 3) return Array.from({ length }, () => value(depth + 1));
  return Object.fromEntries(Array.from({ length }, (_, n) => [`key${n}`, value(depth + 1)]));
}

/** A random document in the forms that YAML has: blocks, flows, comments. */
function document(): string {
  const made = new Document({ root: value(0), list: [value(1)] });
  visit(made, {
    Collection(_, node) {
      if (randomInt(8) === 0) node.flow = true;
    },
    Scalar(key, node) {
      if (key !== 'key' && randomInt(6) === 0) node.comment = ' a comment';
    },
  });
  return made.toString({ indent: pick([2, 4]), lineWidth: pick([0, 40]) });
}

const values = (yaml: string): unknown => parse(yaml, { logLevel: 'silent' }) as unknown;

function decrypted(data: unknown): unknown {
  if (typeof data === 'string') return data.startsWith('-----BEGIN AGE') ? opened(data) : data;
  if (Array.isArray(data)) return data.map(decrypted);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, one]) => [key, decrypted(one)]));
}

/** A value may stand on another line than its tag, which is told. */
function refused(error: unknown): undefined {
  if (!(error instanceof TsplayError) || error.code !== 'tag-apart') throw error;
}

describe('values that are marked', () => {
  it('say the same once they are encrypted, and once they are shown again, in any document', async () => {
    const wrong: unknown[] = [];
    for (let round = 0; round < 200; round += 1) {
      const before = document();
      const sealed = await sealValues(before, 'a.yaml', new Map(), async (plain) => armored(plain)).catch(
        refused,
      );
      if (sealed === undefined) continue;
      const again = await openValues(sealed, 'a.yaml', ['age'], async (one) => opened(one));
      // Encrypted once more, nothing is another.
      const once = await sealValues(again.text, 'a.yaml', again.before, async () => 'anew');
      const same =
        isDeepStrictEqual(decrypted(values(sealed)), values(before)) &&
        isDeepStrictEqual(values(again.text), values(before)) &&
        once === sealed;
      if (!same || sealed.includes('!secret ')) wrong.push({ before, sealed, again: again.text, once });
    }
    expect(wrong).toEqual([]);
  });
});
