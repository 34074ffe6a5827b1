// The same patterns are held against every host.
const cache = new Map<string, RegExp>();

/** Does a text fit a pattern with `*` and `?`? */
function fits(text: string, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return text === pattern;
  let expression = cache.get(pattern);
  if (expression === undefined) {
    const source = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll(/\*+/g, '.*')
      .replaceAll('?', '.');
    cache.set(pattern, (expression = new RegExp(`^${source}$`, 's')));
  }
  return expression.test(text);
}

/** Does a text fit a list of patterns? At least one must fit, and none of those that begin with `!`. */
export function fitsWords(text: string, patterns: readonly string[]): boolean {
  let found = false;
  for (const pattern of patterns) {
    const isException = pattern.startsWith('!');
    if (!fits(text, isException ? pattern.slice(1) : pattern)) continue;
    if (isException) return false;
    found = true;
  }
  return found;
}

/** The same for a list with commas. */
export function fitsList(text: string, list: string): boolean {
  return fitsWords(text, list.split(','));
}
