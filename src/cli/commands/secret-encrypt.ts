import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import type { EncryptFlags } from '../secret/encrypt.ts';
import { recipientFlags } from '../secret/flags.ts';

/** `tsplay secret encrypt` */
export const secretEncrypt = buildCommand<EncryptFlags, readonly string[]>({
  docs: {
    brief: 'Encrypt a value, files, or the values in them that are tagged !secret',
    fullDescription: [
      'Without a file, encrypts a value that is typed, or that comes on standard input, and prints it as it is pasted',
      'into an inventory. A file is encrypted where it is.',
      '',
      'Example: tsplay secret encrypt --name db_password',
      'Example: tsplay secret encrypt group_vars/prod.yaml',
      'Example: tsplay secret encrypt --values inventory/prod.yaml',
    ].join('\n'),
    customUsage: ['[FILE...]'],
  },
  parameters: {
    flags: {
      name: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'NAME',
        brief: 'Print NAME: before the value',
      },
      json: { kind: 'boolean', default: false, withNegated: false, brief: 'Print the value for JSON' },
      values: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Of a file in YAML or JSON, only what is tagged !secret',
      },
      ...recipientFlags,
    },
    positional: {
      kind: 'array',
      parameter: { parse: String, placeholder: 'FILE', brief: 'Files to encrypt' },
    },
  },
  func: command(async (flags, ...files) => {
    const { encryptFiles, encryptValue } = await import('../secret/encrypt.ts');
    if (files.length === 0) process.stdout.write(await encryptValue(flags));
    else await encryptFiles(files, flags, (line) => process.stdout.write(`${line}\n`));
    return 0;
  }),
});
