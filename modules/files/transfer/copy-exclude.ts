import type { SourceEntry } from '../../../src/steps/index.ts';

/** What is wrong with a pattern. */
export function patternProblem(pattern: string): readonly string[] {
  return [
    ...(/[\\^[\]]/.test(pattern) ? ['has signs that mean nothing in it: there are *, ** and ?'] : []),
    ...(/^\.?\/|\/$|\/\/|(^|\/)\.{1,2}(\/|$)/.test(pattern)
      ? ['must be a name, or a path in the source such as docs/drafts, without slashes around it']
      : []),
  ];
}

/** Patterns as one regular expression about paths in the source, which means the same here and in any awk. */
export function excluding(patterns: readonly string[]): string {
  const one = (pattern: string): string => {
    const expression = pattern.replaceAll(/\*\*|[*?.+(){}|$]/g, (sign) => signs[sign] ?? `[${sign}]`);
    return `${pattern.includes('/') ? '^' : '(^|/)'}${expression}(/|$)`;
  };
  return patterns.map(one).join('|');
}

const signs: Readonly<Record<string, string>> = { '**': '.*', '*': '[^/]*', '?': '[^/]' };

/** What is not left out. */
export function chosen(entries: readonly SourceEntry[], patterns: readonly string[]): readonly SourceEntry[] {
  if (patterns.length === 0) return entries;
  const excluded = new RegExp(excluding(patterns));
  return entries.filter(({ path }) => path === '' || !excluded.test(path));
}
