import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import { recipientFlags, type RecipientFlags } from '../secret/flags.ts';

/** `tsplay secret rekey` */
export const secretRekey = buildCommand<RecipientFlags, readonly string[]>({
  docs: {
    brief: 'Encrypt anew for the recipients of today',
    fullDescription: [
      'Encrypts all that is encrypted in files and folders anew, after somebody has been added to .age-recipients or taken',
      'out of it. Who could read a secret before still knows it: change it too.',
      '',
      'Example: tsplay secret rekey inventory group_vars host_vars',
    ].join('\n'),
  },
  parameters: {
    flags: recipientFlags,
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { parse: String, placeholder: 'PATH', brief: 'Files and folders' },
    },
  },
  func: command(async (flags, ...paths) => {
    const { rekey } = await import('../secret/rekey.ts');
    await rekey(paths, flags, (line) => process.stdout.write(`${line}\n`));
    return 0;
  }),
});
