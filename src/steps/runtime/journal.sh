# shellcheck shell=sh
# The undo journal and the marks of changes that somebody waits for.

# ts_home: TS_HOME is where this user's state stands on the host.
ts_home() {
  [ -z "${TS_HOME-}" ] || [ -z "$ts_uid" ] || return 0
  while read -r ts_field ts_real ts_effective; do
    [ "$ts_field" != Uid: ] || ts_uid=${ts_effective%%[!0-9]*}
  done </proc/self/status
  if [ -n "${TS_HOME-}" ]; then
    :
  elif [ "$ts_uid" = 0 ]; then
    TS_HOME=/var/lib/tsplay/v1
  else
    TS_HOME=${XDG_STATE_HOME:-$HOME/.local/state}/tsplay/v1
  fi
}

# ts_open: before the first change of a program, what is needed to undo it without us is written down.
ts_open() {
  if [ -z "$TS_DIR" ]; then
    ts_home
    ts_lock || return 1
    TS_DIR=$TS_HOME/runs/$TS_RUN
    ts_open_run || { TS_DIR=''; return 1; }
  fi
  [ -e "$TS_DIR/program-$TS_STEM.sh" ] || ts_put "$TS_DIR/program-$TS_STEM.sh" "$TS_BODY"
}

ts_open_run() {
  ( umask 077; mkdir -p "$TS_DIR" "$TS_HOME/pending" ) || return 1
  read -r ts_boot </proc/sys/kernel/random/boot_id || return 1
  ts_reopen || return 1
  # shellcheck disable=SC2016 # the text is a program of its own
  ts_put "$TS_DIR/boot" "$ts_boot" && ts_put "$TS_DIR/runtime.sh" "$TS_RUNTIME" && ts_put "$TS_DIR/undo.sh" \
    '# Puts back what this run changed, newest first: sh undo.sh
LC_ALL=C; export LC_ALL; unset IFS CDPATH ENV; set -f; umask 022
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
TS_MODE=undo TS_NONCE=${TS_NONCE-undo} TS_RUN="" TS_STEM="" TS_DIFF=""
exec 3>&1
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
here=$(cd "$here" && pwd -P) || exit 1
. "$here/runtime.sh"
set +f; set -- "$here"/program-*.sh; set -f
for program do . "$program"; done
ts_undo_all "$here"'
}

