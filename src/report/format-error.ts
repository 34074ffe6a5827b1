import { codeFrame } from '../errors/code-frame.ts';
import { TsplayError, TsplayErrors } from '../errors/tsplay-error.ts';
import { hintLines, placeLines, type PlaceOptions } from './failure-lines.ts';
import { indented, span, splitLines, whole, type Line } from './line.ts';
import { printed } from './paint.ts';

/** How an error is shown. */
export interface FormatErrorOptions {
  readonly color: boolean;
  /** Places below this folder are shown relative to it. @defaultValue the working folder */
  readonly cwd?: string;
  /** The versions of what runs, for a report of a bug. */
  readonly about?: string;
  /** What takes secrets out of a text. */
  readonly conceal?: (text: string) => string;
}

/**
 * An error as the user sees it, to its last newline: what happened, where, and what to do. An unknown one is a
 * bug of tsplay and is shown with its stack.
 */
export function formatError(error: unknown, options: FormatErrorOptions): string {
  const { color, cwd = process.cwd(), about = '', conceal = (text: string) => text } = options;
  const places: PlaceOptions = { cwd, frame: (place) => codeFrame(place) };
  return errorLines(error, places, about)
    .map(({ spans, cut }) => ({ cut, spans: spans.map((one) => ({ ...one, text: conceal(one.text) })) }))
    .map((line) => `${printed(line, { color })}\n`)
    .join('');
}

function errorLines(error: unknown, places: PlaceOptions, about: string): readonly Line[] {
  if (error instanceof TsplayError) return problemLines([error], places);
  if (!(error instanceof TsplayErrors)) return bugLines(error, about);
  const groups = sameProblems(error.errors);
  const lines = groups.flatMap((group) => [...problemLines(group, places), whole('')]);
  const count = error.errors.length;
  return count === 1 ? lines.slice(0, -1) : [...lines, whole(`${count} problems; nothing was run.`)];
}

/** One problem, which several hosts may have. */
function problemLines(group: readonly TsplayError[], places: PlaceOptions): readonly Line[] {
  const [first] = group;
  if (first === undefined) return [];
  const [head = '', ...more] = splitLines(first.message);
  const others = group.slice(1).flatMap(({ host }) => host ?? []);
  return [
    whole(span(`error[${first.code}]`, 'bad'), ': ', span(head, 'strong')),
    ...indented(2, [
      ...more.map((text) => whole(text)),
      ...(others.length === 0 ? [] : [whole(`the same on ${others.length} more: ${others.join(',')}`)]),
      ...placeLines(first.where, places),
      ...(first.hint === undefined ? [] : hintLines(first.hint)),
    ]),
  ];
}

/** Problems that differ in nothing but the host are one. */
function sameProblems(errors: readonly TsplayError[]): readonly (readonly TsplayError[])[] {
  const groups = new Map<string, TsplayError[]>();
  for (const error of errors) {
    const text = error.host === undefined ? error.message : error.message.replaceAll(error.host, '\0');
    const key = JSON.stringify([error.code, error.where, text]);
    groups.set(key, [...(groups.get(key) ?? []), error]);
  }
  return [...groups.values()];
}

function bugLines(error: unknown, about: string): readonly Line[] {
  return [
    whole(span('This is a bug in tsplay: it met an error that it does not know.', 'bad')),
    ...indented(2, stackLines(error)),
    whole('Please report it with the lines above, the command line, the smallest playbook that shows it'),
    whole(about === '' ? 'and the versions of tsplay and Node.' : `and these versions: ${about}.`),
    whole('Look through the lines first: they may name hosts, or hold values that are yours alone.'),
  ];
}

function stackLines(error: unknown): readonly Line[] {
  if (!(error instanceof Error)) return [whole(String(error))];
  const cause =
    error.cause === undefined ? [] : [whole('caused by:'), ...indented(2, stackLines(error.cause))];
  return [...splitLines(error.stack ?? error.message).map((text) => whole(text)), ...cause];
}
