/** Shorter ones are not looked for: what is meant to be read has too many words of that length. */
const least = 6;

/** What stands in the place of a secret. */
export const shown = '‹secret›';

const known = new Set<string>();
let pattern: RegExp | undefined;

/**
 * Keeps a secret out of what is shown from now on, whoever prints it: a command can print what it was given, and an
 * error of a library what it refuses. Of several lines each is looked for by itself too, since they may come one by
 * one.
 */
export function conceal(value: string): void {
  const lines = value.split(/\r?\n/);
  const parts = [value, ...lines.filter((line) => lines.length > 1 && !line.startsWith('-----'))];
  for (const part of parts) {
    if (part.trim().length < least || known.has(part)) continue;
    known.add(part);
    pattern = undefined;
  }
}

/** A text as it may be shown. */
export function concealed(text: string): string {
  return known.size === 0 ? text : text.replaceAll(anyKnown(), shown);
}

/** The longest first, where one is the beginning of another. */
function anyKnown(): RegExp {
  pattern ??= new RegExp(
    [...known]
      .toSorted((a, b) => b.length - a.length)
      .map(literal)
      .join('|'),
    'gu',
  );
  return pattern;
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
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
  let from = longestBeginning(text, 0);
  for (const { index, 0: found } of text.matchAll(anyKnown())) {
    const end = index + found.length;
    // It would cut this one in two.
    if (index < from && from < end) from = longestBeginning(text, end);
  }
  return from;
}

function longestBeginning(text: string, start: number): number {
  let from = text.length;
  for (const one of known) {
    for (let at = Math.max(start, text.length - one.length + 1); at < from; at += 1) {
      if (one.startsWith(text.slice(at))) from = at;
    }
  }
  return from;
}
