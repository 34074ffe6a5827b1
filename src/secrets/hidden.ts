import { secretError } from '../errors/secrets.ts';
import { conceal, shown } from './conceal.ts';

const texts = new WeakMap<Secret, string>();
const failures = new WeakMap<Secret, Error>();

/**
 * A value that must not be seen. It cannot be printed, compared in a template or put in shell text by accident;
 * where it may go (the content of a file, standard input) the type says so.
 */
export class Secret {
  /** Keeps the type apart from every other object with the same methods. */
  declare private readonly brand: 'secret';

  constructor(value: string) {
    learn(this, value);
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return shown;
  }
}

/** The value itself, for those who send it where it is meant to go. */
export function reveal(value: Secret): string {
  const text = texts.get(value);
  if (text === undefined) throw failures.get(value) ?? secretError('secret-sealed', undefined);
  return text;
}

/** Is its text known? */
export function isOpen(value: Secret): boolean {
  return texts.has(value);
}

/** A secret whose text is not known yet. */
export function unknownSecret(): Secret {
  return Object.create(Secret.prototype) as Secret;
}

/**
 * The text of a secret. It is looked for in all that is shown from now on, unless it is made of secrets that are so
 * themselves: most of the text may be meant to be read.
 */
export function learn(value: Secret, text: string, { made = false }: { readonly made?: boolean } = {}): void {
  texts.set(value, text);
  if (!made) conceal(text);
}

/** Whoever needs its text is told why it is not known. */
export function learnFailure(value: Secret, problem: Error): void {
  failures.set(value, problem);
}
