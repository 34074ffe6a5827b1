import { armorBegin } from './armor.ts';

const armorEnd = '-----END AGE ENCRYPTED FILE-----';

/**
 * A value that is encrypted within a text: its lines stand below each other with the same blanks before each, or on one
 * line with `\n` between them, as in JSON.
 */
const block = new RegExp(`${armorBegin}(\\\\n|\\r?\\n[ \\t]*)(?:[\\w+/=]+\\1)+${armorEnd}`, 'g');

/** Are there encrypted values in a text? Those that sops keeps its own keys in are none. */
export function hasBlocks(text: string): boolean {
  return text.search(block) >= 0 && !isOfSops(text);
}

/** Is this the text of a file that sops has encrypted? It has an authentication code at its end. */
export function isOfSops(text: string): boolean {
  return /["']?\bmac["']?:\s*["']?ENC\[/.test(text);
}

/** Puts something else in the place of every encrypted value, in the form that it has. */
export async function replaceBlocks(
  text: string,
  replace: (armored: string, place: { readonly line: number; readonly column: number }) => Promise<string>,
): Promise<string> {
  let result = '';
  let end = 0;
  for (const found of text.matchAll(block)) {
    const [whole, between = ''] = found;
    const before = text.slice(0, found.index).split('\n');
    const place = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
    const armored = await replace(`${whole.split(between).join('\n')}\n`, place);
    result += text.slice(end, found.index) + armored.trimEnd().split('\n').join(between);
    end = found.index + whole.length;
  }
  return result + text.slice(end);
}
