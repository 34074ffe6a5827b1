import { defineModule, option, sh, type OptionRules, type Sh } from '../../../src/steps/index.ts';
import { needs, placed } from './command-shell.ts';
import { commandDefinition, type CommandOptions, type CommandResult } from './command.ts';
import { interpreterOf } from './interpreter.ts';

/** Options of {@link script}. */
export interface ScriptOptions extends Omit<CommandOptions, 'run' | 'stdin' | 'detach'> {
  /** The script, relative to the file in which this is written. */
  readonly source: string;
  /**
   * Its arguments: `"$1"` and so on. They show in the host's process list, so they are no place for a secret.
   * @defaultValue none
   */
  readonly args?: readonly string[];
  /** What runs it, with options of its own. @defaultValue what its first line names after `#!`; else `['sh']` */
  readonly interpreter?: readonly [string, ...string[]];
}

const { run, stdin: _stdin, detach: _detach, ...rules } = commandDefinition.options;

const options: OptionRules<ScriptOptions> = {
  ...rules,
  source: option.line(),
  args: option.listOf(option.word),
  interpreter: (name, value) =>
    Array.isArray(value)
      ? run(name, value)
      : [`${name} must be a list of words such as ['python3', '-u'], not ${option.shown(value)}`],
};

/**
 * Runs a script of the project on the host. It goes there through a pipe, and never to the host's disk; what it reads
 * from its standard input is empty. `$0` says nothing of where it came from, and files that stand beside it here do
 * not there. Without `creates` or `unless` it runs every time and counts as a change every time.
 *
 * @example
 * script('schema', { source: 'scripts/schema.sh', args: ['--database', 'app'], creates: '/var/lib/app/schema' })
 * @example
 * const { stdout } = await script('disks', { source: 'scripts/disks.py', interpreter: ['python3'], reads: true }).result();
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/sh.html
 */
export const script = defineModule<ScriptOptions, CommandResult>('script', {
  options,
  check(name, o, problem) {
    if (o.source === undefined) problem('source is missing');
    commandDefinition.check(name, { ...o, run: ['sh'] }, problem);
  },
  judge: (o) => commandDefinition.judge({ ...o, run: ['sh'] }),
  steps(name, { source, args = [], interpreter, ...o }, call) {
    const content = call.bytes(source);
    if (content === undefined) return [];
    if (content.length === 0) call.problem(`${source} is empty`);
    const words = interpreter ?? interpreterOf(content);
    return commandDefinition
      .steps(name, { ...o, run: placed(o, fed(words, args)), stdin: content })
      .map((step) => ({ ...step, needs: needs({ ...o, run: words }) }));
  },
});

/** The interpreter gets the script as a file, so that the script's commands do not read it. */
function fed(words: readonly [string, ...string[]], args: readonly string[]): Sh {
  // Node resolves the name of a file first, and a pipe has none.
  if (/(^|\/)node(js)?$/.test(words[0])) return sh`exec ${words} - ${args}`;
  return sh`exec 8<&0 </dev/null
exec ${words} /dev/fd/8 ${args}`;
}
