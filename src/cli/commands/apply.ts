import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import { runAliases, runFlags, vaultFlags, type RunFlags, type VaultFlags } from '../flags.ts';

/** What `tsplay apply` is told. */
export interface Flags extends VaultFlags, RunFlags {
  readonly partial: boolean;
  readonly again: boolean;
}

/** `tsplay apply` */
export const apply = buildCommand<Flags, [string]>({
  docs: {
    brief: 'Do what a plan says, on hosts that are as it found them',
    fullDescription: [
      'Checks all hosts of a plan again. If what is found is what the plan has, exactly the programs of the plan are run;',
      'if it is not, nothing is changed anywhere. It is called in the folder in which the plan was made.',
      '',
      'Example: tsplay apply site.plan --diff',
      '',
      'Exit status: 0 all was done, 1 a task failed or the plan ends before the playbook does, 2 a host is not as the plan',
      'found it, 3 a host was unreachable, 64 the plan cannot be used.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...vaultFlags,
      partial: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief:
          'Go on with the hosts that are as the plan found them, where others are not or cannot be reached',
      },
      again: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Also if it has been applied before',
      },
      ...runFlags,
    },
    aliases: runAliases,
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'FILE', brief: 'The plan' }],
    },
  },
  func: command(async (flags, file) => {
    const { applyPlan } = await import('../plan/apply.ts');
    return applyPlan(flags, file);
  }),
});
