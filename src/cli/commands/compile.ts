import { buildCommand } from '@stricli/core';
import { command, warn } from '../command.ts';
import { playbookAliases, playbookArgument, playbookFlags, type PlaybookFlags } from '../flags.ts';

/** `tsplay compile` */
export const compile = buildCommand<PlaybookFlags, [string]>({
  docs: {
    brief: 'Print the shell program of one host',
    fullDescription: [
      'Prints the shell program of one host, up to the first barrier, with what runs as other users. Connects to nothing.',
      '',
      'Example: tsplay compile playbooks/site.ts -i prod --limit lb1',
    ].join('\n'),
  },
  parameters: {
    flags: playbookFlags,
    aliases: playbookAliases,
    positional: { kind: 'tuple', parameters: [playbookArgument] },
  },
  func: command(async ({ inventory, limit, extraVar = [] }, playbook) => {
    const cwd = process.cwd();
    const { compileForHost } = await import('../../runner/planning/compile-for-host.ts');
    const extraVars =
      extraVar.length === 0 ? {} : await (await import('../extra-vars.ts')).parseExtraVars(extraVar, cwd);
    process.stdout.write(await compileForHost({ playbook, inventory, limit, extraVars, cwd }, warn));
    return 0;
  }),
});
