import { resolve } from 'node:path';
import { cliError } from '../../errors/cli.ts';
import { near } from '../../errors/near.ts';
import { loadModules } from '../../playbook/load/index.ts';
import { knownModule, type KnownModule, type Module, type TaskResult } from '../../steps/module.ts';

/** A module, and what is known of it. */
export interface FoundModule extends KnownModule {
  readonly call: Module<Readonly<Record<string, unknown>>, TaskResult>;
}

/**
 * Finds a module by the name under which it is exported.
 *
 * @param from - a file in TypeScript that exports it. @defaultValue `tsplay/modules`
 */
export async function findModule(name: string, from: string | undefined, cwd: string): Promise<FoundModule> {
  const modules = await modulesOf(from, cwd);
  const found = modules.get(name);
  if (found !== undefined) return found;
  const known = [...modules.keys()].toSorted();
  throw cliError('no-such-module', {
    name,
    from: from ?? 'tsplay/modules',
    near: near(name, known),
    known,
  });
}

/** All modules that a file exports, or that come with tsplay, by name. */
export async function modulesOf(
  from: string | undefined,
  cwd: string,
): Promise<ReadonlyMap<string, FoundModule>> {
  const exported =
    from === undefined
      ? await import('../../../modules/index.ts')
      : (await loadModules([resolve(cwd, from)]))[0]?.exports;
  return new Map(
    Object.entries(exported ?? {}).flatMap(([name, value]) => {
      const known = knownModule(value);
      return known === undefined ? [] : [[name, { ...known, call: value as FoundModule['call'] }] as const];
    }),
  );
}
