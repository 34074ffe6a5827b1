# shellcheck shell=sh
# tsplay rollback: finds the newest run that left something to undo, in the homes of all users that this one may
# look into, and undoes it as these users, newest change first, detached from the connection.

# ts_rollback_start: root sees what all users have done. Segment 1 is this same program for root.
ts_rollback_start() {
  ts_home
  if [ "$ts_uid" != 0 ]; then
    ts_as 1 root yes '' ''
    [ -z "$ts_back" ] || return 0
    ts_frame alone
  fi
  ts_rollback
}

# ts_rollback: as root for all users, as anybody else for oneself.
ts_rollback() {
  ts_home
  ts_found='' ts_newest=''
  if [ "$ts_uid" = 0 ]; then
    while IFS=: read -r ts_name ts_x ts_uid ts_gid ts_gecos ts_dir ts_shell; do
      ts_look "$ts_name" "${ts_dir%/}/.local/state/tsplay/v1"
    done </etc/passwd
  fi
  ts_look '' "$TS_HOME"
  ts_order=$(printf '%s' "$ts_found" | sort -r)
  if [ -z "$ts_order" ]; then
    ts_frame 'undone 0'
    return 0
  fi
  ts_each_line ts_rollback_one "$ts_order"
}

# ts_look USER HOME: notes the newest run there that has entries, with its newest entry. Older runs are left.
ts_look() {
  set +f
  for ts_entry in "$2"/runs/*/*.undo; do
    [ -f "$ts_entry" ] || continue
    ts_folder=${ts_entry%/*} ts_number=${ts_entry##*/}
  done
  set -f
  [ -n "${ts_folder-}" ] || return 0
  ts_name_of_run=${ts_folder##*/}
  # Names of runs begin with the time. Only the newest one is undone, whoever did it.
  if [ -z "$ts_newest" ] || ts_later "$ts_name_of_run" "$ts_newest"; then
    ts_newest=$ts_name_of_run ts_found=''
  fi
  [ "$ts_name_of_run" != "$ts_newest" ] ||
    ts_found="$ts_found${ts_number%.undo}$TS_TAB$1$TS_TAB$ts_folder$TS_NL"
  ts_folder=''
}

ts_later() { [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort | head -n 1)" = "$2" ]; }

ts_rollback_one() {
  ts_folder=${1##*"$TS_TAB"} ts_name=${1%"$TS_TAB"*}
  ts_name=${ts_name##*"$TS_TAB"}
  TS_DIR=$ts_folder
  ts_spool=$TS_DIR/rollback
  ts_open_spool && ts_write_rollback "$ts_name" || {
    ts_frame 'undo failed' "the rollback could not be prepared in $TS_DIR"
    return 0
  }
  exec 4<"$ts_spool.out" 5<"$ts_spool.err"
  ts_launch "$ts_spool.sh" "rollback"
  ts_follow
  exec 4<&- 5<&-
  [ -e "$ts_spool.end" ] || ts_frame 'undo failed' "the detached process in $TS_DIR ended before the rollback did"
  ts_drop_spool
  TS_DIR=''
}

# What another user has written down runs as that user.
ts_write_rollback() {
  ts_quote "$TS_DIR"
  ts_where=$TS_Q
  ts_call="sh $ts_where/undo.sh"
  if [ -n "$1" ] && [ "$1" != root ]; then
    ts_quote "$ts_call"
    ts_call=$TS_Q
    ts_quote "$1"
    ts_call="su $TS_Q -s /bin/sh -c $ts_call"
  fi
  ts_put "$ts_spool.sh" "exec </dev/null >>$ts_where/rollback.out 2>>$ts_where/rollback.err
trap '' HUP PIPE
TS_NONCE=$TS_NONCE
export TS_NONCE
. $ts_where/runtime.sh
ts_started \$\$
printf '%s\\n' \"\$\$ \$TS_STARTED\" >$ts_where/rollback.pid
$ts_call
: >$ts_where/rollback.end"
}
