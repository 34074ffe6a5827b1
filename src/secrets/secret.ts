const hidden = new WeakMap<Secret, string>();

/**
 * A value that must not be seen. It cannot be printed, compared in a template or put in shell text by accident;
 * where it may go (the content of a file, standard input) the type says so.
 */
export class Secret {
  /** Keeps the type apart from every other object with the same methods. */
  declare private readonly brand: 'secret';

  constructor(value: string) {
    hidden.set(this, value);
  }

  toString(): string {
    return '‹secret›';
  }

  toJSON(): string {
    return '‹secret›';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '‹secret›';
  }
}

/** Makes a secret of a string. */
export function secret(value: string): Secret {
  return new Secret(value);
}

/** The value itself, for those who send it where it is meant to go. */
export function reveal(value: Secret): string {
  return hidden.get(value) ?? '';
}
