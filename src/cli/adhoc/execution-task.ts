import { command, type CommandLine, type CommandResult } from '../../../modules/system/command.ts';
import { timeLimited } from '../../facts/time-limit.ts';
import type { Handle } from '../../steps/module.ts';
import { sh } from '../../steps/sh.ts';
import type { Execution } from './execution.ts';

/**
 * Registers the command. Nobody knows whether it changes something, and it cannot be taken back: as one that only
 * reads it leaves no journal, behind which that of the last run would be hidden, and locks nothing.
 */
export function register(title: string, { run, stdin, seconds }: Execution): Handle<CommandResult> {
  return command(title, {
    run: seconds === undefined ? [...run] : limited(run, seconds),
    reads: true,
    ...(stdin === undefined ? {} : { stdin }),
  });
}

/** What runs beside its watch has no standard input, unless it is given one under another number. */
function limited(run: Execution['run'], seconds: number): CommandLine {
  return sh`exec 4<&0
${timeLimited(seconds, sh`exec ${run} <&4 4<&-`)}`;
}
