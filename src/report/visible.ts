/**
 * Whatever could move a cursor, or hide, reorder or disguise text: control and format characters (escape
 * sequences, bidirectional overrides, zero-width ones), separators, private and lone surrogate code points, and
 * every space but the plain one.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Zs}]/gu;

const named: Readonly<Record<string, string>> = { ' ': ' ', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Most characters of one piece of text that are shown: a report is for reading. */
const most = 2000;

/** Text from anywhere as it may be printed: on one line, without a character that a terminal would act on. */
export function visible(text: string): string {
  if (text.length <= most) return escaped(text);
  // A surrogate pair is not cut in half.
  const start = text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
  return `${escaped(start)}... (${text.length - start.length} more characters)`;
}

function escaped(text: string): string {
  return text.replaceAll(unsafe, (character) => named[character] ?? codeOf(character.codePointAt(0) ?? 0));
}

function codeOf(code: number): string {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}
