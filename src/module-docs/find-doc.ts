import { cliError } from '../errors/cli.ts';
import { near } from '../errors/near.ts';
import type { ModuleDoc, ModuleDocs, OptionDoc } from './module-doc.ts';

/** What was asked for: a module, an option, or the options that every task has. */
export type Found =
  | { readonly kind: 'module'; readonly module: ModuleDoc }
  | { readonly kind: 'option'; readonly path: string; readonly option: OptionDoc }
  | { readonly kind: 'options'; readonly options: readonly OptionDoc[] };

/** The name under which the options of every task are asked for. */
export const everyTask = 'task-options';

/** Finds what words such as `bond`, `bond.mode`, `ipvs.servers.weight` or `retries` stand for. */
export function findDoc({ modules, taskOptions }: ModuleDocs, words: string): Found {
  const [name = '', ...path] = words.split('.');
  if (words === everyTask) return { kind: 'options', options: taskOptions };
  const module = modules.find((one) => one.name === name);
  if (module !== undefined) {
    if (path.length === 0) return { kind: 'module', module };
    return {
      kind: 'option',
      path: words,
      option: findOption(name, [...module.options, ...taskOptions], path),
    };
  }
  if (taskOptions.some((one) => one.name === name))
    return { kind: 'option', path: words, option: findOption(everyTask, taskOptions, [name, ...path]) };
  const names = [...modules.map((one) => one.name), everyTask, ...taskOptions.map((one) => one.name)];
  const close = near(name, names);
  throw cliError('no-such-doc', {
    name,
    near: close.length > 0 ? close : related(name, modules),
    optionOf: holdersOf(modules, name),
  });
}

/** Modules that are called by a part of a name or by more than it, as `line` is for `lineinfile`, or that speak of it. */
function related(name: string, modules: readonly ModuleDoc[]): readonly string[] {
  const word = name.toLowerCase();
  if (!/^\w{3,}$/.test(word)) return [];
  const called = modules.filter((one) => {
    const other = one.name.toLowerCase();
    return other.length > 2 && (other.includes(word) || word.includes(other));
  });
  const speaking = modules.filter(({ summary }) => new RegExp(`\\b${word}\\b`, 'i').test(summary));
  return [...new Set([...called, ...speaking].map((one) => one.name))].slice(0, 4);
}

function findOption(of: string, options: readonly OptionDoc[], path: readonly string[]): OptionDoc {
  const [name = '', ...rest] = path;
  const option = options.find((one) => one.name === name);
  if (option === undefined) {
    const known = options.map((one) => one.name);
    throw cliError('no-such-doc-option', { of, name, near: near(name, known), known });
  }
  return rest.length === 0 ? option : findOption(`${of}.${name}`, option.options ?? [], rest);
}

/** The modules that have an option of this name. */
function holdersOf(modules: readonly ModuleDoc[], name: string): readonly string[] {
  return modules.flatMap((module) =>
    module.options.some((option) => option.name === name) ? [`${module.name}.${name}`] : [],
  );
}
