import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import { vaultFlags, type VaultFlags } from '../flags.ts';

interface Flags extends VaultFlags {
  readonly inPlace: boolean;
}

/** `tsplay secret decrypt` */
export const secretDecrypt = buildCommand<Flags, readonly string[]>({
  docs: {
    brief: 'Print what is encrypted',
    fullDescription: [
      'Prints what files say that are encrypted, or have values in them that are: these are tagged !secret then.',
      'Without a file, decrypts what comes on standard input.',
      '',
      'Example: tsplay secret decrypt group_vars/prod.yaml',
    ].join('\n'),
    customUsage: ['[FILE...]'],
  },
  parameters: {
    flags: {
      inPlace: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Print nothing; leave the files without encryption',
      },
      ...vaultFlags,
    },
    positional: {
      kind: 'array',
      parameter: { parse: String, placeholder: 'FILE', brief: 'Files to decrypt' },
    },
  },
  func: command(async ({ inPlace }, ...files) => {
    const { decryptFiles, decryptInput } = await import('../secret/decrypt.ts');
    const tell = (line: string): boolean => process.stderr.write(`${line}\n`);
    process.stdout.write(
      files.length === 0 ? await decryptInput() : await decryptFiles(files, inPlace, tell),
    );
    return 0;
  }),
});
