import { command, type CommandResult } from '../../../modules/system/commands/command.ts';
import type { Handle } from '../../steps/module.ts';
import type { Execution } from './execution.ts';

/**
 * Registers the command. Nobody knows whether it changes something, and it cannot be taken back: as one that only
 * reads it leaves no journal, behind which that of the last run would be hidden, and locks nothing.
 */
export function register(title: string, { run, stdin, seconds }: Execution): Handle<CommandResult> {
  return command(title, {
    run: [...run],
    reads: true,
    timeLimit: seconds,
    ...(stdin === undefined ? {} : { stdin }),
  });
}
