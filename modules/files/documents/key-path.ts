import { isDeepStrictEqual } from 'node:util';
import { option, Secret, type OptionRule } from '../../../src/steps/index.ts';

/** A key of an object, or a place in a list, counted from 0. */
export type Key = string | number;

/** Reads a path such as `a.b[0]["c.d"]`. Undefined: it is none. */
export function readKeyPath(text: string): readonly Key[] | undefined {
  const keys: Key[] = [];
  let rest = text;
  while (rest !== '') {
    const [all, plain, place, quoted] =
      /^(?:\.?([^.[\]"\s](?:[^.[\]"]*[^.[\]"\s])?)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\])/.exec(rest) ?? [];
    if (all === undefined || (plain !== undefined && all.startsWith('.') === (keys.length === 0)))
      return undefined;
    keys.push(plain ?? (place === undefined ? parsed(quoted) : Number(place)));
    if (keys.at(-1) === '') return undefined;
    rest = rest.slice(all.length);
  }
  return keys.length === 0 ? undefined : keys;
}

function parsed(quoted = '""'): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return '';
  }
}

/** A path as {@link readKeyPath} reads it. */
export function keyPathText(keys: readonly Key[]): string {
  return keys.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    if (/[.[\]"]|^\s|\s$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** What can stand in a document; a secret stands for a text. */
export type DocumentValue =
  | string
  | number
  | boolean
  | null
  | Secret
  | readonly DocumentValue[]
  | { readonly [key: string]: DocumentValue };

/** The same with its secrets revealed. */
export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

export function plainValue(value: DocumentValue, reveal: (secret: Secret) => string): PlainValue {
  if (value instanceof Secret) return reveal(value);
  if (Array.isArray(value)) return value.map((one: DocumentValue) => plainValue(one, reveal));
  if (typeof value !== 'object' || value === null) return value as PlainValue;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, plainValue(one as DocumentValue, reveal)]),
  );
}

/** The rule of a value in a document. */
export const documentValue: OptionRule = (name, value) => {
  if (value === null || typeof value === 'boolean' || value instanceof Secret) return [];
  if (typeof value === 'string') return option.text(name, value);
  if (typeof value === 'number')
    return Number.isFinite(value) ? [] : [`${name} is no number that a file can hold`];
  if (Array.isArray(value)) return option.listOf(documentValue)(name, value);
  return option.isPlain(value)
    ? Object.entries(value).flatMap(([key, one]) => documentValue(`${name}.${key}`, one))
    : [
        `${name} must be a text, a number, true, false, null, a list or an object, not ${option.shown(value)}`,
      ];
};

/** One change of a document. */
export type Change =
  | { readonly kind: 'set'; readonly keys: readonly Key[]; readonly value: DocumentValue }
  | { readonly kind: 'remove'; readonly keys: readonly Key[] };

/** What is declared of a document. */
export interface Changes {
  readonly set?: Readonly<Record<string, DocumentValue>> | undefined;
  readonly remove?: readonly string[] | undefined;
  readonly merge?: { readonly [key: string]: DocumentValue } | undefined;
}

/** All that is to be done, one by one. An object that is merged is what stands at its ends. */
export function changesOf({ set = {}, remove = [], merge = {} }: Changes): readonly Change[] {
  const leaves = (value: DocumentValue, keys: readonly Key[]): readonly Change[] =>
    option.isPlain(value) && Object.keys(value).length > 0
      ? Object.entries(value).flatMap(([key, one]) => leaves(one as DocumentValue, [...keys, key]))
      : keys.length === 0
        ? []
        : [{ kind: 'set', keys, value }];
  return [
    ...remove.map((path) => ({ kind: 'remove', keys: readKeyPath(path) ?? [] }) as const),
    ...Object.entries(set).map(
      ([path, value]) => ({ kind: 'set', keys: readKeyPath(path) ?? [], value }) as const,
    ),
    ...leaves(merge, []),
  ];
}

/** Two changes of which one is within the other, or both of one key. */
export function checkChanges(changes: readonly Change[], problem: (text: string) => void): void {
  for (const [index, one] of changes.entries()) {
    for (const other of changes.slice(index + 1)) {
      const [short, long] = one.keys.length <= other.keys.length ? [one, other] : [other, one];
      if (isDeepStrictEqual(short.keys, long.keys.slice(0, short.keys.length))) {
        problem(
          `${keyPathText(short.keys)} and ${keyPathText(long.keys)} cannot both be given: one is in the other`,
        );
      }
    }
  }
}
