import { taskRules } from '../../steps/task-options.ts';
import type { FoundModule } from '../adhoc/find-module.ts';

/** What can be completed. */
export interface Completable {
  readonly modules: ReadonlyMap<string, FoundModule>;
  /** All other names that can be used. */
  readonly names: Iterable<string>;
  readonly commands: readonly string[];
  readonly hosts: Iterable<string>;
}

/** What could stand in place of the last word of a text, and that word. */
export function complete(text: string, all: Completable): readonly [candidates: string[], word: string] {
  const [, pattern] = /^\.hosts\s+(?:.*[:,&!])?(.*)$/.exec(text) ?? [];
  if (pattern !== undefined) return matching(pattern, all.hosts);
  if (/^\.\w*$/.test(text)) return matching(text, all.commands);
  const [word = ''] = /[\w$]*$/.exec(text) ?? [];
  const before = text.slice(0, text.length - word.length);
  // Of a value, its members are known to the compiler alone.
  if (/\.\s*$/.test(before)) return [[], word];
  const module = optionsOf(before);
  if (module === undefined) return matching(word, [...all.modules.keys(), ...all.names]);
  const rules = all.modules.get(module)?.options;
  return matching(
    word,
    rules === undefined ? [] : [...Object.keys(rules), ...Object.keys(taskRules)].map((name) => `${name}: `),
  );
}

function matching(word: string, names: Iterable<string>): [string[], string] {
  return [[...new Set(names)].filter((name) => name.startsWith(word)).toSorted(), word];
}

/** The module whose options a text ends among, where a name is expected. */
function optionsOf(before: string): string | undefined {
  const closed = before.replaceAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`/g, "''");
  const [, module] = /([A-Za-z_$][\w$]*)\(\s*[^(){}]*,\s*\{(?:[^{}]|\{[^{}]*\})*$/.exec(closed) ?? [];
  return module !== undefined && /[{,]\s*$/.test(closed) ? module : undefined;
}
