import { defineErrors } from './tsplay-error.ts';

/** Errors of secrets: keys, passwords, and what is encrypted with them. No message ever has a value in it. */
export const secretError = defineErrors({
  'secret-sealed': {
    exit: 64,
    message: (): string => 'this secret is still encrypted where it is used',
    hint: () =>
      'What is encrypted is opened before the body of a play runs: declare it outside of the body, or in the inventory.',
  },
  'secret-in-text': {
    exit: 64,
    message: (a: { what: string }) =>
      `${a.what}: a secret was joined to a text, where only ‹secret› stands for it`,
    hint: () =>
      'Join them with secret`user:${password}@db`, which makes a secret of the whole, or use a template.',
  },
  'no-identity': {
    exit: 64,
    message: (a: { file: string }) => `there is no key to open what is encrypted with age: no file ${a.file}`,
    hint: () =>
      '`tsplay secret keygen` makes one; somebody who can read the secrets then adds its recipient and runs `tsplay secret rekey`. TSPLAY_IDENTITY names another file.',
  },
  'bad-identity': {
    exit: 64,
    message: (a: { file: string; problem: string }) => `the key file ${a.file} cannot be used: ${a.problem}`,
    hint: () =>
      'It holds lines that begin with AGE-SECRET-KEY-1, as `tsplay secret keygen` and age-keygen write them.',
  },
  'open-identity': {
    exit: 64,
    message: (a: { file: string; mode: string }) =>
      `the key file ${a.file} can be read by others (its mode is ${a.mode}), so it is not used`,
    hint: (a) => `chmod 600 ${a.file}`,
  },
  'wrong-passphrase': {
    exit: 64,
    message: (a: { file: string }) => `that is not the passphrase of ${a.file}`,
  },
  'no-terminal': {
    exit: 64,
    message: (a: { what: string; instead: string | undefined }) =>
      `there is no terminal to ask for ${a.what}`,
    hint: (a) => a.instead,
  },
  'nothing-typed': {
    exit: 64,
    message: (a: { what: string }) => `${a.what} was not given`,
  },
  'age-other-key': {
    exit: 64,
    message: (a: { what: string; keys: string; kinds: readonly string[] }) =>
      `${a.what} is not encrypted for any key in ${a.keys}${a.kinds.length === 0 ? '' : `; it is for ${a.kinds.join(', ')}`}`,
    hint: () =>
      'Somebody who can read it has to add the recipient of your key to the file of recipients and run `tsplay secret rekey`.',
  },
  'age-damaged': {
    exit: 64,
    message: (a: { what: string; problem: string }) =>
      `${a.what} cannot be decrypted: it is damaged (${a.problem})`,
    hint: () =>
      'Take it from the version control again: a line may be missing, or have been changed in a merge.',
  },
  'not-armored': {
    exit: 64,
    message: (): string => 'what is tagged !age is not encrypted',
    hint: () =>
      '`tsplay secret encrypt` prints what has to stand here; what was written here should be changed, since it has been seen.',
  },
  'secret-not-text': {
    exit: 64,
    message: (a: { what: string }) => `${a.what} is not text in UTF-8 once it is decrypted`,
  },
});
