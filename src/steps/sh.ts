import { stepError } from '../errors/steps.ts';
import { Secret } from '../secrets/secret.ts';

/** Shell text. Only {@link sh} makes it, so that no raw string is ever a command. */
export class Sh {
  /** Keeps the type apart from every other object with a text. */
  declare private readonly brand: 'sh';
  readonly text: string;
  /** It starts no process, leaves nothing behind and does not exit, so it needs no shell of its own. */
  readonly inPlace: boolean;

  /** @internal */
  constructor(text: string, inPlace = false) {
    this.text = text;
    this.inPlace = inPlace;
  }
}

/** What may stand in `${…}`: a value, a list of values (words), or shell text. A secret may not. */
export type ShValue = string | number | Sh | readonly (string | number)[];

/** One value as one word of shell text. Always quoted: an unquoted `if` or `a=b` would be more than a word. */
export function quote(value: string): string {
  if (value.includes('\0')) throw stepError('nul-in-value', { what: 'a shell word' });
  return word(value);
}

// What no shell can carry is found when a step is registered, where its place is known.
function word(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

function splice(value: ShValue): string {
  if (value instanceof Sh) return value.text;
  if (typeof value === 'string') return word(value);
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map((one: string | number) => word(String(one))).join(' ');
  if ((value as unknown) instanceof Secret) throw stepError('secret-in-shell', undefined);
  throw stepError('not-shell-text', { type: value === null ? 'null' : typeof value });
}

/**
 * Makes shell text. Every interpolated value is quoted, an array becomes several words, and other shell text is
 * spliced in as it is. Nothing interpolated ever becomes code.
 *
 * @example sh`ip link set dev ${name} mtu ${9000}`
 */
export function sh(strings: TemplateStringsArray, ...values: readonly ShValue[]): Sh {
  let text = literal(strings.raw[0] ?? '');
  for (const [index, value] of values.entries())
    text += splice(value) + literal(strings.raw[index + 1] ?? '');
  return new Sh(text);
}

/**
 * As {@link sh}, for the reading half of a step that starts no process: it then costs none. It must not exit, print,
 * change folder, options or umask, nor use variables but those that begin with `ts_`. What it finds it tells by
 * `ts_say LINE`; its status counts as ever.
 *
 * @example builtins`[ -e ${path} ]`
 */
export function builtins(strings: TemplateStringsArray, ...values: readonly ShValue[]): Sh {
  return new Sh(sh(strings, ...values).text, true);
}

// Backslashes belong to the shell, but for those that JavaScript itself demands before a backtick or `${`.
function literal(raw: string): string {
  return raw.replaceAll(/\\(`|\$\{)/g, '$1');
}

/** Several commands, each run only if those before it succeeded. */
export function all(...commands: readonly Sh[]): Sh {
  return new Sh(commands.map((command) => command.text).join(' &&\n'));
}
