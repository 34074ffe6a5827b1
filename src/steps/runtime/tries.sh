# shellcheck shell=sh
# Tasks that are tried more than once, and those that may take only so long.

# ts_tries RETRIES: the next steps are tried so often again.
ts_tries() {
  TS_TRIES=$1 TS_TOUCHED='' TS_WATCH=''
}

# ts_try_again TASK DELAY: is there to be another try? What the one before has changed stays changed.
# shellcheck disable=SC2317 # programs with such tasks call it
ts_try_again() {
  [ "$TS_T" != changed ] || TS_TOUCHED=1
  [ "$TS_MODE" = apply ] && [ "$TS_T" = failed ] && [ "$TS_TRIES" -gt 0 ] && [ -z "$TS_HANDED$TS_CUT" ] || {
    [ "$TS_T$TS_TOUCHED" != ok1 ] || TS_T=changed
    return 1
  }
  ts_frame "retry $1 $TS_TRIES $2"
  TS_TRIES=$((TS_TRIES - 1))
  ts_wait_for=$2
  while [ "$ts_wait_for" -gt 0 ]; do
    # In pieces: one who wants this to end does not wait for all of it.
    sleep 1
    ts_wait_for=$((ts_wait_for - 1))
    [ -z "$TS_CUT" ] || ts_stop
  done
  TS_T=ok TS_FAIL='' TS_REASON='' TS_REST='' TS_QUERIED=''
  ts_over
}

# ts_watch SECONDS: from here to ts_unwatch may take so long. Then all that runs below this shell is ended, by the
# numbers of the processes: a host that lacks timeout(1) may lack setsid(1) and pkill(1) too. The shell itself goes on.
ts_watch() {
  TS_WATCH=''
  [ -z "$TS_HANDED$TS_FAIL" ] || return 0
  read -r ts_me ts_a </proc/self/stat
  ts_limit=$1
  (
    trap 'kill -KILL $! 2>/dev/null; exit 0' TERM
    trap '' PIPE HUP INT
    sleep "$ts_limit" &
    wait $!
    trap '' TERM
    read -r ts_self ts_a </proc/self/stat
    ts_family "$ts_me" "$ts_self"
    # shellcheck disable=SC2086 # numbers
    [ -z "$ts_all" ] || kill -KILL $ts_all
    exit 124
  ) </dev/null >/dev/null 2>&1 3>&- &
  TS_WATCH=$!
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

# ts_unwatch: the time is over, or the steps are. What it was about has failed if it was ended.
ts_unwatch() {
  [ -n "$TS_WATCH" ] || return 0
  kill -TERM "$TS_WATCH" 2>/dev/null
  wait "$TS_WATCH" 2>/dev/null
  if [ $? = 124 ]; then
    ts_frame "late $TS_TASK $ts_limit"
    TS_T=failed TS_FAIL=1
  fi
  TS_WATCH=''
}
