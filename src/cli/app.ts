import { buildApplication, buildRouteMap, type Application, type CommandContext } from '@stricli/core';
import { allNames, textWith } from './text.ts';
import { version } from './version.ts';

const commands = {
  run: async () => (await import('./commands/run.ts')).run,
  check: async () => (await import('./commands/check.ts')).check,
  compile: async () => (await import('./commands/compile.ts')).compile,
  rollback: async () => (await import('./commands/rollback.ts')).rollback,
  lab: async () => (await import('./commands/lab.ts')).lab,
} as const;

type Name = keyof typeof commands;

/**
 * The command line as far as these words need it: the one command that they begin with, or all of them for help
 * and suggestions. What a command does is loaded when it runs.
 */
export async function appFor(words: readonly string[]): Promise<Application<CommandContext>> {
  const names = Object.keys(commands) as Name[];
  const needed = names.filter((name) => name === words[0]);
  const load = async (name: Name) => [name, await commands[name]()] as const;
  const routes = buildRouteMap({
    docs: {
      brief: 'Agentless provisioning in TypeScript',
      fullDescription:
        'Agentless provisioning in TypeScript.\n\nExample: tsplay check playbooks/site.ts -i lab --diff',
    },
    routes: Object.fromEntries(await Promise.all((needed.length > 0 ? needed : names).map(load))),
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
    localization: { text: textWith(words[0] === 'lab' ? ['help'] : ['help', 'version']) },
  });
}

/** What follows the host of `lab ssh` belongs to the command there, flags and all, as with ssh itself. */
export function withEscape(words: readonly string[]): readonly string[] {
  const [lab, ssh, host, ...rest] = words;
  const isSsh = lab === 'lab' && ssh === 'ssh' && host !== undefined && !host.startsWith('-');
  return isSsh && rest.length > 0 && rest[0] !== '--' ? [lab, ssh, host, '--', ...rest] : words;
}
