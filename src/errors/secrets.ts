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
  'not-vaulted': {
    exit: 64,
    message: (): string => 'what is tagged !vault is not encrypted',
    hint: () =>
      '`ansible-vault encrypt_string` prints what has to stand here; what was written here should be changed, since it has been seen.',
  },
  'of-vault': {
    exit: 64,
    message: (a: { file: string }) => `${a.file} is encrypted with Ansible Vault, which tsplay reads only`,
    hint: (a) =>
      `\`ansible-vault edit\` edits it; \`tsplay secret decrypt --in-place ${a.file}\` and \`tsplay secret encrypt ${a.file}\` move it over to age.`,
  },
  'of-sops': {
    exit: 64,
    message: (a: { file: string }) => `${a.file} is encrypted with sops, which tsplay reads only`,
    hint: (a) => `\`sops ${a.file}\` edits it.`,
  },
  'bad-vault': {
    exit: 64,
    message: (a: { what: string; problem: string }) =>
      `${a.what}, which Ansible Vault has encrypted, cannot be decrypted: ${a.problem}`,
  },
  'vault-other-password': {
    exit: 64,
    message: (a: { what: string; label: string | undefined }) =>
      `${a.what} is encrypted with another password of Ansible Vault than those that were given${a.label === undefined ? '' : `; its vault id is ${a.label}`}`,
    hint: () =>
      '--vault-id [LABEL@]SOURCE gives a password: a file, a program that prints it, env:NAME, or prompt.',
  },
  'no-vault-password': {
    exit: 64,
    message: (a: { source: string; problem: string }) =>
      `the password of Ansible Vault cannot be had from ${a.source}: ${a.problem}`,
  },
  'bad-source': {
    exit: 64,
    message: (a: { problem: string }) => `this does not say where a secret is kept: ${a.problem}`,
    hint: () => 'Write { env: NAME }, { command: [PROGRAM, ARGUMENT] } or { file: PATH }.',
  },
  'secret-not-there': {
    exit: 64,
    message: (a: { what: string; problem: string }) => `${a.what}, where a secret is kept, ${a.problem}`,
  },
  'no-sops': {
    exit: 64,
    message: (a: { file: string }) => `${a.file} is encrypted with sops, which is not installed here`,
    hint: () => 'It is at https://github.com/getsops/sops/releases; tsplay calls it as `sops` on PATH.',
  },
  'sops-failed': {
    exit: 64,
    message: (a: { file: string; problem: string }) => `sops cannot decrypt ${a.file}: ${a.problem}`,
  },
  'only-marked': {
    exit: 64,
    message: (): string => 'what is tagged !secret is not encrypted yet',
    hint: () => '`tsplay secret encrypt --values FILE` encrypts all that is marked so in a file.',
  },
  'tag-apart': {
    exit: 64,
    message: (): string => 'there is no value behind this tag, on its line',
    hint: () => 'Write tag and value on one line.',
  },
  'no-yaml': {
    exit: 64,
    message: (a: { problem: string }) => `this is no YAML (${a.problem}), so its values cannot be told`,
  },
  unreadable: {
    exit: 64,
    message: (a: { file: string; problem: string }) => `${a.file}: ${a.problem}`,
  },
  'no-recipients': {
    exit: 64,
    message: (a: { folder: string; root: string }) =>
      `there is no file .age-recipients ${a.folder === a.root ? `in ${a.folder}` : `from ${a.folder} up to ${a.root}`}, which says whom to encrypt for`,
    hint: () =>
      'It has the recipient of everybody who may read, one a line. With your own: `tsplay secret keygen >>.age-recipients`.',
  },
  'recipients-unreadable': {
    exit: 64,
    message: (a: { file: string; problem: string }) =>
      `the recipients in ${a.file} cannot be had: ${a.problem}`,
  },
  'bad-recipient': {
    exit: 64,
    message: (a: { problem: string }) => a.problem,
    hint: () =>
      '`tsplay secret keygen` prints the recipient of the key that it makes, and `age-keygen -y` that of another.',
  },
  'encrypted-already': {
    exit: 64,
    message: (a: { file: string }) => `${a.file} is encrypted already`,
    hint: () => '`tsplay secret rekey` encrypts it for others.',
  },
  'nothing-marked': {
    exit: 64,
    message: (a: { file: string }) => `${a.file} has no value that is tagged !secret`,
    hint: () => 'Write `password: !secret "…"`, or encrypt the whole file without --values.',
  },
  'not-encrypted': {
    exit: 64,
    message: (a: { file: string }) => `${a.file} is not encrypted, nor is a value in it`,
    hint: () => '`tsplay secret encrypt` encrypts a file, or makes an encrypted value.',
  },
  'nothing-encrypted': {
    exit: 64,
    message: (a: { names: readonly string[] }) => `nothing is encrypted with age in ${a.names.join(', ')}`,
  },
  'changed-meanwhile': {
    exit: 64,
    message: (a: { file: string; kept: string }) => `${a.file} was changed by others while it was edited`,
    hint: (a) => `It is as they left it; what you have written is in ${a.kept}, encrypted too.`,
  },
  'editor-failed': {
    exit: 64,
    message: (a: { status: string; file: string }) =>
      `the editor ended with status ${a.status}; ${a.file} is as it was`,
    hint: () => 'VISUAL or EDITOR names the editor, with its arguments.',
  },
  'identity-exists': {
    exit: 64,
    message: (a: { file: string }) =>
      `there is a key in ${a.file} already, and what it opens would be lost without it`,
    hint: () => 'Its recipient stands in it. --output makes a key in another file.',
  },
  'typed-otherwise': {
    exit: 64,
    message: (): string => 'what was typed the second time is something else',
  },
});
