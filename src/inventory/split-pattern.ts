import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { inventoryError } from '../errors/inventory.ts';
import { near } from '../errors/near.ts';
import { isAddress6 } from './name.ts';

/** A part of a pattern: hosts to add, to keep (`&`) or to leave out (`!`). */
export interface PatternPart {
  readonly mark: '' | '&' | '!';
  /** What names the hosts; a file behind `@` is a list of patterns. */
  readonly names: string | readonly PatternPart[];
}

/**
 * Splits a pattern at its commas and colons. Those within brackets belong to a range or a regular expression, those of
 * an IPv6 address to that.
 *
 * @param folder - what files behind `@` are relative to
 */
export function splitPattern(pattern: string, folder: string): readonly PatternPart[] {
  return pieces(pattern, ',')
    .flatMap((piece) => (isAddress6(piece.replace(/^[&!]/, '')) ? [piece] : pieces(piece, ':')))
    .flatMap((piece) => {
      const mark = /^[&!]/.test(piece) ? (piece[0] as '&' | '!') : '';
      const names = piece.slice(mark.length).trim();
      if (!names.startsWith('@')) return { mark, names };
      const listed = partsOfFile(names.slice(1), folder, pattern);
      // Without a mark, its lines count as if they stood in the pattern.
      return mark === '' ? listed : [{ mark, names: listed }];
    });
}

function pieces(text: string, separator: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (character === separator && depth === 0) parts.push('');
    else parts.push(`${parts.pop()}${character}`);
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** One pattern a line; blank lines and comments are left out. */
function partsOfFile(name: string, folder: string, pattern: string): readonly PatternPart[] {
  const file = resolve(folder, name);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    const problem = isMissing ? 'there is no such file' : message;
    const close = isMissing ? near(basename(file), siblings(file)) : [];
    throw inventoryError('pattern-file', { pattern, file, problem, near: close }, { cause });
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) return [];
    if (!/(?:^|[,:&!])\s*@/.test(line)) return splitPattern(line, folder);
    const where = { file, line: index + 1, column: 1 };
    throw inventoryError(
      'pattern-invalid',
      { pattern: line, problem: 'a list cannot name another file' },
      { where },
    );
  });
}

function siblings(file: string): readonly string[] {
  try {
    return readdirSync(dirname(file));
  } catch {
    return [];
  }
}
