import { buildApplication, buildRouteMap, type Application, type CommandContext } from '@stricli/core';
import { apply } from './commands/apply.ts';
import { check } from './commands/check.ts';
import { compile } from './commands/compile.ts';
import { console } from './commands/console.ts';
import { doc } from './commands/doc.ts';
import { exec } from './commands/exec.ts';
import { facts } from './commands/facts.ts';
import { history } from './commands/history.ts';
import { init } from './commands/init.ts';
import { inventory } from './commands/inventory.ts';
import { lab } from './commands/lab.ts';
import { plan } from './commands/plan.ts';
import { rollback } from './commands/rollback.ts';
import { run } from './commands/run.ts';
import { secret } from './commands/secret.ts';
import { show } from './commands/show.ts';
import { task } from './commands/task.ts';
import { types } from './commands/types.ts';
import { allNames, textWith } from './text.ts';
import { version } from './version.ts';

/** The command line, which is going to be called with these words. What only some commands need is loaded by them. */
export function appFor(words: readonly string[]): Application<CommandContext> {
  const routes = buildRouteMap({
    docs: {
      brief: 'Agentless provisioning in TypeScript',
      fullDescription:
        'Agentless provisioning in TypeScript.\n\nExample: tsplay check playbooks/site.ts -i lab --diff',
    },
    routes: {
      run,
      check,
      compile,
      plan,
      apply,
      rollback,
      history,
      show,
      facts,
      exec,
      task,
      console,
      doc,
      init,
      inventory,
      types,
      secret,
      lab,
    },
  });
  return buildApplication(routes, {
    name: 'tsplay',
    versionInfo: { getCurrentVersion: async () => version() },
    scanner: {
      caseStyle: 'allow-kebab-for-camel',
      allowArgumentEscapeSequence: true,
      distanceOptions: allNames,
    },
    documentation: { useAliasInUsageLine: true, onlyRequiredInUsageLine: true },
    localization: { text: textWith(depthOf(words) === 2 ? ['help'] : ['help', 'version']) },
  });
}

/** What follows the host of `lab ssh` belongs to the command there, flags and all, as with ssh itself. */
export function withEscape(words: readonly string[]): readonly string[] {
  const [lab, ssh, host, ...rest] = words;
  const isSsh = lab === 'lab' && ssh === 'ssh' && host !== undefined && !host.startsWith('-');
  return isSsh && rest.length > 0 && rest[0] !== '--' ? [lab, ssh, host, '--', ...rest] : words;
}

/** How many words name a command. */
export function depthOf([first = '']: readonly string[]): 1 | 2 {
  return ['inventory', 'secret', 'lab'].includes(first) ? 2 : 1;
}
