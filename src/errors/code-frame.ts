import { readFileSync } from 'node:fs';
import { concealed, shown as hidden } from '../secrets/conceal.ts';
import type { Place } from './tsplay-error.ts';

/**
 * The line of a place, those around it, and a caret below it; undefined where the file cannot be read or has no such
 * line.
 *
 * @param options - `context`: how many lines to show before and after. @defaultValue 1
 */
export function codeFrame(
  { file, line, column }: Place,
  { context = 1 }: { readonly context?: number } = {},
): string | undefined {
  const lines = readLines(file);
  const marked = lines[line - 1];
  if (marked === undefined) return undefined;
  const first = Math.max(1, line - context);
  const shown = lines.slice(first - 1, line + context);
  const width = String(first + shown.length - 1).length;
  const frame = shown.flatMap((text, index) => {
    const number = first + index;
    const numbered =
      `  ${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${withoutSecrets(text)}`.trimEnd();
    // Tabs stay tabs, so that the caret stands below its character however wide they are shown.
    const indent = marked.slice(0, column - 1).replaceAll(/[^\t]/g, ' ');
    return number === line ? [numbered, `    ${' '.repeat(width)} | ${indent}^`] : [numbered];
  });
  return frame.join('\n');
}

/** A line without secrets: those that are known, and what stands in the source as one, which may not have run yet. */
function withoutSecrets(line: string): string {
  const literal = /(\bsecret\(\s*(['"`]))(?:\\.|(?!\2).)*/g;
  return concealed(line.replaceAll(literal, (_, start: string) => `${start}${hidden}`));
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch {
    return [];
  }
}
