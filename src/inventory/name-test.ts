import { inventoryError } from '../errors/inventory.ts';

/** Is this part of a pattern a name, and not a glob, range or regular expression? */
export function isPlainName(part: string): boolean {
  return !part.startsWith('~') && !/[*?[\]]/.test(part);
}

/** Tells the names that a glob, range or regular expression matches. `pattern` is the whole, for messages. */
export function nameTest(part: string, pattern: string): (name: string) => boolean {
  if (part.startsWith('~')) {
    const expression = regularExpression(part.slice(1), pattern);
    return (name) => expression.test(name);
  }
  const tokens = part.match(/\[[^\]]*\]?|[^[]+/g) ?? [];
  const pieces = tokens.map((token) => (token.startsWith('[') ? bracket(token, pattern) : glob(token)));
  const expression = new RegExp(`^${pieces.map(({ source }) => source).join('')}$`, 'u');
  const numbers = pieces.flatMap(({ accepts }) => accepts ?? []);
  return (name) => {
    const found = expression.exec(name);
    return found !== null && numbers.every((accepts, index) => accepts(found[index + 1] ?? ''));
  };
}

/** One piece of a name: a regular expression, and where it captures a number, which ones it accepts. */
interface Piece {
  readonly source: string;
  readonly accepts?: (digits: string) => boolean;
}

function glob(text: string): Piece {
  const escaped = text.replaceAll(/[.+^$(){}|\]\\/]/g, String.raw`\$&`);
  return { source: escaped.replaceAll('*', '.*').replaceAll('?', '.') };
}

/** `[abc]`, `[a-c]` and `[!abc]` match one character; with a colon it is a range. */
function bracket(text: string, pattern: string): Piece {
  if (text.includes(':')) return range(text, pattern);
  const [, not = '', characters = ''] = /^\[(!?)([^[\]]+)\]$/.exec(text) ?? [];
  if (characters === '') {
    const problem = `${text} is neither characters, such as [abc], nor a range, such as [01:20]`;
    throw inventoryError('pattern-invalid', { pattern, problem });
  }
  const escaped = characters.replaceAll(/[\\^&|~[\]]/g, String.raw`\$&`);
  return { source: compiled(`[${not === '' ? '' : '^'}${escaped}]`, pattern).source };
}

/** `[01:20]` matches numbers of that width, `[1:20]` those without zeros in front, `[a:f]` letters; `[1:20:2]` steps. */
function range(text: string, pattern: string): Piece {
  const [, from = '', to = '', by = '1'] =
    /^\[(\d+|[a-z]|[A-Z]):(\d+|[a-z]|[A-Z])(?::(\d+))?\]$/.exec(text) ?? [];
  const numeric = /^\d/.test(from);
  const inOrder = numeric
    ? Number(from) <= Number(to)
    : from <= to && /[a-z]/.test(from) === /[a-z]/.test(to);
  if (from === '' || numeric !== /^\d/.test(to) || !inOrder || Number(by) === 0) {
    const problem = `${text} is no range from lower to higher, such as [01:20] or [a:f]`;
    throw inventoryError('pattern-invalid', { pattern, problem });
  }
  const isStep = (distance: number): boolean => distance % Number(by) === 0;
  if (!numeric) {
    const first = from.charCodeAt(0);
    const letters = Array.from({ length: to.charCodeAt(0) - first + 1 }, (_, index) => index)
      .filter(isStep)
      .map((index) => String.fromCharCode(first + index));
    return { source: `[${letters.join('')}]` };
  }
  const width = from.startsWith('0') ? from.length : 1;
  return {
    source: String.raw`(\d+)`,
    accepts: (digits) =>
      Number(digits) >= Number(from) &&
      Number(digits) <= Number(to) &&
      isStep(Number(digits) - Number(from)) &&
      digits === String(Number(digits)).padStart(width, '0'),
  };
}

/** It has to match from the beginning of a name, and may leave its end out. */
function regularExpression(source: string, pattern: string): RegExp {
  return compiled(`^(?:${source})`, pattern);
}

function compiled(source: string, pattern: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch (cause) {
    throw inventoryError('pattern-invalid', { pattern, problem: (cause as Error).message }, { cause });
  }
}
