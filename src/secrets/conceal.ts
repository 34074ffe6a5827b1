import { otherForms } from './other-forms.ts';

/** Shorter ones are not looked for: what is meant to be read has too many words of that length. */
const least = 6;

/** What stands in the place of a secret. */
export const shown = '‹secret›';

const known = new Set<string>();
/** Those that begin with the same characters, the longest first. */
const byStart = new Map<string, string[]>();
/** All that is shorter than that and could go on as one of them. */
const starts = new Set<string>();
let longest = 0;

/**
 * Keeps a secret out of what is shown from now on, whoever prints it: a command can print what it was given, and an
 * error of a library what it refuses. Of several lines each is looked for by itself too, since they may come one by
 * one; and the forms that a program may give the whole of it.
 */
export function conceal(value: string): void {
  const lines = value.split(/\r?\n/);
  const parts = lines.length > 1 ? lines.filter((line) => !line.startsWith('-----')) : [];
  const forms = value.trim().length < least ? [] : otherForms(value);
  for (const part of [value, ...parts, ...forms]) {
    // What stands in the place of all would be replaced itself.
    if (part.trim().length < least || known.has(part) || shown.includes(part)) continue;
    known.add(part);
    longest = Math.max(longest, part.length);
    const start = part.slice(0, least);
    byStart.set(
      start,
      [...(byStart.get(start) ?? []), part].toSorted((a, b) => b.length - a.length),
    );
    for (let length = 1; length < least; length += 1) starts.add(start.slice(0, length));
  }
}

/** Is there anything to look for? */
export function hasSecrets(): boolean {
  return known.size > 0;
}

/** A text as it may be shown. */
export function concealed(text: string): string {
  if (known.size === 0) return text;
  let result = '';
  let end = 0;
  for (const { from, to } of secretsIn(text)) {
    result += text.slice(end, from) + shown;
    end = to;
  }
  return result + text.slice(end);
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where secrets stand in a text, none within another one. */
function secretsIn(text: string): readonly Span[] {
  const found: Span[] = [];
  for (let at = 0; at + least <= text.length; at += 1) {
    // Most characters begin no secret.
    if (!starts.has(text.charAt(at))) continue;
    const one = byStart.get(text.slice(at, at + least))?.find((value) => text.startsWith(value, at));
    if (one === undefined) continue;
    found.push({ from: at, to: at + one.length });
    at += one.length - 1;
  }
  return found;
}

/** A text that comes in pieces: what could be the beginning of a secret waits for the next one. */
export class ConcealedText {
  #held = '';

  /** Takes a piece; gives what may be shown by now. */
  push(piece: string): string {
    if (known.size === 0) return piece;
    const text = this.#held + piece;
    const from = beginning(text);
    this.#held = text.slice(from);
    return concealed(text.slice(0, from));
  }

  /** Nothing follows; gives what has waited. */
  end(): string {
    const text = this.#held;
    this.#held = '';
    return concealed(text);
  }
}

/** Where the end of a text begins that could go on as a secret. */
function beginning(text: string): number {
  let from = beginningBehind(text, 0);
  for (const found of secretsIn(text)) {
    // It would cut this one in two.
    if (found.from < from && from < found.to) from = beginningBehind(text, found.to);
  }
  return from;
}

function beginningBehind(text: string, start: number): number {
  for (let at = Math.max(start, text.length - longest + 1); at < text.length; at += 1) {
    if (!starts.has(text.charAt(at))) continue;
    const rest = text.slice(at);
    const goesOn =
      rest.length < least
        ? starts.has(rest)
        : byStart.get(rest.slice(0, least))?.some((one) => one.length > rest.length && one.startsWith(rest));
    if (goesOn === true) return at;
  }
  return text.length;
}
