import type { Expression } from './expression.ts';

/**
 * An expression in words that mawk, busybox and gawk take for the same: without intervals and classes, and with as few
 * backslashes as can be.
 *
 * @param start - what stands for the beginning of a line
 */
export function expressionText(whole: Expression, start = '^'): string {
  switch (whole.kind) {
    case 'any':
      return '.';
    case 'start':
      return start;
    case 'end':
      return '$';
    case 'char':
      return charText(whole.char);
    case 'set':
      return setText(whole.members, whole.inverted);
    case 'group':
      return `(${expressionText(whole.of, start)})`;
    case 'all':
      return whole.of
        .map((one) => (one.kind === 'either' ? atom(one, start) : expressionText(one, start)))
        .join('');
    case 'either':
      return whole.of.map((one) => expressionText(one, start)).join('|');
    case 'repeat':
      return repeatText(whole, start);
  }
}

/** Can it match nothing at all? */
export function matchesNothing(whole: Expression): boolean {
  switch (whole.kind) {
    case 'start':
    case 'end':
      return true;
    case 'any':
    case 'char':
    case 'set':
      return false;
    case 'group':
      return matchesNothing(whole.of);
    case 'repeat':
      return whole.least === 0 || matchesNothing(whole.of);
    case 'all':
      return whole.of.every(matchesNothing);
    case 'either':
      return whole.of.some(matchesNothing);
  }
}

/** An expression cut where groups begin and end, and which of these parts each group is. */
export interface Parts {
  readonly texts: readonly string[];
  /** First and last part of a group, counted from 1. */
  readonly groups: ReadonlyMap<number, readonly [number, number]>;
}

/** Cuts an expression. Groups that are repeated, or one of several alternatives, have no place of their own. */
export function partsOf(whole: Expression): Parts {
  const texts: string[] = [];
  const groups = new Map<number, readonly [number, number]>();
  let open = '';
  const close = (): void => {
    if (open !== '') texts.push(open);
    open = '';
  };
  const walk = (all: readonly Expression[]): void => {
    for (const one of all) {
      if (one.kind !== 'group') {
        // A part is compared by itself, from its beginning to its end.
        if (one.kind !== 'start' && one.kind !== 'end') open += expressionText({ kind: 'all', of: [one] });
        continue;
      }
      close();
      const first = texts.length + 1;
      if (one.of.kind === 'all') walk(one.of.of);
      else open = expressionText(one);
      close();
      if (texts.length >= first) groups.set(one.number, [first, texts.length]);
    }
  };
  walk(whole.kind === 'all' ? whole.of : [whole]);
  close();
  return { texts, groups };
}

function atom(whole: Expression, start: string): string {
  const text = expressionText(whole, start);
  const single =
    whole.kind === 'any' ||
    whole.kind === 'set' ||
    whole.kind === 'group' ||
    (whole.kind === 'char' && whole.char <= '\x7f');
  return single ? text : `(${text})`;
}

function repeatText({ of, least, most }: Expression & { readonly kind: 'repeat' }, start: string): string {
  const one = atom(of, start);
  if (least === 0 && most === 1) return `${one}?`;
  if (most === Infinity) return least === 0 ? `${one}*` : `${one.repeat(least - 1)}${one}+`;
  const optional = most - least;
  return `${one.repeat(least)}${`(${one}`.repeat(optional)}${')?'.repeat(optional)}`;
}

function charText(char: string): string {
  if (char === '^' || char === '\\') return `\\${char}`;
  return '.[]{}()*+?|$'.includes(char) ? `[${char}]` : char;
}

function setText(members: readonly (readonly [string, string])[], inverted: boolean): string {
  const has = (char: string): boolean => members.some(([low, high]) => low === char && high === char);
  const ranges = members
    .filter(([low, high]) => low !== high || !']^-'.includes(low))
    // Not before one of : . = with which it would begin something else.
    .toSorted(([a], [b]) => Number(a === '[') - Number(b === '['))
    .map(([low, high]) => (low === high ? inSet(low) : `${inSet(low)}-${inSet(high)}`));
  const others = ranges.join('');
  if (!inverted && others === '' && has('^') && !has(']') && !has('-')) return '\\^';
  // The places where these three mean themselves.
  const hat = has('^') ? '^' : '';
  const close = has(']') ? ']' : '';
  const dash = has('-') ? '-' : '';
  if (hat !== '' && !inverted && close === '' && others === '') return `[${dash}${hat}]`;
  return `[${inverted ? '^' : ''}${close}${others}${hat}${dash}]`;
}

function inSet(char: string): string {
  return char === '\\' ? '\\\\' : char;
}
