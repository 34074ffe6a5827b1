import { displayWidth } from './display-width.ts';
import { cuttable, span, type Line, type Span } from './line.ts';
import { visible } from './visible.ts';

/** Rows with their columns below each other, two blanks apart. The last column may be cut. */
export function tableLines(rows: readonly (readonly Span[])[]): readonly Line[] {
  const widths = rows.reduce<readonly number[]>(
    (widest, row) =>
      Array.from({ length: Math.max(widest.length, row.length) }, (_, column) =>
        Math.max(widest[column] ?? 0, displayWidth(visible(row[column]?.text ?? ''))),
      ),
    [],
  );
  return rows.map((row) =>
    cuttable(
      ...row.flatMap((cell, column) => {
        const blanks = (widths[column] ?? 0) - displayWidth(visible(cell.text)) + 2;
        return column === row.length - 1 ? [cell] : [cell, span(' '.repeat(blanks))];
      }),
    ),
  );
}
