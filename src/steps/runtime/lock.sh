# shellcheck shell=sh
# One run at a time changes a host. The lock names a process by its number and the time of its start; when that
# process is gone, so is its claim.

# ts_started PID: TS_STARTED is when that process started, in the kernel's ticks. 1 if there is none.
ts_started() {
  TS_STARTED=''
  # The kernel's word for what is not there; the process may end while it is read.
  { read -r ts_stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # The name in the second field may hold anything, so count from its closing bracket.
  # shellcheck disable=SC2086 # splitting is the point, and globbing is off
  set -- ${ts_stat##*) }
  # One that has ended and that nobody has asked after does nothing any more.
  [ $# -ge 20 ] && [ "$1" != Z ] || return 1
  shift 19
  TS_STARTED=$1
}

# ts_lives PID START: is that very process still there?
ts_lives() { ts_started "$1" && [ "$TS_STARTED" = "$2" ]; }

# ts_lock: takes the lock for this process, or says who has it and returns 1.
ts_lock() {
  ( umask 077; mkdir -p "$TS_HOME" ) || return 1
  TS_LOCK=$TS_HOME/lock
  ts_started $$ || return 1
  ts_mine="$$ $TS_STARTED $TS_RUN"
  ts_tries=0
  while [ "$ts_tries" -lt 10 ]; do
    ts_tries=$((ts_tries + 1))
    ( set -C; umask 077; printf '%s\n' "$ts_mine" >"$TS_LOCK" ) 2>/dev/null && return 0
    [ -e "$TS_LOCK" ] || continue
    ts_theirs=''
    { read -r ts_theirs <"$TS_LOCK"; } 2>/dev/null || [ -n "$ts_theirs" ] || ts_theirs='- - -'
    # shellcheck disable=SC2086
    set -- $ts_theirs
    if ts_lives "$1" "$2"; then
      ! ts_evict "$1" "$3" || continue
      printf 'another run (%s, process %s) is changing this host\n' "$3" "$1" >&2
      TS_LOCK=''
      return 1
    fi
    ts_break "$ts_theirs"
  done
  printf 'the lock %s could not be taken\n' "$TS_LOCK" >&2
  TS_LOCK=''
  return 1
}

# ts_break OLD: takes a stale lock away. Two may try at once: if it was not the stale one, it goes back.
ts_break() {
  mv -f "$TS_LOCK" "$TS_LOCK.$$" 2>/dev/null || return 0
  ts_moved=''
  { read -r ts_moved <"$TS_LOCK.$$"; } 2>/dev/null || [ -n "$ts_moved" ] || ts_moved='- - -'
  [ "$ts_moved" = "$1" ] || ln "$TS_LOCK.$$" "$TS_LOCK" 2>/dev/null || :
  rm -f "$TS_LOCK.$$"
}

# ts_pass_lock PID: the lock now belongs to that process of the same run.
ts_pass_lock() {
  ts_started "$1" || return 1
  ( umask 077; printf '%s\n' "$1 $TS_STARTED $TS_RUN" >"$TS_HOME/lock.$$" ) && mv -f "$TS_HOME/lock.$$" "$TS_HOME/lock"
}

# ts_unlock: gives up the lock where it is ours and not that of a process that has taken over.
ts_unlock() {
  if [ -n "$TS_LOCK" ]; then
    ts_holder=''
    { read -r ts_holder <"$TS_LOCK"; } 2>/dev/null || :
    case $ts_holder in "$$ "*) rm -f "$TS_LOCK" ;; esac
  fi
  TS_LOCK='' TS_DIR=''
}
