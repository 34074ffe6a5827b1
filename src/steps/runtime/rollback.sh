# shellcheck shell=sh
# tsplay rollback: finds the newest run that left something to undo, in the homes of all users that this one may
# look into, and undoes it as these users, newest change first, detached from the connection.

# ts_rollback_start: root sees what all users have done. Segment 1 is this same program for root.
ts_rollback_start() {
  # Whoever names a home means that one.
  ts_given=${TS_HOME-}
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
  if [ "$ts_uid" = 0 ] && [ -z "${ts_given-}" ]; then
    while IFS=: read -r ts_name ts_x ts_other ts_gid ts_gecos ts_dir ts_shell; do
      ts_rollback_look "$ts_name" "${ts_dir%/}/.local/state/tsplay/v1"
    done </etc/passwd
  fi
  ts_rollback_look '' "$TS_HOME"
  ts_order=$(printf '%s' "$ts_found" | sort -r)
  if [ -z "$ts_order" ]; then
    ts_frame 'undone 0'
    return 0
  fi
  ts_each_line ts_rollback_one "$ts_order"
}

# ts_rollback_look USER HOME: notes the newest run there that has entries, with its newest entry. Older runs are left. Names are
# taken as the runtime makes them: what stands in the home of another user may be anything.
ts_rollback_look() {
  set +f
  for ts_entry in "$2"/runs/*/*.undo; do
    [ -f "$ts_entry" ] || continue
    ts_number=${ts_entry##*/} ts_number=${ts_number%.undo} ts_run=${ts_entry%/*} ts_run=${ts_run##*/}
    case $ts_number in *[!0-9]*) continue ;; esac
    case $ts_run in *[!A-Za-z0-9._:-]*) continue ;; esac
    ts_folder=$2/runs/$ts_run ts_last=$ts_number
  done
  set -f
  [ -n "${ts_folder-}" ] || return 0
  ts_run=${ts_folder##*/}
  # Names of runs begin with the time. Only the newest one is undone, whoever did it.
  if [ -z "$ts_newest" ] || ts_later "$ts_run" "$ts_newest"; then ts_newest=$ts_run ts_found=''; fi
  [ "$ts_run" != "$ts_newest" ] || ts_found="$ts_found$ts_last$TS_TAB$1$TS_TAB$ts_folder$TS_NL"
  ts_folder=''
}

ts_later() { [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort | head -n 1)" = "$2" ]; }

# What is said about it stands in a folder of ours: we write nothing into another user's, and run nothing from there
# but as that user.
ts_rollback_one() {
  ts_folder=${1#*"$TS_TAB"} ts_name=${ts_folder%%"$TS_TAB"*} ts_folder=${ts_folder#*"$TS_TAB"}
  ts_spool=$TS_HOME/rollback
  ( umask 077; mkdir -p "$TS_HOME" ) && ts_drop_spool && ts_open_spool && ts_put "$ts_spool.runtime" "$TS_RUNTIME" &&
    ts_write_rollback "$ts_name" "$ts_folder" || {
    ts_frame 'undo failed' "the rollback could not be prepared in $TS_HOME"
    return 0
  }
  exec 4<"$ts_spool.out" 5<"$ts_spool.err"
  ts_launch "$ts_spool.sh" "rollback"
  ts_follow
  exec 4<&- 5<&-
  [ -e "$ts_spool.end" ] || ts_frame 'undo failed' "the detached process ended before the rollback of $ts_folder did"
  ts_drop_spool
}

# ts_write_rollback USER FOLDER
ts_write_rollback() {
  ts_quote "$2/undo.sh"
  ts_call="sh $TS_Q"
  if [ -n "$1" ] && [ "$1" != root ]; then
    ts_quote "$ts_call"
    ts_call=$TS_Q
    ts_quote "$1"
    ts_call="su -s /bin/sh -c $ts_call -- $TS_Q"
  fi
  ts_quote "$ts_spool"
  ts_put "$ts_spool.sh" "exec </dev/null >>$TS_Q.out 2>>$TS_Q.err
TS_NONCE=$TS_NONCE
export TS_NONCE
. $TS_Q.runtime
trap '' HUP PIPE
ts_started \$\$
printf '%s\\n' \"\$\$ \$TS_STARTED\" >$TS_Q.pid
$ts_call
: >$TS_Q.end"
}
