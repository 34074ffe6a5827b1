import { displayWidth } from '../../src/report/display-width.ts';

/** What a terminal shows after it was written to. It knows what our reports use, and refuses all else. */
export interface Screen {
  readonly lines: readonly string[];
  readonly cursorVisible: boolean;
  /** The widest line that was ever on it. */
  readonly widest: number;
}

/** Follows the bytes that went to a terminal. */
export function screenOf(bytes: string): Screen {
  const lines = [''];
  let row = 0;
  let column = 0;
  let cursorVisible = true;
  let widest = 0;
  const set = (text: string): void => {
    lines[row] = text;
    widest = Math.max(widest, displayWidth(text));
  };
  for (const [token, control, letter] of bytes.matchAll(
    /\x1b\[([?\d;]*)([A-Za-z])|\r|\n|[^\x1b\r\n]+|\x1b/g,
  )) {
    if (token === '\n') {
      row += 1;
      lines[row] ??= '';
    } else if (token === '\r') column = 0;
    else if (letter === 'm' || control?.startsWith('?2026')) continue;
    else if (control === '?25') cursorVisible = letter === 'h';
    else if (letter === 'A') row -= Number(control ?? 1);
    else if (letter === 'G') column = Number(control ?? 1) - 1;
    else if (letter === 'K')
      set(control === '1' || control === '2' ? '' : (lines[row] ?? '').slice(0, column));
    else if (/[\0-\x1f\x7f-\x9f]/.test(token))
      throw new Error(`the terminal was sent ${JSON.stringify(token)}`);
    else {
      const line = (lines[row] ?? '').padEnd(column);
      set(line.slice(0, column) + token + line.slice(column + token.length));
      column += token.length;
    }
  }
  return { lines, cursorVisible, widest };
}
