# shellcheck shell=sh
# file and edit: replaced whole, by a rename in the same folder. fN prints the content a file should have; the
# filter of an edit gets the old content on its standard input.

# ts_file STEP WHAT PATH MODE OWNER ABSENT-OK(yes|no): ABSENT-OK no means that an edit's file must exist.
ts_file() {
  ts_go || return 0
  if ts_predict "$1" ''; then ts_over; return 0; fi
  if ts_file_target "$1" "$3"; then
    ts_file_compare "$1" "$4" "$5"
    if [ "$TS_S" = unreadable ]; then
      ts_failed "$1" "cannot read $3"
    elif [ "$TS_S$6" = absentno ]; then
      ts_failed "$1" "$3 does not exist, so it cannot be edited"
    elif [ "$TS_S" = same ]; then
      ts_ok "$1"
    else
      ts_file_texts "$1"
      if [ "$TS_MODE" = check ]; then
        ts_changed "$1" "$ts_before" "$ts_after"
      elif ts_file_note "$1" "$2"; then
        ts_write ts_file_put "$1" "$TS_FILE" "$4" "$5"
        if [ "$TS_RC" != 0 ]; then
          ts_failed "$1" "could not write $3"
        else
          ts_file_compare "$1" "$4" "$5"
          if [ "$TS_S" = same ]; then
            ts_changed "$1" "$ts_before" "$ts_after"
          else
            ts_failed "$1" "wrote $3, but it reads back differently"
          fi
        fi
      fi
    fi
  fi
  ts_over
}

