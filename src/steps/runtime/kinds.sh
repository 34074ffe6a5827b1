# shellcheck shell=sh
# The step kinds: present, value, entries, poll, action. Each reads, compares, and in apply mode notes the
# inverse, writes and verifies.

# ts_present STEP WHAT WANT(yes|no) ABSENT INVERSE(yes|no)
ts_present() {
  ts_go || return 0
  if ts_predict "$1" "$3" || ts_foreseen_made "$1" "$3"; then ts_over; return 0; fi
  ts_read "$1" "$4"
  case $TS_S$3 in
    unreadable*) ts_failed "$1" "cannot tell whether $2 is there" ;;
    valueyes | absentno) ts_ok "$1" ;;
    *)
      if [ "$TS_MODE" = check ]; then
        ts_present_changed "$1" "$3"
      elif ts_present_note "$1" "$3" "$5" "$2"; then
        if [ "$3" = yes ]; then ts_write "w$1"; else ts_write "x$1"; fi
        ts_present_verify "$@"
      fi
      ;;
  esac
  ts_over
}

ts_present_changed() {
  if [ "$2" = no ] && [ "$TS_MODE" = check ] && [ -n "$TS_PROVIDES" ]; then
    TS_FRESH="${TS_FRESH}gone:$TS_PROVIDES " TS_PROVIDES=''
  fi
  if [ "$2" = yes ]; then ts_changed "$1" '' present; else ts_changed "$1" present ''; fi
}

# The inverse of a removal gets what the step's save half printed, as $1.
ts_present_note() {
  TS_STEP=$1
  if [ "$3" = no ]; then
    ts_note "$1" wall "$4"
  elif [ "$2" = yes ]; then
    ts_note "$1" present "$4" no ''
  else
    TS_V=$("s$1" </dev/null 3>&-)
    TS_RC=$?
    if [ "$TS_RC" != 0 ]; then
      ts_failed "$1" "what $4 is now could not be read, so it was not removed"
      return 1
    fi
    ts_zeros "s$1"
    ts_note_old "$1" present "$4" yes "$TS_V"
  fi
}

ts_present_verify() {
  if [ "$TS_RC" != 0 ]; then
    if [ "$3" = yes ]; then ts_failed "$1" "could not make $2"; else ts_failed "$1" "could not remove $2"; fi
    return 0
  fi
  ts_read "$1" "$4"
  case $TS_S$3 in
    valueyes | absentno) ts_present_changed "$1" "$3" ;;
    *yes) ts_failed "$1" "made $2, but it is not there" ;;
    *) ts_failed "$1" "removed $2, but it is still there" ;;
  esac
}

ts_inv_present() { # STEP WHAT WANT SAVED
  ts_about=$2
  eval "ts_statuses=\$ts_absent_$1"
  # shellcheck disable=SC2154 # set by the program
  ts_read "$1" "$ts_statuses"
  case $TS_S$3 in
    valueyes | absentno) ts_undone=already; return 0 ;;
    unreadable*) return 0 ;;
  esac
  ts_surroundings "$1"
  if [ "$3" = yes ]; then ts_write "w$1" "$4"; else ts_write "x$1"; fi
  TS_AROUND=''
  [ "$TS_RC" = 0 ] || return 0
  ts_read "$1" "$ts_statuses"
  case $TS_S$3 in valueyes | absentno) ts_undone=now ;; esac
}

