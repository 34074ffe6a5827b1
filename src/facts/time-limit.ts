import { sh, type Sh } from '../steps/sh.ts';

/** The status of a command that took too long, as timeout(1) has it. */
export const tookTooLong = 124;

// Collects the processes that stand below the command: only its own is known by number, and a host that lacks
// timeout(1) may lack setsid(1) and pkill(1) too. Once more as long as new ones are found: the numbers do not say
// who is older.
const family = sh`
  ts_all=" $ts_probe " ts_grown=1
  set +f
  while [ -n "$ts_grown" ]; do
    ts_grown=''
    for ts_dir in /proc/[0-9]*; do
      IFS= read -r ts_stat <"$ts_dir/stat" || continue
      set -- \${ts_stat##*) }
      case $ts_all in
        *" \${ts_dir#/proc/} "*) ;;
        *" \${2:-none} "*) ts_all="$ts_all\${ts_dir#/proc/} " ts_grown=1 ;;
      esac
    done
  done`;

/**
 * The command, ended with all that it has started if it is still there after some seconds; then with the status
 * {@link tookTooLong}. For a subshell of its own: it leaves variables.
 */
export function timeLimited(seconds: number, command: Sh): Sh {
  return sh`
(
${command}
) &
ts_probe=$!
(
  trap 'kill -KILL $!; exit 0' TERM
  sleep ${seconds} &
  wait $!
  trap '' TERM
  ${family}
  set -- $ts_all
  kill -KILL "$@"
  exit ${tookTooLong}
) >/dev/null 2>&1 &
ts_watch=$!
wait $ts_probe 2>/dev/null
ts_rc=$?
kill $ts_watch 2>/dev/null
wait $ts_watch 2>/dev/null
[ $? != ${tookTooLong} ] || ts_rc=${tookTooLong}
( exit "$ts_rc" )`;
}
