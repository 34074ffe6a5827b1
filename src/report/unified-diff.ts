import { structuredPatch } from 'diff';
import { cuttable, span, type Line, type Tone } from './line.ts';

/** Most lines of one difference that are shown. */
const most = 200;

/** Beyond so many changed lines the exact difference is slow to find and no use to a reader. */
const mostEdits = 2000;

const tones: Readonly<Record<string, Tone>> = { '+': 'added', '-': 'removed', '\\': 'dim' };

/** Two texts as the hunks of a unified diff. */
export function unifiedDiff(before: string, after: string): readonly Line[] {
  // Values and lists end without a newline; that neither has one is not worth two lines.
  const end = before.endsWith('\n') || after.endsWith('\n') ? '' : '\n';
  const patch = structuredPatch('', '', before + end, after + end, '', '', {
    context: 3,
    maxEditLength: mostEdits,
  });
  if (patch === undefined) {
    return [
      cuttable(
        span(`(${lineCount(before)} lines before, ${lineCount(after)} after; too different to show)`, 'dim'),
      ),
    ];
  }
  const lines = patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: texts }) => [
    cuttable(span(`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`, 'dim')),
    ...texts.map((text) => cuttable(span(text, tones[text[0] ?? ''] ?? 'plain'))),
  ]);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), cuttable(span(`(${lines.length - most} more lines)`, 'dim'))];
}

function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

// A range of no lines is named by the line before it, as diff -u does.
function range(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`;
}
