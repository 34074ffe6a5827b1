# shellcheck shell=sh
# present and value. Each kind of step reads, compares, and in apply mode notes the inverse, writes and verifies.

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
