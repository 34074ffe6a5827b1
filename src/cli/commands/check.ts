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

interface Flags extends PlaybookFlags, RunFlags, SelectionFlags {
  readonly strict: boolean;
}

/** `tsplay check` */
export const check = buildCommand<Flags, [string]>({
  docs: {
    brief: 'Tell what a run would change, and change nothing',
    fullDescription: [
      'Tells what a run would change, and changes nothing.',
      '',
      'Example: tsplay check playbooks/site.ts -i prod --diff',
      '',
      'Exit status: 0 in sync, 2 drift, 1 a task failed, 3 a host was unreachable, 64 nothing was checked.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...playbookFlags,
      ...runFlags,
      ...selectionFlags,
      strict: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Tasks that cannot be predicted count as drift',
      },
    },
    aliases: { ...playbookAliases, ...runAliases, t: 'tags' },
    positional: { kind: 'tuple', parameters: [playbookArgument] },
  },
  func: command(async (flags, playbook) => {
    const { runAndReport } = await import('../run-playbook.ts');
    return runAndReport({ mode: 'check', strict: flags.strict }, flags, playbook);
  }),
});
