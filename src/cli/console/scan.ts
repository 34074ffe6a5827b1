/**
 * What of a text in TypeScript is open at its end: brackets, a template, a comment. Regular expressions are not told
 * from divisions; one with a quote or an odd bracket in it is the rare case in which a person types one line more.
 */
export function openAtEnd(text: string): readonly string[] {
  const open: string[] = [];
  let at = 0;
  while (at < text.length) {
    const top = open.at(-1);
    const rest = text.slice(at);
    if (top === '`') {
      if (rest.startsWith('\\')) at += 1;
      else if (rest.startsWith('`')) open.pop();
      else if (rest.startsWith('${')) open.push('${');
      at += rest.startsWith('${') ? 2 : 1;
      continue;
    }
    const [skipped] =
      /^(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*")/.exec(rest) ?? [];
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    if (rest.startsWith('/*')) return [...open, '/*'];
    const character = rest[0] ?? '';
    if ('([{`'.includes(character)) open.push(character);
    else if (')]}'.includes(character)) open.pop();
    at += 1;
  }
  return open;
}

/** The names in a text, but for those of properties and what stands in strings. */
export function namesIn(text: string): ReadonlySet<string> {
  const code = text.replaceAll(
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/g,
    ' ',
  );
  return new Set(code.match(/(?<![.\w$])[A-Za-z_$][\w$]*/g));
}
