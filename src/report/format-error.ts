import { relative } from 'node:path';
import { TsplayError, TsplayErrors, type Place } from '../errors/tsplay-error.ts';
import { codeFrame } from '../errors/code-frame.ts';
import { printable } from './printable.ts';

/** `file:line:column`, from where the user stands. */
export function placeText(place: Place): string {
  const file = relative(process.cwd(), place.file);
  return `${file.startsWith('..') ? place.file : file}:${place.line}:${place.column}`;
}

/** An error as the user sees it: what happened, where, and what to do. An unknown one is a bug, with its stack. */
export function formatError(error: unknown): string {
  if (error instanceof TsplayErrors) {
    const texts = error.errors.map(formatOne);
    const unique = [...new Set(texts)];
    return unique.length === 1
      ? (unique[0] ?? '')
      : `${unique.join('\n')}\n${unique.length} problems; nothing was run.\n`;
  }
  if (error instanceof TsplayError) return formatOne(error);
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `tsplay has a bug, or met something it does not know. Please report this:\n${printable(stack)}\n`;
}

function formatOne(error: TsplayError): string {
  const lines = [`error: ${printable(error.message)}`];
  if (error.where !== undefined) {
    lines.push(`  at ${placeText(error.where)}`);
    const frame = codeFrame(error.where);
    if (frame !== undefined) lines.push(frame);
  }
  if (error.hint !== undefined) lines.push(`  ${printable(error.hint)}`);
  return `${lines.join('\n')}\n`;
}
