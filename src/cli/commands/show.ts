import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import { runFlags, type RunFlags } from '../flags.ts';

interface Flags extends Pick<RunFlags, 'verbose' | 'diff' | 'report'> {
  readonly output?: 'plain' | 'json';
  readonly against?: string;
}

/** `tsplay show` */
export const show = buildCommand<Flags, [string?]>({
  docs: {
    brief: 'Show a run that is over, or what differs between two audits',
    fullDescription: [
      'Shows a run of this project that is on record, or with --against what one check found other than another.',
      '',
      'RUN is a name that tsplay history lists, a part of one, last, or last~1 for the one before.',
      '',
      'Example: tsplay show last --diff',
      'Example: tsplay show last --report audit.html',
      'Example: tsplay show last --against last~1',
    ].join('\n'),
  },
  parameters: {
    flags: {
      output: {
        kind: 'enum',
        values: ['plain', 'json'],
        optional: true,
        brief: 'As lines, or as events for programs',
      },
      report: runFlags.report,
      verbose: runFlags.verbose,
      diff: runFlags.diff,
      against: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'RUN',
        brief: 'Show what differs from this earlier check',
      },
    },
    aliases: { o: 'output', v: 'verbose', d: 'diff' },
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: String, placeholder: 'RUN', optional: true, brief: 'The run; by default the last' },
      ],
    },
  },
  func: command(async ({ output, verbose = 0, diff, report = [], against }, run = 'last') => {
    const { showAgainst, showRun } = await import('../record/show.ts');
    const options = { output, diff, verbosity: verbose, reports: report };
    if (against === undefined) await showRun(run, options);
    else await showAgainst(run, against, options);
    return 0;
  }),
});
