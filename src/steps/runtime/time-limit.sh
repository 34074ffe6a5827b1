# shellcheck shell=sh
# What ends processes that take too long, with all that they have started.

# ts_timer SECONDS PID [PID]: after so long, all that runs below the first process is ended, but for this timer; and
# the second, if there is one. For a shell of its own. What ts_timed sends is a signal that no shell here has a trap for:
# of another one a shell that has just begun may not know any more that it came.
ts_timer() {
  ts_wake
  trap '' PIPE HUP INT
  sleep "$1" &
  wait $!
  trap '' USR1
  read -r ts_self ts_a </proc/self/stat
  ts_family "$2" "$ts_self"
  # shellcheck disable=SC2086 # numbers, or none
  kill -KILL ${3-} $ts_all
  exit 124
}

# ts_wake: from here on ts_timed ends this shell, which is one of its own, and what it has started last.
ts_wake() {
  # What the shell above has started last is none of that.
  ts_last=${!-}
  trap '[ "${!-}" = "$ts_last" ] || kill -KILL $!; exit 0' USR1
}

# ts_timed TIMER: stops it. Has it ended what it was for?
ts_timed() {
  kill -USR1 "$1" 2>/dev/null
  wait "$1" 2>/dev/null
  [ $? = 124 ]
}

# ts_family PID BUT: ts_all is all processes below PID, without BUT and what is below that. Once more as long as new
# ones are found: the numbers do not say who is older.
ts_family() {
  ts_all='' ts_known=" $1 " ts_grown=1
  set +f
  while [ -n "$ts_grown" ]; do
    ts_grown=''
    for ts_dir in /proc/[0-9]*; do
      { IFS= read -r ts_stat <"$ts_dir/stat"; } 2>/dev/null || continue
      ts_pid=${ts_dir#/proc/}
      case "$ts_known $2 " in *" $ts_pid "*) continue ;; esac
      # shellcheck disable=SC2086 # the state and the parent stand behind the name
      set -- "$1" "$2" ${ts_stat##*) }
      case $ts_known in
        *" ${4:-none} "*) ts_known="$ts_known$ts_pid " ts_all="$ts_all $ts_pid" ts_grown=1 ;;
      esac
    done
  done
  set -f
}
