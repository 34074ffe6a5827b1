import colors from 'yoctocolors';
import { displayWidth, fit } from './display-width.ts';
import { textOf, type Line, type Tone } from './line.ts';
import { visible } from './visible.ts';

const paints: Readonly<Record<Tone, (text: string) => string>> = {
  plain: (text) => text,
  strong: colors.bold,
  dim: colors.dim,
  good: colors.green,
  changed: colors.yellow,
  unknown: colors.magenta,
  bad: (text) => colors.bold(colors.red(text)),
  added: colors.green,
  removed: colors.red,
};

/** How lines come out of a printer. */
export interface PrintOptions {
  readonly color: boolean;
  /** Where lines that may be cut are cut; absent where there is no edge. */
  readonly columns?: number | undefined;
}

/** A line for a terminal. The only control characters in it are those of our own colours. */
export function printed(line: Line, { color, columns = Infinity }: PrintOptions): string {
  const edge = line.cut ? columns : Infinity;
  if (!color) return fit(textOf(line), edge);
  let room = edge;
  let text = '';
  for (const span of line.spans) {
    const shown = visible(span.text);
    text += paints[span.tone](fit(shown, room));
    room -= displayWidth(shown);
    if (room < 0) break;
  }
  return text;
}
