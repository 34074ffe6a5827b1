import { TsplayError, TsplayErrors } from '../../errors/tsplay-error.ts';
import { play } from '../../playbook/play.ts';
import { openSecrets } from '../../secrets/sealed.ts';
import type { Flags } from '../commands/task.ts';
import { reported } from '../reported.ts';
import { findModule } from './find-module.ts';
import { becomeOf } from './flags.ts';
import { passwordsOf, runHandMade } from './run-play.ts';
import { onlyInPlaybooks, taskOptions } from './task-options.ts';

/** What is called: a module, the name of the task, and words that give options. */
export interface Call {
  readonly module: string;
  readonly name: string;
  readonly words: readonly string[];
}

/** Calls one module on the hosts of a pattern, as a play would; gives the exit status. */
export async function callModule(flags: Flags, pattern: string, wanted: Call): Promise<number> {
  const cwd = process.cwd();
  const { call, options: rules } = await findModule(wanted.module, flags.from, cwd);
  const options = await taskOptions(wanted.words, rules, cwd);
  const sealed = await openSecrets(options);
  if (sealed.length > 0) throw new TsplayErrors(sealed);
  const passwords = await passwordsOf(flags);
  const made = play(
    `${wanted.module} ${wanted.name}`,
    { hosts: pattern, become: becomeOf(flags) },
    async () => {
      // One that has to see a file first gives a promise.
      await (call(wanted.name, options) as unknown);
    },
  );
  const { diff, check } = flags;
  return reported(flags, { strict: false, within: `${cwd}/any` }, async (reporting) => {
    try {
      const mode = check ? 'check' : 'run';
      await runHandMade(made, flags, { mode, diff, passwords }, reporting);
    } catch (error) {
      throw hinted(error, onlyInPlaybooks(options, rules));
    }
  });
}

/** Says of options that take code where that can be given. */
function hinted(error: unknown, names: readonly string[]): unknown {
  if (!(error instanceof TsplayErrors) || names.length === 0) return error;
  const hint =
    'Shell text, functions and conditions can be given in a playbook only; a command line gives values.';
  return new TsplayErrors(
    error.errors.map((one) => {
      const { code, exit, message, where, host, task, cause } = one;
      const isMeant = code === 'bad-option' && names.some((name) => message.includes(` ${name} must `));
      return isMeant ? new TsplayError(code, exit, message, hint, { where, host, task, cause }) : one;
    }),
  );
}
