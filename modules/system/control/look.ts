import { sh, type Sh } from '../../../src/steps/index.ts';

/**
 * One look of a poll by a command: `$rc` is its status. One that hangs does not outlast the waiting, which is so many seconds
 * in all; but each may take 10, so that the last one is no shorter than those before.
 */
export function look(command: Sh, seconds: number): Sh {
  return sh`ts_uptime
left=$((${seconds} - TS_NOW + ts_since))
[ "$left" -ge 10 ] || left=10
read -r me rest </proc/self/stat
( ts_timer "$left" "$me" ) </dev/null >/dev/null 2>&1 &
timer=$!
# shellcheck disable=SC2234 # what is within may be anything
( ${command} ) >&2
rc=$?
if ts_timed "$timer"; then printf 'it was ended, having taken %s s' "$left"; exit 1; fi`;
}