# ts_value STEP WHAT WANT ABSENT
ts_value() {
  ts_go || return 0
  if ts_foreseen_value "$1" "$3" "$4" || ts_predict "$1" "$3"; then
    ts_foresee "$1" "$3" "$4"
    ts_over
    return 0
  fi
  # For a read that finds the same in other words.
  TS_WANT=$3
  ts_read "$1" "$4"
  ts_before=$TS_V
  if [ "$TS_S" = unreadable ]; then
    ts_failed "$1" "cannot read $2"
  elif [ "$TS_S" = value ] && [ "$TS_V" = "$3" ]; then
    if ts_join "$1"; then ts_ok "$1"; fi
  elif ! ts_settable "$1" "$2" "$4"; then
    :
  elif [ "$TS_MODE" = check ]; then
    ts_changed "$1" "$TS_V" "$3"
    ts_foresee "$1" "$3" "$4"
  elif TS_STEP=$1 && { ts_textual "$4" || ts_zeros "r$1"; } && ts_found "$1" "$3" &&
    ts_note_old "$1" value "$2" "$TS_S" "$ts_before"; then
    ts_write "w$1" "$3"
    if [ "$TS_RC" != 0 ]; then
      ts_failed "$1" "could not set $2" "$ts_before" "$3"
    else
      ts_read "$1" "$4"
      if [ "$TS_S" = value ] && [ "$TS_V" = "$3" ]; then
        ts_changed "$1" "$ts_before" "$3"
      else
        ts_failed "$1" "set $2, but it reads back differently" "$TS_V" "$3"
      fi
    fi
  fi
  ts_over
}

