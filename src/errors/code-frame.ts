import { readFileSync } from 'node:fs';
import type { Place } from './tsplay-error.ts';

/** The line of a place, those around it, and a caret; undefined where the file cannot be read. */
export function codeFrame(place: Place, context = 1): string | undefined {
  let lines: readonly string[];
  try {
    lines = readFileSync(place.file, 'utf8').split('\n');
  } catch {
    return undefined;
  }
  if (place.line > lines.length) return undefined;
  const first = Math.max(1, place.line - context);
  const last = Math.min(lines.length, place.line + context);
  const width = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number += 1) {
    const mark = number === place.line ? '>' : ' ';
    frame.push(`  ${mark} ${String(number).padStart(width)} | ${lines[number - 1] ?? ''}`);
    if (number === place.line) frame.push(`    ${' '.repeat(width)} | ${' '.repeat(place.column - 1)}^`);
  }
  return frame.join('\n');
}
