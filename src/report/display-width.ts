// East Asian wide and fullwidth characters, as blocks (Unicode TR 11), and what is drawn as an emoji.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const asciiOnly = /^[\x20-\x7e]*$/;
// A combining mark takes no column of its own. (Format characters never get here: they are escaped.)
const mark = /^[\p{Mn}\p{Me}]$/u;

/** How many columns a terminal needs for text that was made visible. */
export function displayWidth(text: string): number {
  if (asciiOnly.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** The text within so many columns; what was cut shows as `…`. */
export function fit(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let width = 0;
  let kept = '';
  for (const character of text) {
    width += widthOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return columns > 0 ? `${kept}…` : '';
}

function widthOf(character: string): number {
  if (mark.test(character)) return character === '\ufe0f' ? 1 : 0;
  return wide.test(character) ? 2 : 1;
}
