import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import { atLeastOne } from '../flags.ts';

/** `tsplay lab up` */
export const labUp = buildCommand<object, [number]>({
  docs: {
    brief: 'Start guests of the lab',
    fullDescription: [
      'Starts guests, lab1 and so on, each with a kernel of its own. Those that are up stay as they are.',
      '',
      'Example: tsplay lab up 3 && tsplay run playbooks/site.ts -i lab',
    ].join('\n'),
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ parse: atLeastOne, placeholder: 'N', default: '1', brief: 'How many guests' }],
    },
  },
  func: command(async (_flags, count) => {
    const { labUp } = await import('../../lab/index.ts');
    await labUp(count, { tell: (line) => process.stdout.write(`${line}\n`) });
    return 0;
  }),
});