# ts_reopen: this run has rebooted the host. What it had changed for that boot alone is gone, and so are its entries.
ts_reopen() {
  ts_then=$ts_boot
  [ ! -e "$TS_DIR/boot" ] || read -r ts_then <"$TS_DIR/boot" || :
  [ "$ts_then" != "$ts_boot" ] || return 0
  set +f
  set -- "$TS_DIR"/*.undo
  set -f
  for ts_entry do
    [ -f "$ts_entry" ] || continue
    { read -r ts_line && read -r ts_line; } <"$ts_entry" || return 1
    case $ts_line in 'ts_entry_runtime '*) rm -f "$ts_entry" "${ts_entry%.undo}.old" || return 1 ;; esac
  done
}

# ts_put FILE TEXT: with the builtin, so that no length is too great and nothing shows in a process list; and without
# a process, since there is one of these for each change.
ts_put() {
  umask 077
  printf '%s\n' "$2" >"$1"
  ts_rc=$?
  umask 022
  return "$ts_rc"
}

# ts_note STEP INVERSE ARGS...: writes the inverse of the coming change. Only values of ours and values that
# ts_quote has quoted stand in it, between two lines that no value can know. Returns 1 if it could not be written, or if a detached process has taken over;
# then the change must not happen here.
ts_note() {
  if ts_leaves_connection; then
    ts_detach "$1"
    return 1
  fi
  if ! ts_open; then
    ts_failed "$1" "the undo journal under ${TS_HOME-} could not be written, so nothing was changed"
    return 1
  fi
  ts_mark_pending || {
    ts_failed "$1" "the mark of a change that another task waits for could not be written, so nothing was changed"
    return 1
  }
  TS_SEQ=$((TS_SEQ + 1))
  ts_entry="$TS_LIFE"
  for ts_arg in "$2" "$1"; do ts_entry="$ts_entry $ts_arg"; done
  shift 2
  for ts_arg in "$@"; do
    ts_quote "$ts_arg"
    ts_entry="$ts_entry $TS_Q"
  done
  ts_number=$((TS_ENTRY_BASE + TS_SEQ))
  if ! ts_put "$TS_DIR/$ts_number.undo" "#$TS_NONCE${TS_NL}ts_entry_$ts_entry$TS_NL#end $TS_NONCE"; then
    ts_failed "${TS_STEP-0}" "the undo journal in $TS_DIR could not be written, so nothing was changed"
    return 1
  fi
}

# ts_zeros FUNCTION: does it print zero bytes? No shell can hold these, so what it prints could not be put back.
ts_zeros() {
  TS_ZEROS=$("$1" </dev/null 2>/dev/null 3>&- | tr '\000-\377' 'x\n')
  return 0
}

# ts_textual STATUSES: what is read so has no zero bytes.
ts_textual() { case $1 in line | here*) return 0 ;; *) return 1 ;; esac; }

# ts_note_old STEP INVERSE WHAT ARGS...: as ts_note, or a wall where the old value is one that no shell can hold. A
# question mark: nobody has looked yet.
ts_note_old() {
  [ "$TS_ZEROS" != '?' ] || ts_zeros "r$1"
  if [ -n "$TS_ZEROS" ]; then ts_note "$1" wall "$3"; else ts_note "$@"; fi
}

ts_mark_pending() {
  for ts_mark in $TS_MARKS; do
    ts_put "$TS_HOME/pending/$ts_mark" '' || return 1
    # What has dealt with a change before this one is to deal with this one, too.
    eval "ts_a=\${C_$ts_mark-}"
    [ "$ts_a" != t ] || ts_keep "C_$ts_mark" f
  done
}

# ---- undo --------------------------------------------------------------------------------------------------

ts_entry_disk() {
  ts_inverse=$1
  shift
  "ts_inv_$ts_inverse" "$@"
}
ts_entry_runtime() {
  if [ "$TS_BOOTED" = same ]; then ts_entry_disk "$@"; else ts_undone=gone; fi
}

# ts_undo_all FOLDER: newest first; an entry goes once its undo is verified, one that fails stays and is told.
ts_undo_all() {
  TS_HOME=${1%/runs/*} TS_RUN=${1##*/}-undo
  ts_failures=0
  if ! ts_lock; then
    ts_frame 'undo failed' "another run is changing this host"
    ts_frame 'undone 1'
    return 1
  fi
  TS_DIR=$1
  read -r ts_boot </proc/sys/kernel/random/boot_id
  read -r ts_then <"$TS_DIR/boot" || ts_then=''
  if [ "$ts_boot" = "$ts_then" ]; then TS_BOOTED=same; else TS_BOOTED=since; fi
  set +f
  set -- "$TS_DIR"/*.undo
  set -f
  ts_nth=$# TS_LAST='' ts_wait=''
  while [ "$ts_nth" -gt 0 ]; do
    eval "ts_undo_one \"\${$ts_nth}\""
    [ "$ts_undone" != later ] || ts_wait="$ts_nth $ts_wait"
    ts_nth=$((ts_nth - 1))
  done
  # From here on: what has come last already.
  TS_LAST=' '
  for ts_nth in $ts_wait; do eval "ts_undo_one \"\${$ts_nth}\""; done
  ts_unlock
  ts_frame "undone $ts_failures"
  [ "$ts_failures" = 0 ]
}

ts_undo_one() {
  ts_undone=''
  [ -f "$1" ] || return 0
  ts_text=$(cat "$1") || return 0
  ts_first=${ts_text%%"$TS_NL"*}
  case $ts_text in '#'?*"$TS_NL#end ${ts_first#?}") ;; *) return 0 ;; esac
  ts_undone=failed ts_about=''
  # Written by ts_note: one call with quoted words.
  eval "$ts_text"
  if [ "$ts_undone" = later ]; then
    :
  elif [ "$ts_undone" = failed ]; then
    ts_failures=$((ts_failures + 1))
    ts_frame "undo failed" "$ts_about"
  else
    rm -f "$1" "${1%.undo}.old"
    ts_frame "undo $ts_undone" "$ts_about"
  fi
}

# ts_inv_wall STEP WHAT: nothing can take this change back.
ts_inv_wall() {
  ts_about=$2 ts_undone=wall
}
