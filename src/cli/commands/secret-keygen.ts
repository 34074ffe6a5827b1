import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';

interface Flags {
  readonly output?: string;
  readonly passphrase: boolean;
}

/** `tsplay secret keygen` */
export const secretKeygen = buildCommand<Flags>({
  docs: {
    brief: 'Make a key of your own, and print its recipient',
    fullDescription: [
      'Makes a key that opens what is encrypted for its recipient, which is printed: the line for .age-recipients.',
      'It stands in ~/.config/tsplay/identity, or in the file that TSPLAY_IDENTITY names.',
      '',
      'Example: tsplay secret keygen --passphrase',
    ].join('\n'),
  },
  parameters: {
    flags: {
      output: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE',
        brief: 'The file to make; else the one that tsplay reads keys from',
      },
      passphrase: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Ask for a passphrase that the key is encrypted with',
      },
    },
  },
  func: command(async (flags) => {
    const { keygen } = await import('../secret/keygen.ts');
    const { file, recipient } = await keygen(flags);
    process.stderr.write(
      `The key is in ${file}. What is encrypted for it alone is lost with it: keep a copy.\n`,
    );
    process.stdout.write(`${recipient}\n`);
    return 0;
  }),
});
