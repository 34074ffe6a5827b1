import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import {
  playbookAliases,
  playbookArgument,
  playbookFlags,
  runAliases,
  runFlags,
  selectionFlags,
  type PlaybookFlags,
  type RunFlags,
  type SelectionFlags,
} from '../flags.ts';

/** What `tsplay plan` is told. */
export interface Flags
  extends PlaybookFlags, RunFlags, Pick<SelectionFlags, 'tags' | 'skipTags' | 'startAt'> {
  readonly out: string;
}

const { tags, skipTags, startAt } = selectionFlags;
const { o: _output, ...aliases } = runAliases;

/** `tsplay plan` */
export const plan = buildCommand<Flags, [string]>({
  docs: {
    brief: 'Check a playbook, and keep what a run would do for tsplay apply',
    fullDescription: [
      'Checks a playbook and writes down what was found and the programs that a run would send, for tsplay apply.',
      '',
      'Example: tsplay plan playbooks/site.ts -i prod -o site.plan --diff',
      '',
      'Exit status: 0 the plan is written; else it is not: 1 a task failed, 3 a host was unreachable, 64 wrong use.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...playbookFlags,
      out: { kind: 'parsed', parse: String, placeholder: 'FILE', brief: 'Where the plan is written' },
      tags,
      skipTags,
      startAt,
      ...runFlags,
    },
    aliases: { ...playbookAliases, ...aliases, o: 'out' },
    positional: { kind: 'tuple', parameters: [playbookArgument] },
  },
  func: command(async (flags, playbook) => {
    const { planAndSave } = await import('../plan/plan.ts');
    return planAndSave(flags, playbook);
  }),
});
