import { buildApplication, buildCommand, buildRouteMap, text_en } from '@stricli/core';
import { TsplayError, TsplayErrors } from '../errors/tsplay-error.ts';
import { formatError } from '../report/format-error.ts';
import { aliases, playbookFlags, runFlags } from './flags.ts';
import { labRoutes } from './lab.ts';
import type { RunFlags } from './run.ts';

const playbook = {
  kind: 'tuple',
  parameters: [{ parse: String, brief: 'The playbook, a .ts file', placeholder: 'PLAYBOOK' }],
} as const;

function runCommand(mode: 'run' | 'check', brief: string, example: string) {
  return buildCommand<RunFlags & { readonly check?: boolean }, [string]>({
    docs: { brief, fullDescription: `${brief}\n\nExample: ${example}` },
    parameters: {
      flags: {
        ...playbookFlags,
        ...runFlags,
        check: { kind: 'boolean', brief: 'Predict only; change nothing', optional: true },
      },
      aliases,
      positional: playbook,
    },
    async func(flags, file) {
      const { run } = await import('./run.ts');
      process.exitCode = await run(flags.check === true ? 'check' : mode, flags, file);
    },
  });
}

const compile = buildCommand<Pick<RunFlags, 'inventory' | 'limit' | 'extraVar'>, [string]>({
  docs: {
    brief: "Prints one host's program",
    fullDescription:
      "Prints one host's program, up to the first barrier. Connects to nothing.\n\n" +
      'Example: tsplay compile site.ts -i prod --limit gw1',
  },
  parameters: { flags: playbookFlags, aliases: { i: 'inventory', e: 'extraVar' }, positional: playbook },
  async func(flags, file) {
    const { compileForHost } = await import('../runner/compile-for-host.ts');
    const { parseExtraVars } = await import('./flags.ts');
    const extraVars = await parseExtraVars(flags.extraVar ?? []);
    const { inventory, limit } = flags;
    process.stdout.write(
      await compileForHost({ playbook: file, inventory, limit, extraVars, cwd: process.cwd() }),
    );
  },
});

const rollback = buildCommand<Pick<RunFlags, 'inventory' | 'limit' | 'forks' | 'output' | 'verbose'>>({
  docs: {
    brief: 'Takes back what the last run changed',
    fullDescription:
      'Takes back what the last run changed, by the journal that it left on each host.\n\n' +
      'Example: tsplay rollback -i prod --limit gw1',
  },
  parameters: {
    flags: {
      inventory: playbookFlags.inventory,
      limit: playbookFlags.limit,
      forks: runFlags.forks,
      output: runFlags.output,
      verbose: runFlags.verbose,
    },
    aliases: { i: 'inventory', v: 'verbose' },
  },
  async func(flags) {
    const { rollbackCommand } = await import('./rollback.ts');
    process.exitCode = await rollbackCommand(flags);
  },
});

/** The command line: every command loads what it needs when it runs. */
export function buildApp(version: string) {
  const routes = buildRouteMap({
    docs: { brief: 'Agentless provisioning in TypeScript' },
    routes: {
      run: runCommand('run', 'Brings hosts to the declared state', 'tsplay run site.ts -i prod'),
      check: runCommand(
        'check',
        'Tells what a run would change; exit 2 on drift',
        'tsplay check site.ts -i prod --diff',
      ),
      compile,
      rollback,
      lab: labRoutes,
    },
  });
  return buildApplication(routes, {
    name: 'tsplay',
    versionInfo: { currentVersion: version },
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
    documentation: { useAliasInUsageLine: true },
    determineExitCode: exitOf,
    localization: { text: { ...text_en, exceptionWhileRunningCommand: formatError } },
  });
}

/** Exit status of wrong use, and of everything that is found before anything has run. */
export const wrongUse = 64;

function exitOf(error: unknown): number {
  if (error instanceof TsplayError) return error.exit;
  if (error instanceof TsplayErrors) return error.errors[0]?.exit ?? wrongUse;
  return error instanceof SyntaxError ? wrongUse : 1;
}
