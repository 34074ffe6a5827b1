import { defineModule, option, requires, type OptionRules } from '../../../src/steps/index.ts';
import { commandLine, type CommandLine } from '../commands/command.ts';
import { placed } from '../commands/command-shell.ts';

interface Known {
  /** What the playbook knows by itself: where it is false, nothing is connected to, on any host. */
  readonly that: boolean;
  readonly test?: never;
  /** What to say where it does not hold. @defaultValue the name, and that it does not hold */
  readonly message?: string;
}

interface Asked {
  readonly that?: never;
  /**
   * A command that succeeds where it holds. It runs in check mode too, so it must change nothing; what it prints on
   * standard output is told as the reason.
   */
  readonly test: CommandLine;
  /** What to say where it does not hold. @defaultValue the name, and that it does not hold */
  readonly message?: string;
}

/** Options of {@link assert}. */
export type AssertOptions = Known | Asked;

const options: OptionRules<AssertOptions> = {
  that: option.flag,
  test: commandLine,
  message: option.line(),
};

/**
 * Something that must hold, or the host goes no further. It is never a change. In a check where an earlier task
 * would change something, a `test` that fails is _unknown_: that task may bring what is missing.
 *
 * @example assert('two uplinks', { that: vars.uplinks.length >= 2 })
 * @example assert('room in /var', { test: sh`[ "$(df -Pk /var | awk 'NR == 2 { print $4 }')" -gt 1048576 ]` })
 */
export const assert = defineModule<AssertOptions>('assert', {
  options,
  check(name, o, problem) {
    if (o.that !== undefined && o.test !== undefined) problem('that and test exclude each other');
    else if (o.that === undefined && o.test === undefined) problem('that or test is missing');
    else if (o.that === false) problem(messageOf(name, o));
  },
  steps: (name, o) =>
    o.test === undefined
      ? []
      : [requires(name, { test: placed({}, o.test), otherwise: messageOf(name, o), later: true })],
});

function messageOf(name: string, { message = `'${name}' does not hold` }: AssertOptions): string {
  return message;
}
