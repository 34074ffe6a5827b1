# shellcheck shell=sh
# poll, action and requires.

# ts_uptime: TS_NOW is a clock in seconds that nobody sets.
ts_uptime() { read -r TS_NOW ts_rest </proc/uptime && TS_NOW=${TS_NOW%%.*}; }

# ts_poll STEP WHAT EVERY LIMIT DELAY STATUSES (seconds). What a look prints says why it is not so yet.
ts_poll() {
  ts_go || return 0
  if ts_predict "$1" ''; then ts_over; return 0; fi
  ts_uptime
  ts_since=$TS_NOW
  [ "$TS_MODE" = check ] || [ "$5" = 0 ] || sleep "$5"
  while :; do
    ts_read "$1" "$6"
    case $TS_S in
      value) ts_ok "$1"; break ;;
      unreadable) ts_failed "$1" "cannot tell whether $2"; break ;;
    esac
    if [ "$TS_MODE" = check ]; then
      ts_unknown "$1" "waiting until $2"
      break
    fi
    ts_uptime
    if [ "$((TS_NOW - ts_since))" -ge "$(($4 + $5))" ]; then
      ts_failed "$1" "waited $4 s in vain until $2${TS_V:+: $TS_V}"
      break
    fi
    [ -z "$TS_CUT" ] || ts_stop
    TS_QUERIED=''
    sleep "$3"
  done
  ts_over
}

# ts_action STEP WHAT GUARD(none|unless|paths|reads) UNDO(yes|last|no) CODES CAPTURE(yes|no) OPEN(yes|no)
# Runs a command, its output live unless a predicate has to look at it. OPEN: whether it changes something is known
# only when it has run. pN says why it cannot run, iN prints its standard input.
ts_action() {
  ts_go || return 0
  # Without a guard it runs whatever it would find.
  [ "$3$TS_MODE" != nonecheck ] || ts_half o "$1" || TS_LIFE=disk
  if [ "$3" != reads ] && ts_predict "$1" ''; then ts_over; return 0; fi
  if ts_action_due "$@" && ts_action_able "$@"; then
    if [ "$TS_MODE" != check ] || [ "$3" = reads ]; then
      ts_action_run "$@"
    elif [ "$7" = yes ]; then
      ts_unknown "$1" 'whether it changes something depends on what it says'
    else
      ts_changed "$1" '' 'runs'
    fi
  fi
  ts_over
}

ts_action_due() {
  if ts_half o "$1"; then
    ( "o$1" ) </dev/null >&2 3>&-
    TS_RC=$?
    case $TS_RC in
      0) ;;
      126 | 127)
        ts_failed "$1" "whether $2 is to run could not be asked: its onlyIf ended with status $TS_RC$(ts_status_words "$TS_RC")"
        return 1
        ;;
      *) ts_ok "$1"; return 1 ;;
    esac
  fi
  case $3 in none | reads) return 0 ;; esac
  eval "ts_read $1 \"\${ts_absent_$1-1}\""
  case $TS_S$3 in
    value*) ts_ok "$1"; return 1 ;;
    unreadablepaths) ts_failed "$1" "cannot tell whether $2 is needed"; return 1 ;;
  esac
}

ts_action_able() {
  ts_half p "$1" || return 0
  TS_V=$("p$1" </dev/null 3>&-)
  TS_RC=$?
  [ "$TS_RC" != 0 ] || return 0
  if ts_may_come; then ts_unknown "$1" "$TS_V"; else ts_failed "$1" "$TS_V"; fi
  return 1
}

ts_action_run() {
  if [ "$3" != reads ]; then
    TS_STEP=$1
    case $4 in
      yes) ts_note "$1" action "$2" ;;
      last) ts_note "$1" last "$2" ;;
      *) ts_note "$1" wall "$2" ;;
    esac || return 0
    TS_QUERIED=''
  fi
  if [ "$6" = yes ]; then
    TS_OUT=$(
      ts_action_half "$1"
      ts_rc=$?
      printf .
      exit "$ts_rc"
    )
    TS_RC=$?
    TS_OUT=${TS_OUT%.}
    printf '%s' "$TS_OUT"
  else
    ts_action_half "$1"
    TS_RC=$?
  fi
  # It ended because the shell is told to.
  [ "$TS_RC" != 141 ] || [ -z "$TS_CUT" ] || ts_stop
  ts_frame "rc $1 $TS_RC"
  if ts_action_failed "$1" "$5"; then
    ts_why=''
    if [ "$TS_RC" = 0 ] && ts_half b "$1"; then ts_why=', which its until or failedWhen takes for a failure'; fi
    ts_failed "$1" "$2 ended with status $TS_RC$(ts_status_words "$TS_RC")$ts_why"
  elif [ "$3" = reads ]; then
    ts_ok "$1"
  elif [ "$3" = paths ] && ! ts_action_created "$1"; then
    ts_failed "$1" "$2 has run, but what it says it creates is not there, or what it removes still is, so it would run every time"
  else
    ts_action_changed "$1"
  fi
}

