import { createHmac, randomBytes } from 'node:crypto';

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

const key = randomBytes(32);

/** Tells two texts apart in a message. The key is this process's own, so it says nothing about a secret. */
export function fingerprint(value: string | Secret): string {
  const text = value instanceof Secret ? reveal(value) : value;
  return `#${createHmac('sha256', key).update(text).digest('hex').slice(0, 12)}`;
}

/**
 * Makes a text in which secrets may stand: `make` gets what reveals them. Where it has revealed one, the text is a
 * secret itself.
 */
export function withSecrets(make: (reveal: (value: Secret) => string) => string): string | Secret {
  let revealed = false;
  const text = make((value) => {
    revealed = true;
    return reveal(value);
  });
  return revealed ? secret(text) : text;
}
