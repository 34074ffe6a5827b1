import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';

/** `tsplay lab build` */
export const labBuild = buildCommand({
  docs: {
    brief: 'Build the lab, once',
    fullDescription: [
      'Builds the image that the guests of the lab start from. Takes a minute or two, once.',
      '',
      'Example: tsplay lab build',
    ].join('\n'),
  },
  parameters: {},
  func: command(async () => {
    const { labBuild } = await import('../../lab/index.ts');
    await labBuild({ tell: (line) => process.stdout.write(`${line}\n`) });
    return 0;
  }),
});
