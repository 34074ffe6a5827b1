import { didYouMean, near } from '../errors/near.ts';
import { Secret } from '../secrets/secret.ts';
import { pathProblems } from './path.ts';
import { Sh } from './sh.ts';

/** Says all that is wrong with the value of an option, in sentences that begin with its name. */
export type OptionRule = (name: string, value: unknown) => readonly string[];

/** Every key of the options, also of those that are a union. */
type KeysOf<O> = O extends unknown ? keyof O : never;

/** A rule for each option that a module has; one that is left out, or too many, does not compile. */
export type OptionRules<O extends object> = { readonly [K in KeysOf<O>]-?: OptionRule };

/** A rule from a test and the words for what passes it. */
export function rule(like: string, test: (value: unknown) => boolean): OptionRule {
  return (name, value) => (test(value) ? [] : [`${name} must be ${like}, not ${shown(value)}`]);
}

/** One line of text that is not empty. */
export function line(pattern = /^/, like = 'a text'): OptionRule {
  return (name, value) => {
    if (typeof value === 'string' && value !== '' && pattern.test(value)) return unfit(name, value);
    return [`${name} must be ${like}, not ${shown(value)}`];
  };
}

/** Any text that can stand in a command line: no NUL. */
export const word: OptionRule = (name, value) =>
  typeof value !== 'string'
    ? [`${name} must be a text, not ${shown(value)}`]
    : value.includes('\0')
      ? [`${name} contains a NUL byte, which no command line can carry`]
      : broken(name, value);

/** A text, also of several lines, or a secret one. */
export const text: OptionRule = (name, value) =>
  typeof value === 'string'
    ? broken(name, value)
    : value instanceof Secret
      ? []
      : [`${name} must be a text or a secret, not ${shown(value)}`];

/** A text of any bytes, or a secret one, or bytes. */
export const content: OptionRule = (name, value) =>
  typeof value === 'string' || value instanceof Secret
    ? text(name, value)
    : value instanceof Uint8Array
      ? []
      : [`${name} must be a text, bytes or a secret, not ${shown(value)}`];

/** An absolute path on the host. */
export const path: OptionRule = (name, value) => {
  const wrong = line()(name, value);
  return wrong.length > 0 ? wrong : pathProblems(String(value)).map((problem) => `${name} ${problem}`);
};

export const flag: OptionRule = rule('true or false', (value) => typeof value === 'boolean');

/** Shell text. */
export const shellText: OptionRule = rule('shell text made by sh`…`', (value) => value instanceof Sh);

/** A whole number within bounds. */
export function whole(low: number, high: number): OptionRule {
  return rule(
    `a whole number from ${low} to ${high}`,
    (value) => Number.isSafeInteger(value) && Number(value) >= low && Number(value) <= high,
  );
}

/** One of these words. */
export function oneOf(...names: readonly [string, ...string[]]): OptionRule {
  return (name, value) =>
    names.includes(value as string)
      ? []
      : [
          `${name} must be ${names.map((one) => `'${one}'`).join(' or ')}, not ${shown(value)}` +
            (typeof value === 'string' ? didYouMean(near(value, names)) : ''),
        ];
}

/** A list of which each element keeps to a rule. */
export function listOf(each: OptionRule, least = 0): OptionRule {
  return (name, value) => {
    if (!Array.isArray(value)) return [`${name} must be a list, not ${shown(value)}`];
    if (value.length < least) return [`${name} must not be empty`];
    return value.flatMap((one: unknown, index) => each(`${name}[${index}]`, one));
  };
}

/** An object of which each value keeps to a rule; `key` says what is wrong with the name of one. */
export function mapOf(each: OptionRule, key: (name: string) => string | undefined): OptionRule {
  return (name, value) => {
    if (!isPlain(value)) return [`${name} must be an object, not ${shown(value)}`];
    return Object.entries(value).flatMap(([one, inner]) => [
      ...[key(one)].filter((wrong) => wrong !== undefined),
      ...(inner === undefined ? [] : each(`${name}.${one}`, inner)),
    ]);
  };
}

/** An object with these options and no others. */
export function objectOf(
  rules: Readonly<Record<string, OptionRule>>,
  needed: readonly string[] = [],
): OptionRule {
  return (name, value) => {
    if (!isPlain(value)) return [`${name} must be an object, not ${shown(value)}`];
    const missing = needed.filter((key) => value[key] === undefined);
    return [
      ...missing.map((key) => `${name} has no ${key}`),
      ...Object.entries(value).flatMap(([key, inner]) => {
        const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
        if (rule === undefined) {
          return [`${name} has no option ${quoted(key)}; there are ${Object.keys(rules).join(', ')}`];
        }
        return inner === undefined ? [] : rule(`${name}.${key}`, inner);
      }),
    ];
  };
}

/** An object as it is written between braces, and not one of a class. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === null || Object.getPrototypeOf(proto) === null;
}

/** A value as an error shows it: what it is, and no more of it than helps. */
export function shown(value: unknown): string {
  if (value instanceof Secret) return 'a secret';
  if (value instanceof Sh) return 'shell text';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return value === '' ? 'an empty text' : quoted(value);
    case 'number':
    case 'bigint':
      return `the number ${value}`;
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'function':
      return 'a function';
    default:
      return String(value);
  }
}

/** Text between quotes, cut where it is long; what a terminal would take for an order is escaped. */
export function quoted(text: string): string {
  const start = text.slice(0, 60);
  const safe = start.replaceAll(
    /[\p{Cc}\p{Cs}]/gu,
    (one) => `\\u${one.codePointAt(0)?.toString(16).padStart(4, '0')}`,
  );
  return `'${safe}${text.length > 60 ? '…' : ''}'`;
}

/** What is wrong with the name of a task. */
export function nameProblems(name: unknown): readonly string[] {
  const wrong = line()('the name', name);
  return wrong.length > 0 || String(name).length <= 4096
    ? wrong
    : ['the name is longer than 4096 characters'];
}

/** What no line of text may hold. */
function unfit(name: string, text: string): readonly string[] {
  return /\p{Cc}/u.test(text)
    ? [`${name} must have no newlines or other control characters: ${quoted(text)}`]
    : broken(name, text);
}

/** Half a character, which would arrive as another one. */
function broken(name: string, text: string): readonly string[] {
  return /\p{Cs}/u.test(text)
    ? [`${name} has half a character that no host can be sent: ${quoted(text)}`]
    : [];
}

export { pathProblems, plainPath } from './path.ts';