# A reader that has gone must not end the command half-way.
ts_action_half() {
  if ts_half i "$1"; then
    "i$1" 3>&- | ( trap '' PIPE; "w$1" ) 3>&-
  else
    ( trap '' PIPE; "w$1" ) </dev/null 3>&-
  fi
}

ts_action_created() {
  ts_read "$1" 1
  [ "$TS_S" = value ]
}

# What a status says that is not the command's own.
ts_status_words() {
  case $1 in
    126) printf ': it is there, but could not be run' ;;
    127) printf ': a program that it calls is not on this host' ;;
    129 | 1[3-5]? | 16[0-4]) printf ' (killed by signal %s)' "$(kill -l "$(($1 - 128))")" ;;
  esac
}

ts_action_failed() { # STEP CODES
  if ! ts_half b "$1"; then
    ts_among "$TS_RC" "$2" && return 1
    return 0
  fi
  ( "b$1" )
  case $? in 0) return 0 ;; 1) return 1 ;; *) return 0 ;; esac
}

ts_action_changed() {
  if ! ts_half k "$1"; then
    ts_changed "$1"
    return 0
  fi
  ( "k$1" )
  case $? in
    0) ts_changed "$1" ;;
    1)
      ts_ok "$1"
      # shellcheck disable=SC2086 # a list of names
      ts_unmark $TS_MARKS
      # shellcheck disable=SC2086
      ts_sweep $TS_MARKS
      ;;
    *) ts_failed "$1" 'its changedWhen could not be decided' ;;
  esac
}

# ts_among WORD WORDS
ts_among() { case " $2 " in *" $1 "*) return 0 ;; *) return 1 ;; esac }

# ts_matches HOLDS(yes|no) ERE: does a line of the output match? A bad expression is neither.
ts_matches() {
  printf '%s\n' "$TS_OUT" | grep -Eq -e "$2"
  case $?$1 in
    0yes | 1no) return 0 ;;
    0no | 1yes) return 1 ;;
    *) return 2 ;;
  esac
}

# An action with a guard can be asked whether there is anything to take back.
ts_inv_action() { # STEP WHAT
  ts_about=$2
  if ts_half r "$1"; then
    eval "ts_read $1 \"\${ts_absent_$1-1}\""
    [ "$TS_S" != absent ] || { ts_undone=already; return 0; }
  fi
  ts_write "u$1"
  [ "$TS_RC" != 0 ] || ts_undone=now
}

# What makes others notice a change waits until all else has been taken back, and comes in the order of the run. What
# several changes wait for in the same words happens once.
ts_inv_last() { # STEP WHAT
  ts_about=$2
  if [ -z "$TS_LAST" ]; then ts_undone=later; return 0; fi
  eval "ts_same=\$ts_last_$1"
  # shellcheck disable=SC2154 # set by the program
  case $TS_LAST in *" $ts_same "*) ts_undone=already; return 0 ;; esac
  ts_write "u$1"
  [ "$TS_RC" != 0 ] || { ts_undone=now TS_LAST="$TS_LAST$ts_same "; }
}

# ts_requires STEP OTHERWISE LATER(yes|no) STATUSES: what must hold before the task may go on. What the test prints says why it
# does not. LATER: an earlier task may bring it; an earlier step of this one, too, unless the test says by TS_TAKEN that the place
# is taken by something else, which no step of ours takes away.
ts_requires() {
  ts_go || return 0
  if ts_predict "$1" ''; then ts_over; return 0; fi
  TS_TAKEN=''
  ts_read "$1" "$4"
  if [ "$TS_S" = value ]; then
    ts_ok "$1"
  elif [ "$3" = yes ] && { ts_others_may || { [ -z "$TS_TAKEN" ] && ts_may_come; }; }; then
    ts_unknown "$1" "$2${TS_V:+: $TS_V}"
    TS_REST=1
  else
    ts_failed "$1" "$2${TS_V:+: $TS_V}"
  fi
  ts_over
}

# ts_surroundings STEP: what an inverse must keep, as the step itself did.
ts_surroundings() { eval "TS_AROUND=\${ts_around_$1-}"; }
