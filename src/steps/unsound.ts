import { stepError } from '../errors/steps.ts';
import { secretError } from '../errors/secrets.ts';
import type { ErrorContext, TsplayError } from '../errors/tsplay-error.ts';
import { shown } from '../secrets/conceal.ts';
import { reveal, Secret } from '../secrets/secret.ts';
import { LocalFile, textOf } from './content.ts';
import { Sh } from './sh.ts';
import type { EntriesStep } from './kinds/entries.ts';
import type { ValueStep } from './kinds/value.ts';
import type { Step } from './step.ts';

/**
 * What of a step cannot be carried to a host: all of it, each with the place that the context has.
 *
 * @param network - its task runs apart from the connection
 */
export function unsound(step: Step, network: boolean, context: ErrorContext): readonly TsplayError[] {
  const { what } = step;
  // Any byte may stand in a file, or go to a command.
  const { content: bytes, input, ...others } = step as Step & { content?: unknown; input?: unknown };
  const texts = textsIn(others);
  return [
    ...(network && needsConnection(step) ? [stepError('detached-file', { what }, context)] : []),
    ...unsoundTexts(texts, what, context),
    ...(step.kind === 'value' ? unsoundValue(step, context) : []),
    ...(step.kind === 'entries' ? unsoundEntries(step, context) : []),
    ...(!secondsOf(step).every(isSeconds) ? [stepError('not-seconds', { what }, context)] : []),
    // What stands for it would be written, or run, in its place.
    ...([...texts, ...textsIn([bytes, input])].some((text) => text.includes(shown))
      ? [secretError('secret-in-text', { what }, context)]
      : []),
    ...(isHalf(content(step)) ? [stepError('not-unicode', { what }, context)] : []),
  ];
}

function unsoundTexts(texts: readonly string[], what: string, context: ErrorContext): readonly TsplayError[] {
  return [
    ...(texts.some((text) => text.includes('\0')) ? [stepError('nul-in-value', { what }, context)] : []),
    ...(texts.some(isHalf) ? [stepError('not-unicode', { what }, context)] : []),
  ];
}

function unsoundValue(
  { what, want, read, shared }: ValueStep,
  context: ErrorContext,
): readonly TsplayError[] {
  const plain = want instanceof Secret ? reveal(want) : want;
  if (want instanceof Secret && plain.includes('\0')) return [stepError('nul-in-value', { what }, context)];
  if (plain.endsWith('\n')) return [stepError('trailing-newline', { what }, context)];
  const oneLine = read.kind === 'line' || shared !== undefined;
  return oneLine && plain.includes('\n') ? [stepError('several-lines', { what }, context)] : [];
}

function unsoundEntries(
  { what, want, unwanted }: EntriesStep,
  context: ErrorContext,
): readonly TsplayError[] {
  const problems: TsplayError[] = [];
  const fields = [...want.flat(), ...unwanted];
  if (fields.some((field) => /[\n\t]/.test(field)))
    problems.push(stepError('newline-in-entry', { what }, context));
  if (fields.includes('') || want.some((entry) => entry.length === 0)) {
    problems.push(stepError('empty-field', { what }, context));
  }
  const keys = want.map(([key]) => key ?? '');
  const twice = keys.find((key, index) => keys.indexOf(key) < index);
  if (twice !== undefined) problems.push(stepError('entry-twice', { what, key: twice }, context));
  return problems;
}

/** Every text of a step, however deep. */
function textsIn(part: unknown): readonly string[] {
  if (typeof part === 'string') return [part];
  if (part instanceof Sh) return [part.text];
  if (part instanceof Secret || part instanceof Uint8Array || typeof part !== 'object' || part === null)
    return [];
  // Many steps of many hosts are gone through here.
  const found: string[] = [];
  for (const one of Object.values(part)) if (one !== undefined) found.push(...textsIn(one));
  return found;
}

/** A file goes between the host and this machine while the step runs. */
function needsConnection(step: Step): boolean {
  if (step.kind === 'file') return step.content instanceof LocalFile;
  return step.kind === 'fetch' || (step.kind === 'transaction' && step.body !== undefined);
}

/** What goes to the host byte for byte. */
function content(step: Step): string {
  const text =
    step.kind === 'file'
      ? step.content
      : step.kind === 'action' || step.kind === 'edit' || step.kind === 'transaction'
        ? step.input
        : step.kind === 'value' && step.want instanceof Secret
          ? step.want
          : undefined;
  return text === undefined || text instanceof LocalFile ? '' : (textOf(text) ?? '');
}

function secondsOf(step: Step): readonly number[] {
  if (step.kind === 'poll') return [step.every, step.limit, step.delay];
  return step.kind === 'reboot' ? [step.limit] : [];
}

/** What the arithmetic of a shell can add. */
function isSeconds(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number < 2 ** 31;
}

/** Half of a pair of code units: UTF-8 has no bytes for it, so it would arrive as something else. */
function isHalf(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
