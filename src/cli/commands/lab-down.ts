import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';

/** `tsplay lab down` */
export const labDown = buildCommand({
  docs: {
    brief: 'End the guests of the lab',
    fullDescription: [
      'Ends the guests of the lab. What was changed in them is gone; the next start is a fresh one.',
      '',
      'Example: tsplay lab down',
    ].join('\n'),
  },
  parameters: {},
  func: command(async () => {
    const { labDown } = await import('../../lab/index.ts');
    const tell = (line: string): void => void process.stdout.write(`${line}\n`);
    const ended = await labDown({ tell });
    if (ended.length === 0) tell('no guest was up');
    return 0;
  }),
});
