import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';

/** `tsplay lab status` */
export const labStatus = buildCommand({
  docs: {
    brief: 'Tell which guests of the lab are up',
    fullDescription: [
      'Tells whether the lab is built and which guests are up.',
      '',
      'Example: tsplay lab status',
    ].join('\n'),
  },
  parameters: {},
  func: command(async () => {
    const { labStatus } = await import('../../lab/index.ts');
    const { name, image, guests } = await labStatus();
    const lines = [
      `lab ${name}: ${image ?? 'not built; run tsplay lab build'}`,
      ...guests.map((guest) => `${guest.name}: up, port ${guest.port}, process ${guest.pid}`),
      ...(guests.length === 0 ? ['no guest is up'] : []),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  }),
});
