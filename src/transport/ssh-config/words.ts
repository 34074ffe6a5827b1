/**
 * Splits what stands behind a keyword of ssh_config into words, as OpenSSH does: quotes of both kinds hold words
 * together, a backslash takes the meaning from a quote, from itself and from a blank, and `#` at the beginning of a
 * word ends the line.
 *
 * @returns undefined where a quote is not closed
 */
export function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (text[at] === ' ' || text[at] === '\t') at += 1;
    if (at >= text.length || text[at] === '#') return words;
    let word = '';
    let quote = '';
    for (; at < text.length; at += 1) {
      const character = text[at] ?? '';
      const next = text[at + 1] ?? '';
      if (character === '\\' && (`'"\\`.includes(next) || (quote === '' && next === ' ')) && next !== '') {
        word += next;
        at += 1;
      } else if (quote === '' && (character === ' ' || character === '\t')) break;
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (character === quote) quote = '';
      else word += character;
    }
    if (quote !== '') return undefined;
    words.push(word);
  }
}

/** The keyword of a line and what stands behind it, with the blanks or the one `=` between them taken away. */
export function splitKeyword(line: string): { readonly keyword: string; readonly rest: string } | undefined {
  const text = line.replace(/^[ \t]+/, '').replace(/[ \t\r\f\n]+$/, '');
  if (text === '' || text.startsWith('#')) return undefined;
  const [, quoted, plain, rest = ''] =
    /^(?:"([^"]*)"|([^ \t="]+))(?:[ \t]*=[ \t]*|[ \t]+|$)(.*)$/s.exec(text) ?? [];
  return { keyword: (quoted ?? plain ?? text).toLowerCase(), rest };
}
