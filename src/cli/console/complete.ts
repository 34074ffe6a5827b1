import { taskRules } from '../../steps/task-options.ts';
import type { FoundModule } from '../adhoc/find-module.ts';
import { openAtEnd } from './scan.ts';

/** What can be completed. */
export interface Completable {
  readonly modules: ReadonlyMap<string, FoundModule>;
  /** All other names that can be used. */
  readonly names: () => Iterable<string>;
  readonly commands: readonly string[];
  readonly hosts: Iterable<string>;
}

/** Where a text ends, and the part of a word that stands there. */
export interface Context {
  /** `member`, `string` and `option` are what the compiler knows best. */
  readonly kind: 'hosts' | 'command' | 'member' | 'string' | 'option' | 'name';
  readonly word: string;
  /** What is called, where an option is expected. */
  readonly called?: string | undefined;
}

/** Says what is expected at the end of a text. */
export function contextOf(text: string): Context {
  const [, pattern] = /^\s*\.hosts\s+(?:.*[:,&!])?(.*)$/.exec(text) ?? [];
  if (pattern !== undefined) return { kind: 'hosts', word: pattern };
  if (/^\s*\.\w*$/.test(text)) return { kind: 'command', word: text.trim() };
  const closed = text.replaceAll(strings, (all) => ' '.repeat(all.length));
  const quote = /['"]/.exec(closed.split('\n').at(-1) ?? '');
  if (quote !== null) {
    const [last = ''] = text.split('\n').slice(-1);
    return { kind: 'string', word: last.slice(quote.index + 1) };
  }
  const [word = ''] = /[\w$]*$/.exec(text) ?? [];
  const before = closed.slice(0, closed.length - word.length);
  if (/\.\s*$/.test(before)) return { kind: 'member', word };
  if (!/[{,]\s*$/.test(before) || openAtEnd(before).at(-1) !== '{') return { kind: 'name', word };
  const [, called] = /([A-Za-z_$][\w$]*)\(\s*[^(){}]*,\s*\{(?:[^{}]|\{[^{}]*\})*$/.exec(before) ?? [];
  return { kind: 'option', word, called };
}

const strings = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;

/** What could stand there by name alone. */
export function byName({ kind, word, called }: Context, all: Completable): readonly string[] {
  switch (kind) {
    case 'hosts':
      return matching(word, all.hosts);
    case 'command':
      return matching(word, all.commands);
    case 'name':
      return matching(word, [...all.modules.keys(), ...all.names()]);
    case 'option': {
      const rules = called === undefined ? undefined : all.modules.get(called)?.options;
      const names = rules === undefined ? [] : [...Object.keys(rules), ...Object.keys(taskRules)];
      return matching(
        word,
        names.map((name) => `${name}: `),
      );
    }
    case 'member':
    case 'string':
      return [];
  }
}

/** Those that begin with a word, each once, in order. */
export function matching(word: string, names: Iterable<string>): readonly string[] {
  return [...new Set(names)].filter((name) => name.startsWith(word)).toSorted();
}
