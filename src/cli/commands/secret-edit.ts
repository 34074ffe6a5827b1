import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import { recipientFlags, type RecipientFlags } from '../secret/flags.ts';

/** `tsplay secret edit` */
export const secretEdit = buildCommand<RecipientFlags, [string]>({
  docs: {
    brief: 'Edit a file that is encrypted, or has values in it that are',
    fullDescription: [
      'Opens a file that is encrypted, or has values in it that are, in $VISUAL or $EDITOR, and encrypts it again. Values',
      'are tagged !secret meanwhile, and so are new ones. A file that is not there is made.',
      '',
      'Example: tsplay secret edit group_vars/prod.yaml',
    ].join('\n'),
  },
  parameters: {
    flags: recipientFlags,
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'FILE', brief: 'The file' }],
    },
  },
  func: command(async (flags, file) => {
    const { edit } = await import('../secret/edit.ts');
    process.stdout.write(`${await edit(file, flags)}\n`);
    return 0;
  }),
});
