import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import { atLeastOne } from '../flags.ts';

interface Flags {
  readonly count: number;
  readonly json: boolean;
}

/** `tsplay history` */
export const history = buildCommand<Flags>({
  docs: {
    brief: 'List the runs, checks and rollbacks of this project',
    fullDescription: [
      'Lists the runs, checks and rollbacks of this project that are on record, the last one last: what it came to, who',
      'started it, and from which commit. A + behind the commit: something in the project was not committed.',
      '',
      'Example: tsplay history --count 5',
    ].join('\n'),
  },
  parameters: {
    flags: {
      count: {
        kind: 'parsed',
        parse: atLeastOne,
        default: '20',
        placeholder: 'N',
        brief: 'Most runs to list',
      },
      json: { kind: 'boolean', default: false, withNegated: false, brief: 'For programs' },
    },
    aliases: { n: 'count' },
  },
  func: command(async (flags) => {
    const { listRuns } = await import('../record/history.ts');
    listRuns(flags);
    return 0;
  }),
});
