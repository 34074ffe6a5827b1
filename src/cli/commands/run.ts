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
  readonly check: boolean;
}

/** `tsplay run` */
export const run = buildCommand<Flags, [string]>({
  docs: {
    brief: 'Bring hosts to the state that a playbook declares',
    fullDescription: [
      'Brings hosts to the state that a playbook declares. What is as it should be is left alone.',
      '',
      'Example: tsplay run playbooks/site.ts -i prod --limit web1,web2 --diff',
      '',
      'Exit status: 0 all well, 1 a task failed, 3 a host was unreachable, 64 nothing was run.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...playbookFlags,
      ...runFlags,
      ...selectionFlags,
      check: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Change nothing; tell what would change, as tsplay check does',
      },
    },
    aliases: { ...playbookAliases, ...runAliases, t: 'tags' },
    positional: { kind: 'tuple', parameters: [playbookArgument] },
  },
  func: command(async (flags, playbook) => {
    const { runAndReport } = await import('../run-playbook.ts');
    return runAndReport({ mode: flags.check ? 'check' : 'run', strict: false }, flags, playbook);
  }),
});
