/** A word of a line, without its quotes, and the column where it begins, from 1. */
export interface Word {
  readonly text: string;
  readonly column: number;
}

/**
 * Splits a line as Ansible does, by the rules of a POSIX shell: quotes keep blanks, and a `#` begins a comment, even
 * within a word.
 *
 * @returns the words, or what is wrong
 * @see https://docs.python.org/3/library/shlex.html#parsing-rules
 */
export function splitWords(line: string): readonly Word[] | string {
  const words: Word[] = [];
  let text = '';
  let start: number | undefined;
  let quote = '';
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index] ?? '';
    const next = line[index + 1];
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (character === '\\' && quote === '"' && (next === '"' || next === '\\')) {
        text += next;
        index += 1;
      } else text += character;
    } else if (/\s/.test(character)) {
      if (start !== undefined) words.push({ text, column: start + 1 });
      [text, start] = ['', undefined];
    } else if (character === '#') {
      break;
    } else {
      start ??= index;
      if (character === '"' || character === "'") quote = character;
      else if (character === '\\') {
        if (next === undefined) return 'a backslash at the end of a line stands for nothing';
        text += next;
        index += 1;
      } else text += character;
    }
  }
  if (quote !== '') return `the quote ${quote} is not closed`;
  if (start !== undefined) words.push({ text, column: start + 1 });
  return words;
}
