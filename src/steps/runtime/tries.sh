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
  ( ts_timer "$1" "$ts_me" ) </dev/null >/dev/null 2>&1 3>&- &
  TS_WATCH=$!
}

# ts_unwatch: the time is over, or the steps are. What it was about has failed if it was ended.
ts_unwatch() {
  [ -n "$TS_WATCH" ] || return 0
  if ts_timed "$TS_WATCH"; then
    ts_frame "late $TS_TASK $ts_limit"
    TS_T=failed TS_FAIL=1
  fi
  TS_WATCH=''
}
