import type { Scalar } from 'yaml';
import { secretError } from '../errors/secrets.ts';
import { TsplayErrors } from '../errors/tsplay-error.ts';
import { encryptionOfText, type Encryption } from './armor.ts';
import { mark } from './mark.ts';

/** A value in a text of YAML: what it says, and from where to where it stands, with its tag. */
interface Value {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** What stands before the value beside the tag: an anchor. */
  readonly properties: string;
  /** Blanks that lines of a block have to begin with; undefined where no block can stand. */
  readonly indent: number | undefined;
}

/** Are there values that are marked? */
export function hasMarks(text: string): boolean {
  return text.includes(mark);
}

/**
 * Shows the encrypted values of a text in YAML or JSON as plain ones with a mark.
 *
 * @returns the text, and what was encrypted by what it says, so that it can stay as it is
 */
export async function openValues(
  text: string,
  file: string,
  encryptions: readonly Encryption[],
  decrypt: (text: string, place: { readonly line: number; readonly column: number }) => Promise<string>,
): Promise<{ readonly text: string; readonly before: ReadonlyMap<string, string> }> {
  const before = new Map<string, string>();
  const isMeant = ({ value }: Scalar): boolean => {
    const encryption = typeof value === 'string' ? encryptionOfText(value) : undefined;
    return encryption !== undefined && encryptions.includes(encryption);
  };
  const opened = await replaced(text, file, isMeant, async ({ text: armored, indent, start }) => {
    const above = text.slice(0, start).split('\n');
    const plain = await decrypt(armored, { line: above.length, column: (above.at(-1) ?? '').length + 1 });
    before.set(plain, armored);
    return `${mark} ${plainForm(plain, indent)}`;
  });
  return { text: opened, before };
}

/** Encrypts the marked values of a text in YAML or JSON. One that says what was there before stays as that was. */
export async function sealValues(
  text: string,
  file: string,
  before: ReadonlyMap<string, string>,
  encrypt: (plain: string) => Promise<string>,
): Promise<string> {
  const isJson = file.endsWith('.json');
  return replaced(
    text,
    file,
    ({ tag }) => tag === mark,
    async ({ text: plain, indent }) => {
      const armored = before.get(plain) ?? (await encrypt(plain));
      const form = armoredForm(armored, isJson ? undefined : indent);
      return isJson ? form : `!age ${form}`;
    },
  );
}

/** Puts something else in the place of some values. What is around them stays as it is written. */
async function replaced(
  text: string,
  file: string,
  which: (node: Scalar) => boolean,
  replace: (value: Value) => Promise<string>,
): Promise<string> {
  let result = '';
  let end = 0;
  for (const value of await valuesIn(text, file, which)) {
    const source = text.slice(value.start, value.end);
    const form = (await replace(value)).replace(/\n$/, '').split('\n');
    const [, within = ''] = /^(?:[!&]\S*[ \t]+)*[|>][-+\d]*([ \t]+#[^\n]*)\n/.exec(source) ?? [];
    const [behind = ''] = form.length > 1 ? (/^[ \t]+#[^\n]*/.exec(text.slice(value.end)) ?? []) : [];
    // A comment stands behind the first line of a block: behind its last one it would be a part of it.
    form[0] += within + behind;
    const newline = source.endsWith('\n') ? '\n' : '';
    result += text.slice(end, value.start) + value.properties + form.join('\n') + newline;
    end = value.end + behind.length;
  }
  return result + text.slice(end);
}

async function valuesIn(
  text: string,
  file: string,
  which: (node: Scalar) => boolean,
): Promise<readonly Value[]> {
  const { isCollection, LineCounter, parseDocument, visit } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (document.errors.length > 0) {
    throw new TsplayErrors(
      document.errors.map(({ code, pos }) =>
        secretError('no-yaml', { problem: code }, { where: placeAt(pos[0]) }),
      ),
    );
  }
  const found: Value[] = [];
  visit(document, {
    Scalar(key, node, path) {
      if (key === 'key' || !which(node)) return;
      const [start = 0, end = 0] = node.range ?? [];
      const [written = ''] = /(?:[!&][^\s,[\]{}]*[ \t]+)*$/.exec(text.slice(0, start)) ?? [];
      // A tag on a line of its own could not be exchanged for another one.
      if (node.tag !== undefined && !written.includes('!'))
        throw secretError('tag-apart', undefined, { where: placeAt(start) });
      const inFlow = path.some((above) => isCollection(above) && above.flow === true);
      found.push({
        text: String(node.value),
        start: start - written.length,
        end,
        properties: written.replace(/![^\s]*[ \t]+/, ''),
        indent: inFlow ? undefined : indentAt(text, start),
      });
    },
  });
  return found;
}

/** Two more than what the line of a place begins with: blanks, and the dashes of lists. */
function indentAt(text: string, offset: number): number {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1);
  return (/^ *(?:- +)*/.exec(line)?.[0].length ?? 0) + 2;
}

/** A text as it is edited best: several lines below each other, where YAML gives back just these. */
function plainForm(text: string, indent: number | undefined): string {
  const isLines =
    /^[^\s\p{Cc}\p{Zl}\p{Zp}][^\p{Cc}\p{Zl}\p{Zp}]*(?:\n[^\p{Cc}\p{Zl}\p{Zp}]*)+$/u.test(text) &&
    !text.endsWith('\n\n');
  if (indent === undefined || !isLines) return JSON.stringify(text);
  return block(text, text.endsWith('\n') ? '|' : '|-', indent);
}

function armoredForm(armored: string, indent: number | undefined): string {
  return indent === undefined ? JSON.stringify(armored) : block(armored, '|', indent);
}

function block(text: string, header: string, indent: number): string {
  const lines = text.replace(/\n$/, '').replaceAll(/^(?=.)/gm, ' '.repeat(indent));
  return `${header}\n${lines}`;
}
