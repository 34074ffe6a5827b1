# shellcheck shell=sh
# Mode and owner of files whose content is right, or is not ours.

# ts_file_mine: may its mode and owner be changed in place? Somebody else's file is replaced.
ts_file_mine() {
  ts_home
  case $ts_uid in 0 | "${ts_ids%%:*}") return 0 ;; *) return 1 ;; esac
}

# ts_file_own STEP WHAT PATH MODE OWNER: its content is right, so it stays the file that it is: for its other names, and for those
# who have it open.
ts_file_own() {
  TS_STEP=$1 ts_kept=$TS_QUERIED
  ts_note "$1" mode "$2" "$TS_FILE" "$ts_mode" "$ts_ids" || return 0
  if [ -n "$5" ] && ts_owned "$5"; then
    ts_write ts_file_attributes "$TS_FILE" "$4" ''
  else
    ts_write ts_file_attributes "$TS_FILE" "$4" "$5"
  fi
  ts_files_kept
  if [ "$TS_RC" != 0 ]; then
    [ -z "$TS_CUT" ] || ts_stop
    ts_failed "$1" "could not set mode and owner of $3"
    return 0
  fi
  TS_S=same
  ts_file_meta "$4" "$5"
  if [ "$TS_S" = same ]; then
    ts_changed "$1" "$ts_before" "$ts_after"
  else
    ts_failed "$1" "set mode and owner of $3, but they read back differently"
  fi
}

ts_file_needed() { # STEP PATH
  if ts_may_come; then
    ts_unknown "$1" "there is no file $2, unless an earlier task would make it"
  else
    ts_failed "$1" "there is no file $2; with content it would be made"
  fi
}

# ts_foretold_owned MODE OWNER: would the file that an earlier task would have made, as ts_a says, have these? What that says nothing
# of is as who makes it has it.
ts_foretold_owned() {
  ts_m=${ts_a%% *}
  [ -z "$1" ] || [ "$1" = "${ts_m:-644}" ] || return 1
  [ -n "$2" ] || return 0
  ts_a=${ts_a#* } ts_names=$(id -un):$(id -gn) ts_ids=$(id -u):$(id -g)
  case $ts_a in ?*:* | [!:]*) ts_names=${ts_a%%:*}:${ts_names#*:} ts_ids=${ts_a%%:*}:${ts_ids#*:} ;; esac
  case $ts_a in *:?*) ts_names=${ts_names%%:*}:${ts_a#*:} ts_ids=${ts_ids%%:*}:${ts_a#*:} ;; esac
  ts_owned "$2"
}

ts_inv_mode() { # STEP WHAT FILE MODE IDS
  ts_about=$2 TS_FILE=$3
  [ -f "$3" ] && [ ! -h "$3" ] && ts_file_stat || return 0
  if [ "$ts_mode $ts_ids" = "$4 $5" ]; then ts_undone=already; return 0; fi
  ts_file_attributes "$3" "$4" "$5" && ts_file_stat && [ "$ts_mode $ts_ids" = "$4 $5" ] && ts_undone=now
}
