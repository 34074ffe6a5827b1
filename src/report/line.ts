import { visible } from './visible.ts';

/** What a piece of text means; a report with colours gives each its own. */
export type Tone = 'plain' | 'strong' | 'dim' | 'good' | 'changed' | 'unknown' | 'bad' | 'added' | 'removed';

/** A piece of a line. Its text may come from a host; whoever prints a line makes it {@link visible}. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One line of a report. */
export interface Line {
  readonly spans: readonly Span[];
  /** May be cut where the terminal ends. What a person has to act on may not. */
  readonly cut: boolean;
}

/** How much room there is on a terminal. */
export interface Room {
  readonly columns: number;
  readonly rows: number;
}

/** A piece of a line. */
export function span(text: string, tone: Tone = 'plain'): Span {
  return { text, tone };
}

/** A line that is shown whole. */
export function whole(...spans: readonly (Span | string)[]): Line {
  return { spans: spans.map(asSpan), cut: false };
}

/** A line that may be cut on a narrow terminal. */
export function cuttable(...spans: readonly (Span | string)[]): Line {
  return { spans: spans.map(asSpan), cut: true };
}

/** The same lines, further in. */
export function indented(columns: number, lines: readonly Line[]): readonly Line[] {
  return lines.map((line) => ({ ...line, spans: [span(' '.repeat(columns)), ...line.spans] }));
}

/** A line without colours, and without control characters, whatever is in it. */
export function textOf(line: Line): string {
  return line.spans
    .map(({ text }) => visible(text))
    .join('')
    .trimEnd();
}

/** The lines of a text; the newline at its end begins no other. */
export function splitLines(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}

function asSpan(one: Span | string): Span {
  return typeof one === 'string' ? span(one) : one;
}
