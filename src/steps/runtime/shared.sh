# shellcheck shell=sh
# Values of the host that several tasks need, such as ip_forward. Beside the pending marks stands, for each that we
# have changed, what it was before and who needs it; the last one who leaves puts it back.
#
# shared/NAME: the boot it is about, what was there, what was set, then a line for each who needs it.

# ts_share NAME OWNER: about the next step only.
ts_share() { TS_SHARED=$1 TS_OWNER=$2; }

# ts_record: reads the record of TS_SHARED. 1 if there is none.
ts_record() {
  ts_home
  TS_RECORD='' ts_owners='' ts_then='' ts_was='' ts_set=''
  [ -e "$TS_HOME/shared/$TS_SHARED" ] || return 1
  {
    IFS= read -r ts_then && IFS= read -r ts_was && IFS= read -r ts_set
    while IFS= read -r ts_owner; do ts_owners="$ts_owners$ts_owner$TS_NL"; done
  } <"$TS_HOME/shared/$TS_SHARED"
  TS_RECORD=$ts_then$TS_NL$ts_was$TS_NL$ts_set$TS_NL$ts_owners
}

ts_needed_by() { case $TS_NL$ts_owners in *"$TS_NL$1$TS_NL"*) return 0 ;; *) return 1 ;; esac; }

# ts_keep_record STEP TEXT: writes the record, or takes it away if TEXT is empty; by an undo, back to what it was.
ts_keep_record() {
  ts_note "$1" shared "$TS_SHARED" "$TS_SHARED" "$TS_RECORD" || return 1
  if ! ts_put_record "$TS_SHARED" "$2"; then
    ts_failed "$1" "the record $TS_HOME/shared/$TS_SHARED could not be written, so nothing was changed"
    return 1
  fi
}

# By a rename, so that no half of one is ever read.
ts_put_record() {
  if [ -z "$2" ]; then
    rm -f "$TS_HOME/shared/$1"
    return
  fi
  ( umask 077; { [ -d "$TS_HOME/shared" ] || mkdir -p "$TS_HOME/shared"; } && printf '%s' "$2" >"$TS_HOME/shared.new" ) &&
    mv -f "$TS_HOME/shared.new" "$TS_HOME/shared/$1"
}

# ts_found STEP WANT: before a shared value is changed, what was found (TS_S, TS_V) is written down.
ts_found() {
  [ -n "$TS_SHARED" ] || return 0
  # One line of the record. What cannot stand there is not put back.
  ts_old=absent=
  case $TS_S$TS_ZEROS in value) case $TS_V in *"$TS_NL"*) ;; *) ts_old=value=$TS_V ;; esac ;; esac
  read -r ts_boot </proc/sys/kernel/random/boot_id || return 1
  if ts_record; then
    # After a reboot it is the boot's own value that was found.
    [ "$ts_then" != "$ts_boot" ] || ts_old=$ts_was
    ts_needed_by "$TS_OWNER" || ts_owners=$ts_owners$TS_OWNER$TS_NL
  else
    ts_owners=$TS_OWNER$TS_NL
  fi
  ts_keep_record "$1" "$ts_boot$TS_NL$ts_old$TS_NL$2$TS_NL$ts_owners"
}

# ts_join STEP: the value is as it should be. If it is so by a task of ours, this one needs it too.
ts_join() {
  [ -n "$TS_SHARED" ] && [ "$TS_MODE" = apply ] && ts_record || return 0
  ts_needed_by "$TS_OWNER" || { TS_STEP=$1 && ts_keep_record "$1" "$TS_RECORD$TS_OWNER$TS_NL"; }
}

# ts_release STEP WHAT KEEP(yes|no) ABSENT: this task needs the value no more. KEEP: another one of this run does.
ts_release() {
  ts_go || return 0
  TS_STEP=$1
  if ! ts_record || ! ts_needed_by "$TS_OWNER" || ts_leaves "$TS_OWNER"; then
    ts_left "$1" "$2 stays as it is: tsplay has not set it for this task"
    ts_over
    return 0
  fi
  ts_others=''
  ts_each_line ts_other "$ts_owners"
  [ "$TS_MODE" != check ] || TS_LEAVING="$TS_LEAVING$TS_SHARED$TS_TAB$TS_OWNER$TS_NL"
  read -r ts_boot </proc/sys/kernel/random/boot_id || ts_boot=''
  ts_read "$1" "$4"
  if [ "$TS_S" = unreadable ]; then
    ts_failed "$1" "cannot read $2"
  elif [ "$3" = yes ]; then
    ts_release_share "$1" "$ts_boot$TS_NL$ts_was$TS_NL$ts_set$TS_NL$ts_others" "$2 stays as it is: another task of this run needs it"
  elif [ -n "$ts_others" ]; then
    ts_release_share "$1" "$ts_then$TS_NL$ts_was$TS_NL$ts_set$TS_NL$ts_others" "$2 stays as it is: it is needed by ${ts_others%%"$TS_NL"*}"
  elif [ "$ts_then" != "$ts_boot" ] || [ "$TS_V" != "$ts_set" ] || [ "${ts_was%%=*}" != value ]; then
    ts_release_share "$1" '' "$2 stays as it is: it was not tsplay that set it to this"
  elif [ "$TS_V" = "${ts_was#*=}" ]; then
    ts_release_share "$1" ''
  else
    ts_release_back "$1" "$2" "$4"
  fi
  ts_over
}

ts_other() { [ "$1" = "$TS_OWNER" ] || ts_leaves "$1" || ts_others=$ts_others$1$TS_NL; }

# A check writes no records: those who would have left by now have not.
ts_leaves() {
  case $TS_NL$TS_LEAVING in *"$TS_NL$TS_SHARED$TS_TAB$1$TS_NL"*) return 0 ;; *) return 1 ;; esac
}

# Nothing of the host changes, only who needs what.
ts_release_share() { # STEP RECORD [REASON]
  if [ "$TS_MODE" = apply ]; then ts_keep_record "$1" "$2" || return 0; fi
  if [ -n "${3-}" ]; then ts_left "$1" "$3"; else ts_ok "$1"; fi
}

ts_release_back() { # STEP WHAT ABSENT
  ts_before=$TS_V ts_after=${ts_was#*=}
  if [ "$TS_MODE" = check ]; then
    ts_changed "$1" "$ts_before" "$ts_after"
  elif ts_keep_record "$1" '' && ts_note "$1" value "$2" value "$ts_before"; then
    ts_write "w$1" "$ts_after"
    [ "$TS_RC" = 0 ] && ts_read "$1" "$3"
    if [ "$TS_RC" = 0 ] && [ "$TS_S" = value ] && [ "$TS_V" = "$ts_after" ]; then
      ts_changed "$1" "$ts_before" "$ts_after"
    else
      ts_failed "$1" "could not put $2 back" "$ts_before" "$ts_after"
    fi
  fi
}

ts_inv_shared() { # STEP NAME NAME RECORD
  ts_about="who needs $2"
  TS_SHARED=$3
  ts_record || :
  if [ "$TS_RECORD" = "$4" ]; then ts_undone=already; return 0; fi
  ts_put_record "$3" "$4" && ts_undone=now
}