# ts_file_target STEP PATH: TS_FILE is the file behind symbolic links.
ts_file_target() {
  TS_FILE=$2
  if [ -h "$2" ]; then
    TS_FILE=$(readlink -f -- "$2") || { ts_failed "$1" "$2 is a symbolic link that leads nowhere"; return 1; }
  fi
  case $TS_FILE/ in
    /proc/* | /sys/*) ts_failed "$1" "$2 is in a file system of the kernel; use sysctl"; return 1 ;;
  esac
  if [ -d "$TS_FILE" ]; then
    ts_failed "$1" "$2 is a folder"
    return 1
  fi
  if [ -e "$TS_FILE" ] && [ ! -f "$TS_FILE" ]; then
    ts_failed "$1" "$2 is not a regular file"
    return 1
  fi
}

# TS_S: same, differs, absent or unreadable; TS_META: mode and owner now.
ts_file_compare() { # STEP MODE OWNER
  TS_META=''
  if [ ! -e "$TS_FILE" ]; then TS_S=absent; return 0; fi
  if [ ! -r "$TS_FILE" ]; then TS_S=unreadable TS_RC=1; return 0; fi
  TS_S=same
  ( "f$1" <"$TS_FILE" 3>&- ) | cmp -s - "$TS_FILE" || TS_S=differs
  [ -n "$2$3" ] || return 0
  TS_META=$(stat -c '%a %U:%G %u:%g' -- "$TS_FILE") || { TS_S=unreadable TS_RC=1; return 0; }
  ts_mode=${TS_META%% *} ts_ids=${TS_META##* } ts_names=${TS_META#* } ts_names=${ts_names%% *}
  [ -z "$2" ] || [ "$ts_mode" = "$2" ] || TS_S=differs
  [ -z "$3" ] || ts_owned "$3" || TS_S=differs
}

# user, user:group or :group, by name or number
ts_owned() {
  ts_u=${1%%:*} ts_g=''
  case $1 in *:*) ts_g=${1#*:} ;; esac
  [ -z "$ts_u" ] || [ "$ts_u" = "${ts_names%%:*}" ] || [ "$ts_u" = "${ts_ids%%:*}" ] || return 1
  [ -z "$ts_g" ] || [ "$ts_g" = "${ts_names#*:}" ] || [ "$ts_g" = "${ts_ids#*:}" ]
}

# The texts of a diff, where one was asked for and may be shown.
ts_file_texts() {
  ts_before='' ts_after=''
  [ -n "$TS_DIFF" ] && [ -z "$TS_HIDE" ] || return 0
  [ ! -e "$TS_FILE" ] || ts_before=$(cat <"$TS_FILE"; printf .) ts_before=${ts_before%.}
  if [ -e "$TS_FILE" ]; then
    ts_after=$( ( "f$1" <"$TS_FILE" 3>&- ); printf .)
  else
    ts_after=$( ( "f$1" </dev/null 3>&- ); printf .)
  fi
  ts_after=${ts_after%.}
  [ -z "$TS_META" ] || ts_before="$TS_META$TS_NL$ts_before"
}

ts_file_note() { # STEP WHAT
  TS_STEP=$1
  if [ ! -e "$TS_FILE" ]; then
    ts_note "$1" file "$2" "$TS_FILE" absent
    return
  fi
  ts_open || { ts_failed "$1" "the undo journal under ${TS_HOME-} could not be written, so nothing was changed"; return 1; }
  ts_saved=$TS_DIR/$((TS_ENTRY_BASE + TS_SEQ + 1)).old
  if ! cp -p -- "$TS_FILE" "$ts_saved"; then
    ts_failed "$1" "the old $TS_FILE could not be saved in $TS_DIR, so nothing was changed"
    return 1
  fi
  ts_note "$1" file "$2" "$TS_FILE" "$ts_saved"
}

# ts_file_put STEP FILE MODE OWNER. The temp name has dots and a ~, which sudoers.d and cron.d skip.
ts_file_put() {
  ts_temp=${2%/*}/.${2##*/}.tsplay~
  rm -f -- "$ts_temp" || exit 1
  if [ -e "$2" ]; then
    # Keeps owner, mode, ACLs and security context of what stands there.
    cp -a -- "$2" "$ts_temp" || cp -p -- "$2" "$ts_temp" || ts_file_drop
    "f$1" <"$2" >"$ts_temp.new" || ts_file_drop
    ts_file_sync "$ts_temp.new" "$ts_temp" || ts_file_drop
    rm -f -- "$ts_temp.new"
  else
    ( umask 077; : >"$ts_temp" ) || ts_file_drop
    ts_file_make "$1" "$ts_temp" || ts_file_drop
    [ -n "$3" ] || chmod 644 -- "$ts_temp" || ts_file_drop
  fi
  [ -z "$4" ] || chown -- "$4" "$ts_temp" || ts_file_drop
  [ -z "$3" ] || chmod "$3" -- "$ts_temp" || ts_file_drop
  ts_file_move "$ts_temp" "$2" || ts_file_drop
}

# Leaves nothing behind. A shell says no more than "I/O error" of a disk that is full; this says it.
ts_file_drop() {
  df -P -- "${ts_temp%/*}/" >&2
  rm -f -- "$ts_temp" "$ts_temp.new"
  exit 1
}

ts_file_make() { "f$1" </dev/null | dd of="$2" conv=fsync status=none && "f$1" </dev/null | cmp -s - "$2"; }

ts_file_sync() { dd if="$1" of="$2" conv=fsync status=none && cmp -s "$1" "$2"; }

# A file that is a mount point cannot be renamed over; it is written in place.
ts_file_move() {
  mv -f -- "$1" "$2" 2>/dev/null && return 0
  [ -e "$2" ] && cat <"$1" >"$2" && rm -f -- "$1"
}

ts_inv_file() { # STEP WHAT FILE SAVED
  ts_about=$2
  if [ "$4" = absent ]; then
    [ -e "$3" ] || { ts_undone=already; return 0; }
    rm -f -- "$3" && ts_undone=now
    return 0
  fi
  if cmp -s "$4" "$3" && [ "$(stat -c '%a %u %g' -- "$4")" = "$(stat -c '%a %u %g' -- "$3")" ]; then
    ts_undone=already
    return 0
  fi
  ts_temp=${3%/*}/.${3##*/}.tsplay~
  cp -p -- "$4" "$ts_temp" && ts_file_move "$ts_temp" "$3" && cmp -s "$4" "$3" && ts_undone=now
}
