import { relative, sep } from 'node:path';
import type { Place } from '../errors/tsplay-error.ts';
import type { Failure } from '../events.ts';
import { cuttable, indented, span, splitLines, whole, type Line, type Tone } from './line.ts';

/** Gives the lines around a place, where its file can be read. */
export type Frame = (place: Place) => string | undefined;

/** How places are shown. */
export interface PlaceOptions {
  readonly cwd: string;
  readonly frame: Frame;
}

/** A file as seen from where the user stands. */
export function pathFrom(cwd: string, file: string): string {
  const path = relative(cwd, file);
  return path === '..' || path.startsWith(`..${sep}`) ? file : path;
}

/** Where, with the lines around it. */
export function placeLines(place: Place | undefined, { cwd, frame }: PlaceOptions): readonly Line[] {
  if (place === undefined) return [];
  // One column for a tab, so that the caret stays below what it points at.
  const around = frame(place)?.replaceAll('\t', ' ');
  return [
    whole(`at ${pathFrom(cwd, place.file)}:${place.line}:${place.column}`),
    ...(around === undefined ? [] : splitLines(around).map((text) => cuttable(span(text, 'dim')))),
  ];
}

/** What went wrong, where, and what to do. */
export function failureLines(failure: Failure, places: PlaceOptions): readonly Line[] {
  return indented(4, [
    ...splitLines(failure.message).map((text) => whole(span(text, 'strong'))),
    ...placeLines(failure.where, places),
    ...(failure.hint === undefined ? [] : hintLines(failure.hint)),
  ]);
}

/** What to do about it. */
export function hintLines(hint: string): readonly Line[] {
  return splitLines(hint).map((text, index) => whole(index === 0 ? 'hint: ' : '      ', text));
}

/** The end of what a command printed; so many lines came before it. */
export function tailLines(
  name: string,
  lines: readonly string[],
  earlier: number,
  tone: Tone = 'plain',
): readonly Line[] {
  const omitted = earlier === 0 ? [] : [whole(span(`${name}: (${earlier} earlier lines)`, 'dim'))];
  return indented(4, [...omitted, ...lines.map((text) => whole(`${name}: `, span(text, tone)))]);
}
