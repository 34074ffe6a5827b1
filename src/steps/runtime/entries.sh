# shellcheck shell=sh
# entries: lines of fields separated by tabs; the first field is the key.

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