# ts_settable STEP WHAT STATUSES: a kernel parameter that can only be read, here or by this user.
ts_settable() {
  case $3$TS_S${TS_PATH-} in linevalue/proc/sys/*) ;; *) return 0 ;; esac
  case $(stat -c %a -- "$TS_PATH") in *[2367]??) [ ! -w "$TS_PATH" ] || return 0 ;; esac
  TS_RC=1
  ts_failed "$1" "$2 can only be read, on this host or by this user"
  return 1
}

ts_inv_value() { # STEP WHAT STATE OLD
  ts_about=$2
  eval "ts_statuses=\$ts_absent_$1"
  ts_read "$1" "$ts_statuses"
  if [ "$TS_S" = "$3" ] && [ "$TS_V" = "$4" ]; then ts_undone=already; return 0; fi
  [ "$3" = value ] || { ts_undone=left; return 0; }
  ts_surroundings "$1"
  ts_write "w$1" "$4"
  TS_AROUND=''
  [ "$TS_RC" = 0 ] || return 0
  ts_read "$1" "$ts_statuses"
  [ "$TS_S" != value ] || [ "$TS_V" != "$4" ] || ts_undone=now
}

# ---- entries: lines of fields separated by tabs; the first field is the key --------------------------------

# Lines are cut by IFS and found by `case`: taking the first line off with ${x#*pattern} costs the square of its
# length in all three shells.

# ts_has KEY LINES: is there a line with that key?
ts_has() {
  case $TS_NL$2$TS_NL in
    *"$TS_NL$1$TS_TAB"* | *"$TS_NL$1$TS_NL"*) ;;
    *) return 1 ;;
  esac
}

# ts_find KEY LINES: TS_LINE is the line with that key. Returns 1 if there is none.
ts_find() {
  TS_LINE=''
  ts_has "$1" "$2" || return 1
  IFS=$TS_NL
  for TS_LINE in $2; do
    case $TS_LINE in "$1" | "$1$TS_TAB"*) break ;; esac
  done
  unset IFS
}

# ts_call FUNCTION LINE: calls one operation with the fields of a line as its arguments.
ts_call() {
  ts_fn=$1 ts_row=$2
  set --
  case $ts_row in
    # Tabs are white space to IFS, which takes several for one: fields that are empty are cut off one by one.
    "$TS_TAB"* | *"$TS_TAB" | *"$TS_TAB$TS_TAB"*)
      while :; do
        set -- "$@" "${ts_row%%"$TS_TAB"*}"
        case $ts_row in *"$TS_TAB"*) ts_row=${ts_row#*"$TS_TAB"} ;; *) break ;; esac
      done
      ;;
    *)
      IFS=$TS_TAB
      # shellcheck disable=SC2086 # splitting at tabs is the point, and globbing is off
      set -- $ts_row
      unset IFS
      ;;
  esac
  ts_write "$ts_fn" "$@"
}

# ts_each_line FUNCTION LINES ARGS...: FUNCTION LINE ARGS... for every line that is not empty, without a process.
# FUNCTION may go through other lines itself.
ts_each_line() {
  ts_lines=$2 ts_do=$1
  shift 2
  set -- "$ts_do" "$@"
  IFS=$TS_NL
  for ts_one in $ts_lines; do
    unset IFS
    ts_with_line "$ts_one" "$@" || return 1
  done
  unset IFS
}
ts_with_line() {
  ts_one=$1 ts_do=$2
  shift 2
  "$ts_do" "$ts_one" "$@"
}

# ts_entries STEP WHAT WANT ABSENT EXCLUSIVE(yes|no) ORDER(add-first|remove-first) UNWANTED
# UNWANTED are keys to remove where the set is not exclusive.
ts_entries() {
  ts_go || return 0
  if ts_predict "$1" "$3"; then ts_over; return 0; fi
  ts_read "$1" "$4"
  if [ "$TS_S" = unreadable ]; then
    ts_failed "$1" "cannot list $2"
    ts_over
    return 0
  fi
  TS_HAVE=$TS_V TS_STEP=$1 TS_WHAT=$2 TS_ADDS='' TS_REMOVES=''
  [ "$TS_S" = value ] || TS_HAVE=''
  ts_each_line ts_entry_wanted "$3"
  if [ "$5" = yes ]; then
    ts_each_line ts_entry_extra "$TS_HAVE" "$3"
  else
    ts_each_line ts_entry_unwanted "$7"
  fi
  if [ -z "$TS_ADDS$TS_REMOVES" ]; then
    ts_ok "$1"
  elif [ "$TS_MODE" = check ]; then
    ts_entries_after "$3" "$5"
    ts_changed "$1" "$TS_HAVE" "$TS_AFTER"
    [ -z "$TS_DEVICES" ] || ts_each_line ts_entry_freed "$TS_REMOVES"
  else
    ts_before=$TS_HAVE
    ts_textual "$4" || TS_ZEROS='?'
    if [ "$6" = remove-first ]; then
      ts_each_line ts_entry_remove "$TS_REMOVES" && ts_each_line ts_entry_set "$TS_ADDS"
    else
      ts_each_line ts_entry_set "$TS_ADDS" && ts_each_line ts_entry_remove "$TS_REMOVES"
    fi && ts_entries_verify "$@"
  fi
  ts_over
}

ts_entry_wanted() {
  case $TS_NL$TS_HAVE$TS_NL in *"$TS_NL$1$TS_NL"*) return 0 ;; esac
  TS_ADDS=$TS_ADDS$1$TS_NL
}
ts_entry_extra() { ts_has "${1%%"$TS_TAB"*}" "$2" || TS_REMOVES=$TS_REMOVES$1$TS_NL; }
ts_entry_unwanted() {
  if ts_find "$1" "$TS_HAVE"; then TS_REMOVES=$TS_REMOVES$TS_LINE$TS_NL; fi
}

ts_entries_after() {
  TS_AFTER=''
  if [ "$2" = no ]; then ts_each_line ts_entry_kept "$TS_HAVE" "$1"; fi
  TS_AFTER=${TS_AFTER}$1
}
ts_entry_kept() {
  ts_has "${1%%"$TS_TAB"*}" "$2$TS_NL$TS_REMOVES" || TS_AFTER=$TS_AFTER$1$TS_NL
}

# Adds or changes one entry. A step without a change half changes by removing and adding.
ts_entry_set() {
  if ts_find "${1%%"$TS_TAB"*}" "$TS_HAVE"; then
    ts_old=$TS_LINE
    ts_note_old "$TS_STEP" entry "$TS_WHAT" "$1" "$ts_old" || return 1
    if ts_half c "$TS_STEP"; then
      ts_call "c$TS_STEP" "$1"
    else
      ts_call "d$TS_STEP" "$ts_old"
      [ "$TS_RC" != 0 ] || ts_call "a$TS_STEP" "$1"
    fi
  else
    ts_before_device "$1" || return 1
    ts_note "$TS_STEP" entry "$TS_WHAT" "$1" '' "$TS_CAPTURED" || return 1
    ts_call "a$TS_STEP" "$1"
    ts_after_device "$TS_OVER"
  fi
  [ "$TS_RC" = 0 ] || { ts_failed "$TS_STEP" "could not set an entry of $TS_WHAT" '' "$1"; return 1; }
}

ts_entry_remove() {
  ts_before_device "$1" || return 1
  ts_note_old "$TS_STEP" entry "$TS_WHAT" '' "$1" || return 1
  ts_call "d$TS_STEP" "$1"
  ts_after_device "$TS_OVER"
  [ "$TS_RC" = 0 ] || { ts_failed "$TS_STEP" "could not remove an entry of $TS_WHAT" "$1" ''; return 1; }
}

# ts_before_device ENTRY, ts_after_device FACTS: where entries are links that join a bond or leave it, what stands on
# them stays as it is.
ts_before_device() {
  TS_CAPTURED='' TS_OVER=''
  [ -n "$TS_DEVICES" ] || return 0
  ts_capture_device "${1%%"$TS_TAB"*}" && return 0
  ts_failed "$TS_STEP" "what stands on ${1%%"$TS_TAB"*} could not be told, so nothing was changed"
  return 1
}
ts_after_device() {
  [ "$TS_RC" = 0 ] && [ -n "$1" ] || return 0
  TS_CAPTURED=$1
  ts_restore
}
# Foreseen by a check: it will belong to no bond.
ts_entry_freed() { TS_FRESH="${TS_FRESH}free:${1%%"$TS_TAB"*} "; }

ts_entries_verify() {
  ts_read "$1" "$4"
  TS_HAVE=$TS_V TS_ADDS='' TS_REMOVES=''
  [ "$TS_S" = value ] || TS_HAVE=''
  ts_each_line ts_entry_wanted "$3"
  if [ "$5" = yes ]; then
    ts_each_line ts_entry_extra "$TS_HAVE" "$3"
  else
    ts_each_line ts_entry_unwanted "$7"
  fi
  if [ "$TS_S" = unreadable ] || [ -n "$TS_ADDS$TS_REMOVES" ]; then
    ts_failed "$1" "set $2, but it reads back differently" "$TS_HAVE" "$3"
  else
    ts_changed "$1" "$ts_before" "$TS_HAVE"
  fi
}

ts_inv_entry() { # STEP WHAT NEW OLD [CAPTURED]
  ts_about=$2
  eval "ts_statuses=\$ts_absent_$1"
  ts_read "$1" "$ts_statuses"
  [ "$TS_S" != unreadable ] || return 0
  TS_HAVE=$TS_V TS_STEP=$1
  [ "$TS_S" = value ] || TS_HAVE=''
  ts_key=${4:-$3} ts_key=${ts_key%%"$TS_TAB"*}
  ts_find "$ts_key" "$TS_HAVE" || :
  if [ "$TS_LINE" = "$4" ]; then ts_undone=already; return 0; fi
  eval "TS_DEVICES=\${ts_devices_$1-}" TS_OVER=''
  [ -z "$TS_DEVICES" ] || ts_capture_device "$ts_key" || return 0
  if [ -z "$4" ]; then
    ts_call "d$1" "$TS_LINE"
  elif [ -z "$TS_LINE" ]; then
    ts_call "a$1" "$4"
  elif ts_half c "$1"; then
    ts_call "c$1" "$4"
  else
    ts_call "d$1" "$TS_LINE"
    [ "$TS_RC" != 0 ] || ts_call "a$1" "$4"
  fi
  ts_after_device "${5:-$TS_OVER}"
  [ "$TS_RC" = 0 ] || return 0
  ts_read "$1" "$ts_statuses"
  [ "$TS_S" = value ] || TS_V=''
  ts_find "$ts_key" "$TS_V" || :
  [ "$TS_LINE" != "$4" ] || ts_undone=now
}

# ---- poll and action ---------------------------------------------------------------------------------------

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

# What makes others notice a change waits until all else has been taken back, and comes in the order of the run.
ts_inv_last() { # STEP WHAT
  ts_about=$2
  if [ -z "$TS_LAST" ]; then ts_undone=later; return 0; fi
  ts_write "u$1"
  [ "$TS_RC" != 0 ] || ts_undone=now
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
