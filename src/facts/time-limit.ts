import { sh, type Sh } from '../steps/sh.ts';

/** The status of a command that took too long, as timeout(1) has it. */
export const tookTooLong = 124;

/**
 * The command, ended with all that it has started if it is still there after some seconds; then with the status
 * {@link tookTooLong}. For a subshell of its own, in a program: it leaves variables, and calls the runtime.
 */
export function timeLimited(seconds: number, command: Sh): Sh {
  return sh`
(
${command}
) &
ts_probe=$!
( ts_timer ${seconds} $ts_probe $ts_probe ) >/dev/null 2>&1 &
ts_watch=$!
wait $ts_probe 2>/dev/null
ts_rc=$?
if ts_timed $ts_watch; then ts_rc=${tookTooLong}; fi
( exit "$ts_rc" )`;
}
