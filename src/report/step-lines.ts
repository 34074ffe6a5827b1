import type { TsplayEvent } from '../events.ts';
import { cuttable, indented, span, splitLines, type Line, type Span, type Tone } from './line.ts';

/** The end of a step, as it was told. */
export type StepEvent = Extract<TsplayEvent, { type: 'step' }>;

/** Shows two texts as what differs between them. */
export type UnifiedDiff = (before: string, after: string) => readonly Line[];

/** A try has failed and all is read anew: of its steps only what they have changed stays true. */
export function forgetTry(steps: StepEvent[]): void {
  steps.splice(0, steps.length, ...steps.filter(({ status }) => status === 'changed'));
}

/** A step below its task; what stood there and what comes in its place, if a differ is given. */
export function stepLines(step: StepEvent, differ: UnifiedDiff | undefined): readonly Line[] {
  const { what, status, before, after, reason } = step;
  if (status !== 'changed') {
    return [cuttable(`${what}: ${status}`, reason === undefined ? '' : ` (${reason})`)];
  }
  if (differ === undefined || (before === undefined && after === undefined)) return [cuttable(what)];
  if (!isLong(before) && !isLong(after)) return [cuttable(`${what}: `, ...shortChange(before, after))];
  const head = before === undefined ? `${what}: new` : after === undefined ? `${what}: removed` : `${what}:`;
  return [cuttable(head), ...indented(2, differ(before ?? '', after ?? ''))];
}

function isLong(text: string | undefined): boolean {
  return text?.includes('\n') ?? false;
}

function shortChange(before: string | undefined, after: string | undefined): readonly Span[] {
  if (before === undefined) return [span(`+ ${inWords(after)}`, 'added')];
  if (after === undefined) return [span(`- ${inWords(before)}`, 'removed')];
  return [span(inWords(before), 'removed'), span(' -> '), span(inWords(after), 'added')];
}

function inWords(text: string | undefined): string {
  return text === undefined || text === '' ? '(empty)' : text;
}

/** Most lines of each side that are shown of a failed step. */
const mostLines = 5;

/** What a failed step found, and what it wanted. */
export function foundLines({ before, after }: StepEvent, differ: UnifiedDiff | undefined): readonly Line[] {
  if (
    before !== undefined &&
    after !== undefined &&
    differ !== undefined &&
    (isLong(before) || isLong(after))
  )
    return indented(4, [cuttable('found, and wanted:'), ...indented(2, differ(before, after))]);
  const side = (name: string, text: string | undefined, tone: Tone): readonly Line[] => {
    if (text === undefined) return [];
    const lines = splitLines(text);
    const more = lines.length - mostLines;
    return [
      ...lines.slice(0, mostLines).map((line) => cuttable(`${name}: `, span(inWords(line), tone))),
      ...(more > 0 ? [cuttable(span(`${name}: (${more} more lines)`, 'dim'))] : []),
    ];
  };
  return indented(4, [...side('found', before, 'removed'), ...side('wanted', after, 'added')]);
}
