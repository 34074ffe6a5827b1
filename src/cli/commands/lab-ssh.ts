import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';

/** `tsplay lab ssh` */
export const labSsh = buildCommand<object, readonly string[]>({
  docs: {
    brief: 'Open a shell on a guest of the lab, or run a command there',
    fullDescription: [
      'Opens a shell on a guest of the lab, or runs a command there. The exit status is that of the command.',
      '',
      'Example: tsplay lab ssh lab1 ip -br link',
    ].join('\n'),
    customUsage: ['HOST [CMD...]'],
  },
  parameters: {
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { parse: String, placeholder: 'word', brief: 'The guest, then the command' },
    },
  },
  func: command(async (_flags, host = '', ...argv) => {
    const { labSsh } = await import('../../lab/index.ts');
    return labSsh(host, argv);
  }),
});
