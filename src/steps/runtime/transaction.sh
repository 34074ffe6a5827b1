# shellcheck shell=sh
# Changes that are made at once, such as those of packages: a plan says what differs, and one command brings it about.

# ts_transaction STEP WHAT UNDO(yes|no) STATUSES: a line of the plan is what is, what will be, and "wall" if nothing can
# take that back or "unknown" if what will be is a reason why a check cannot tell, between tabs; what follows is for the
# halves of the step.
ts_transaction() {
  ts_go || return 0
  if ts_predict "$1" ''; then ts_over; return 0; fi
  ts_read "$1" "$4"
  if [ "$TS_S" != value ]; then
    ts_failed "$1" "cannot tell how it is with $2"
  elif [ -z "$TS_V" ]; then
    ts_ok "$1"
  else
    TS_PLAN=$TS_V TS_IS='' TS_WILL_BE='' TS_OPEN='' TS_WALLS='' TS_STEP=$1
    ts_each_line ts_planned "$TS_PLAN"
    TS_IS=${TS_IS%"$TS_NL"} TS_WILL_BE=${TS_WILL_BE%"$TS_NL"}
    if [ "$TS_MODE" != check ]; then
      ts_transaction_run "$@"
    elif [ -n "$TS_IS$TS_WILL_BE" ]; then
      ts_changed "$1" "$TS_IS" "$TS_WILL_BE"
    else
      ts_unknown "$1" "$TS_OPEN"
    fi
  fi
  ts_over
}

ts_planned() {
  ts_is=${1%%"$TS_TAB"*} ts_rest=${1#*"$TS_TAB"}
  ts_will_be=${ts_rest%%"$TS_TAB"*} ts_rest=${ts_rest#*"$TS_TAB"}
  case ${ts_rest%%"$TS_TAB"*} in
    unknown) TS_OPEN="$TS_OPEN${TS_OPEN:+; }$ts_will_be"; return 0 ;;
    wall) TS_WALLS="$TS_WALLS${TS_WALLS:+, }${ts_is:-nothing} to ${ts_will_be:-nothing}" ;;
  esac
  [ -z "$ts_is" ] || TS_IS=$TS_IS$ts_is$TS_NL
  [ -z "$ts_will_be" ] || TS_WILL_BE=$TS_WILL_BE$ts_will_be$TS_NL
}

ts_transaction_run() {
  if [ "$3" = no ]; then
    ts_note "$1" wall "$2" || return 0
  else
    [ -z "$TS_WALLS" ] || ts_note "$1" wall "$2: $TS_WALLS" || return 0
    ts_note "$1" transaction "$2" "$TS_PLAN" || return 0
  fi
  ts_file_ask "$1" "$2" || return 0
  ts_write "w$1" "$TS_PLAN"
  [ -z "$TS_PIPES" ] || ts_asked
  if [ "$TS_RC" != 0 ]; then
    ts_failed "$1" "could not change $2" "$TS_IS" "$TS_WILL_BE"
    return 0
  fi
  ts_before=$TS_IS ts_after=$TS_WILL_BE
  ts_read "$1" "$4"
  if [ "$TS_S" = value ] && [ -z "$TS_V" ]; then
    ts_changed "$1" "$ts_before" "$ts_after"
  else
    TS_IS='' TS_WILL_BE='' TS_OPEN=''
    ts_each_line ts_planned "$TS_V"
    ts_failed "$1" "changed $2, but it is not as it was meant to be${TS_OPEN:+: $TS_OPEN}" "${TS_IS%"$TS_NL"}" "${TS_WILL_BE%"$TS_NL"}"
  fi
}

# The undoing half gets the plan, and reads for itself: its status 3 says that there was nothing to take back.
ts_inv_transaction() { # STEP WHAT PLAN
  ts_about=$2 TS_STEP=$1
  ts_write "u$1" "$3"
  case $TS_RC in 0) ts_undone=now ;; 3) ts_undone=already ;; esac
}
