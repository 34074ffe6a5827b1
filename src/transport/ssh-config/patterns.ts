/** Does a text fit a pattern with `*` and `?`? */
export function fits(text: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

/** Does a text fit a comma list of patterns? At least one must fit, and none of those that begin with `!`. */
export function fitsList(text: string, list: string): boolean {
  const patterns = list.split(',');
  if (patterns.some((one) => one.startsWith('!') && fits(text, one.slice(1)))) return false;
  return patterns.some((one) => !one.startsWith('!') && fits(text, one));
}

/** Does a host stand in a `Host` line? Here the patterns are words of their own. */
export function fitsWords(text: string, words: readonly string[]): boolean {
  return fitsList(text, words.join(','));
}
