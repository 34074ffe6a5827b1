# shellcheck shell=sh
# file: replaced whole, by a rename in the same folder. fN prints the content a file should have.

# ts_file STEP WHAT PATH MODE OWNER [SHA256]
ts_file() {
  ts_go || return 0
  if ts_predict "$1" ''; then ts_over; return 0; fi
  if [ -n "${6-}" ] && ! ts_foretold_at "$3" && ts_file_settled "$3" "$4" "$5" "$6" "$1"; then ts_ok "$1"; ts_over; return 0; fi
  if ts_file_target "$1" "$3"; then
    ts_file_compare "$1" "$4" "$5" "${6-}" "$3"
    if [ "$TS_S" = unreadable ]; then
      ts_failed "$1" "cannot read $3"
    elif [ "$TS_S" = same ]; then
      ts_ok "$1"
    elif [ "$TS_S" = absent ] && ts_half e "$1"; then
      ts_file_needed "$1" "$3"
    elif ts_file_able "$1" "$3" "$5"; then
      ts_file_texts "$1" "$4" "$5"
      if [ "$TS_MODE" = check ]; then
        ts_changed "$1" "$ts_before" "$ts_after"
        [ "$ts_content" = same ] && ts_half k "$1" || ts_file_foretell "$1" "$4 $5"
      elif [ "$ts_content" = same ] && { ts_half k "$1" || ts_file_mine; }; then
        ts_file_own "$@"
      elif ts_kept=$TS_QUERIED && ts_file_note "$1" "$2" && ts_file_backup "$1" "$2" && ts_file_ask "$1" "$3"; then
        ts_write ts_file_put "$1" "$TS_FILE" "$4" "$5" "${6-}"
        [ -z "$TS_PIPES" ] || ts_asked
        # What was read of the other files of this program is still so, unless somebody else had his say.
        ts_half v "$1" || ts_files_kept
        if ts_file_written "$1" "$3"; then
          TS_S=same
          # Its content was read back before it went live.
          ts_file_meta "$4" "$5"
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

# ts_files_kept: of what was read of files, all but this one is still so.
ts_files_kept() {
  case "$ts_kept " in *' /files '*) TS_QUERIED=' /files' ;; esac
  TS_WRITTEN=$TS_WRITTEN$TS_FILE$TS_NL
}

# ts_file_written STEP PATH: has it been written? If not, that is told.
ts_file_written() {
  [ "$TS_RC" != 0 ] || return 0
  if [ "$TS_RC" = 3 ] && ts_half v "$1"; then
    ts_failed "$1" "the new $2 did not go live: the command that validates it refused it$(ts_unshown)"
  else
    [ -z "$TS_CUT" ] || ts_stop
    ts_failed "$1" "could not write $2"
  fi
  return 1
}

# Words about what a command has said that might tell what is not to be shown.
ts_unshown() { [ "$TS_HIDE" != all ] || printf ' (what it says of the file is not shown, as diff: false wants it)'; }

# ts_file_settled PATH MODE OWNER SHA256 [STEP]: is it as it should be, by what was read of all files at once? If that does not
# say so, the file is looked at by itself.
ts_file_settled() {
  [ -f "$1" ] && [ ! -h "$1" ] || return 1
  if [ -n "${5-}" ] && ts_half k "$5"; then
    [ -n "$2$3" ] || return 0
    ts_files "$1"
  else
    ts_files "$1"
    case $TS_SUMS in *"$TS_NL$4  $1$TS_NL"*) ;; *) return 1 ;; esac
  fi
  case $TS_STATS in
    # By far the most common.
    *"$TS_NL$1$TS_TAB$2$TS_TAB$3$TS_TAB"*) return 0 ;;
  esac
  [ -n "$2$3" ] || return 0
  ts_find "$1" "$TS_STATS" || return 1
  IFS=$TS_TAB
  # shellcheck disable=SC2086 # fields between tabs
  set -- "$1" "$2" "$3" "$4" ${TS_LINE#"$1"}
  unset IFS
  ts_names=$6 ts_ids=$7
  [ -z "$2" ] || [ "$2" = "$5" ] || return 1
  [ -z "$3" ] || ts_owned "$3"
}

# ts_files PATH: digests, modes and owners of the files of this program from PATH on: two processes for all of them.
# Only where something else than such a file has been changed are they read again.
ts_files() {
  case " $TS_QUERIED " in *' /files '*) return 0 ;; esac
  TS_QUERIED="$TS_QUERIED /files" TS_SUMS='' TS_STATS='' TS_WRITTEN=$TS_NL ts_from=$1
  IFS=$TS_NL
  set --
  for ts_path in ${TS_FILES-}; do
    [ "$ts_path" != "$ts_from" ] || ts_from=''
    # A pipe would be waited for.
    [ -n "$ts_from" ] || [ ! -f "$ts_path" ] || [ -h "$ts_path" ] || [ ! -r "$ts_path" ] || set -- "$@" "$ts_path"
    [ $# -lt 1000 ] || { ts_files_look "$@"; set --; }
  done
  unset IFS
  [ $# = 0 ] || ts_files_look "$@"
}
ts_files_look() {
  TS_SUMS=$TS_SUMS$TS_NL$(exec sha256sum -- "$@" 2>/dev/null)$TS_NL
  [ -z "${TS_FILES_OWNED-}" ] ||
    TS_STATS=$TS_STATS$TS_NL$(exec stat -c "%n$TS_TAB%a$TS_TAB%U:%G$TS_TAB%u:%g" -- "$@" 2>/dev/null)$TS_NL
}

# ts_file_other SHA256 PATH: it holds something else, by what was read of all files at once: the digest is another one, and
# this run has not written it since.
ts_file_other() {
  [ -n "$1" ] && ts_among /files "$TS_QUERIED" || return 1
  case $TS_WRITTEN in *"$TS_NL$TS_FILE$TS_NL"*) return 1 ;; esac
  case $TS_SUMS in *"  $2$TS_NL"*) ;; *) return 1 ;; esac
  IFS=$TS_NL
  for ts_line in $TS_SUMS; do
    # The digest alone before the path: a name may have blanks, too.
    case $ts_line in "${ts_line%%[ /]*}  $2") unset IFS; ts_is=${ts_line%%[ /]*}; [ "$ts_is" != "$1" ]; return ;; esac
  done
  unset IFS
  return 1
}

# ts_file_gone STEP WHAT PATH: no such file. Of a symbolic link it is the link that goes.
ts_file_gone() {
  ts_go || return 0
  if ts_predict "$1" no; then ts_over; return 0; fi
  ts_dir=${3%/*}/
  if [ -x "$ts_dir" ] && [ ! -e "$3" ] && [ ! -h "$3" ] && ! ts_foretold_at "$3"; then ts_ok "$1"; ts_over; return 0; fi
  TS_FILE=$3
  ts_file_folder
  case $?$TS_FILE in
    0/proc/* | 0/sys/*) ts_failed "$1" "$3 is in a file system of the kernel" ;;
    0*)
      if ts_foretold; then
        ts_foretold_gone "$1"
      elif [ ! -e "$TS_FILE" ] && [ ! -h "$TS_FILE" ]; then
        ts_ok "$1"
      elif [ ! -f "$TS_FILE" ] && [ ! -h "$TS_FILE" ]; then
        ts_file_kind "$1" "$3"
      elif [ ! -w "$TS_IN" ]; then
        ts_failed "$1" "nothing can be removed from the folder $TS_IN: its permissions or its file system forbid it"
      elif ts_stuck "$TS_FILE"; then
        ts_failed "$1" "$3 cannot be removed: $ts_reason"
      elif [ "$TS_MODE" = check ]; then
        ts_present_changed "$1" no
        ts_foretell gone
      elif ts_file_note "$1" "$2"; then
        ts_write rm -f -- "$TS_FILE"
        if [ "$TS_RC" != 0 ] || [ -e "$TS_FILE" ] || [ -h "$TS_FILE" ]; then
          ts_failed "$1" "could not remove $3"
        else
          ts_present_changed "$1" no
        fi
      fi
      ;;
    1*) ts_ok "$1" ;;
    *) ts_failed "$1" "cannot tell whether $3 is there" ;;
  esac
  ts_over
}

# ts_file_target STEP PATH: TS_FILE is the file behind symbolic links, TS_IN its folder.
ts_file_target() {
  TS_FILE=$2
  if [ -h "$2" ]; then
    TS_FILE=$(readlink -f -- "$2" && printf .) || {
      if ts_others_may; then
        ts_unknown "$1" "$2 is a symbolic link that leads nowhere, unless an earlier task would change that"
      else
        ts_failed "$1" "$2 is a symbolic link that leads nowhere"
      fi
      return 1
    }
    TS_FILE=${TS_FILE%"$TS_NL".}
  fi
  ts_file_folder
  case $? in
    0) ;;
    1)
      if ts_may_come; then
        ts_unknown "$1" "there is no folder $ts_dir, unless an earlier task would make it"
      else
        ts_failed "$1" "there is no folder $ts_dir"
      fi
      return 1
      ;;
    *) ts_failed "$1" "cannot read $2"; return 1 ;;
  esac
  case $TS_FILE/ in
    /proc/* | /sys/*) ts_failed "$1" "$2 is in a file system of the kernel; use sysctl"; return 1 ;;
  esac
  [ ! -e "$TS_FILE" ] || [ -f "$TS_FILE" ] || { ts_file_kind "$1" "$2"; return 1; }
}

ts_file_kind() { # STEP PATH
  if [ -d "$TS_FILE" ]; then ts_a='is a folder'; else ts_a='is not a regular file'; fi
  ts_reason="$2 $ts_a"
  if ts_others_may; then
    ts_unknown "$1" "$ts_reason, unless an earlier task would change that"
  else
    ts_failed "$1" "$ts_reason"
  fi
}

# ts_file_folder: TS_IN is the folder of TS_FILE, which then has no links in it; empty where a check foresees one. 1: there
# is none; 2: cannot be told.
ts_file_folder() {
  ts_dir=${TS_FILE%/*}
  [ -n "$ts_dir" ] || ts_dir=/
  if ts_no_links "$ts_dir"; then TS_IN=$ts_dir; return 0; fi
  if TS_IN=$(cd -P -- "$ts_dir" 2>/dev/null && pwd -P); then
    TS_FILE=${TS_IN%/}/${TS_FILE##*/}
    return 0
  fi
  # A check knows of folders that this run would make.
  if ts_foreseen_folder "$ts_dir"; then TS_IN=''; return 0; fi
  ts_up=$ts_dir
  while [ -n "$ts_up" ] && [ ! -e "$ts_up" ]; do ts_up=${ts_up%/*}; done
  [ -x "${ts_up:-/}" ] || [ ! -d "${ts_up:-/}" ] || return 2
  [ "$ts_up" != "$ts_dir" ] || [ ! -d "$ts_up" ] || return 2
  return 1
}

# ts_no_links FOLDER: it is there, can be entered, and there is no link in its path: then no process has to ask for that.
ts_no_links() {
  [ -d "$1" ] && [ -x "$1" ] || return 1
  case $1/ in *//* | */./* | */../*) return 1 ;; esac
  ts_up=$1
  while [ -n "$ts_up" ]; do
    [ ! -h "$ts_up" ] || return 1
    ts_up=${ts_up%/*}
  done
}

# ts_foreseen_folder PATH: would this run have made it, were it no check?
ts_foreseen_folder() { case $TS_NL$TS_FOLDERS in *"$TS_NL$1$TS_NL"*) ;; *) return 1 ;; esac }

# TS_S: same, differs, absent or unreadable; ts_content: the same without mode and owner; TS_META: mode and owner now.
ts_file_compare() { # STEP MODE OWNER SHA256 PATH
  TS_META='' ts_content=''
  if ts_foretold; then
    ts_foretold_compare "$1"
    [ "$TS_S" != differs ] || ! ts_half k "$1" || TS_S=same
    eval "ts_a=\${ts_text_owned_$ts_nth-}"
    ts_content=$TS_S
    if [ -z "$2$3" ] || [ "$ts_a" = "$2 $3" ]; then return 0; fi
    if [ ! -e "$TS_FILE" ]; then
      [ "$TS_S" != same ] || ts_foretold_owned "$2" "$3" || TS_S=differs
      return 0
    fi
  else
    if [ ! -e "$TS_FILE" ]; then TS_S=absent; return 0; fi
    if ts_half k "$1"; then
      TS_S=same
    elif [ ! -r "$TS_FILE" ]; then
      TS_S=unreadable TS_RC=1
      return 0
    elif ts_file_other "$4" "$5"; then
      TS_S=differs
    else
      TS_S=same
      ts_file_holds "$1" "$TS_FILE" "$TS_FILE" "$4"
      case $? in 0) ;; 1) TS_S=differs ;; *) TS_S=unreadable TS_RC=1; return 0 ;; esac
    fi
  fi
  ts_content=$TS_S
  ts_file_meta "$2" "$3"
}
ts_file_meta() { # MODE OWNER
  [ -n "$1$2" ] || return 0
  ts_file_stat || { TS_S=unreadable TS_RC=1; return 0; }
  [ -z "$1" ] || [ "$ts_mode" = "$1" ] || TS_S=differs
  [ -z "$2" ] || ts_owned "$2" || TS_S=differs
}
ts_file_stat() {
  TS_META=$(exec stat -c '%a %U:%G %u:%g' -- "$TS_FILE") || return
  ts_mode=${TS_META%% *} ts_ids=${TS_META##* } ts_names=${TS_META#* } ts_names=${ts_names%% *}
}

# ts_file_holds STEP FILE OLD [SHA256]: has FILE the content that it should have? What comes from the controller is known
# by its digest.
ts_file_holds() {
  eval "ts_sum=\${ts_sum_$1-${4-}}"
  if [ -z "$ts_sum" ]; then
    ( "f$1" <"$3" 3>&- ) | cmp -s - "$2"
    return
  fi
  ts_is=$(exec sha256sum <"$2") || return 2
  ts_is=${ts_is%% *}
  [ "$ts_is" = "${ts_sum% *}" ]
}

# ts_file_ask STEP PATH: where the content comes from the controller, it is asked for.
ts_file_ask() {
  eval "ts_sum=\${ts_sum_$1-}"
  [ -n "$ts_sum" ] && ! ts_half c "$1" || return 0
  ts_ask "body $1" && return 0
  ts_asked
  ts_failed "$1" "$2 could not be asked for: there is no place for a pipe in /tmp"
  return 1
}

# user, user:group or :group, by name or number
ts_owned() {
  ts_u=${1%%:*} ts_g=''
  case $1 in *:*) ts_g=${1#*:} ;; esac
  [ -z "$ts_u" ] || [ "$ts_u" = "${ts_names%%:*}" ] || [ "$ts_u" = "${ts_ids%%:*}" ] || return 1
  [ -z "$ts_g" ] || [ "$ts_g" = "${ts_names#*:}" ] || [ "$ts_g" = "${ts_ids#*:}" ]
}

# ts_file_able STEP PATH OWNER: what would keep a run from writing it, a check finds too.
ts_file_able() {
  if [ -n "$TS_IN" ] && [ ! -w "$TS_IN" ] && { [ ! -e "$TS_FILE" ] || [ ! -w "$TS_FILE" ]; }; then
    ts_failed "$1" "$2 cannot be written: the permissions of its folder or its file system forbid it"
    return 1
  fi
  if [ -n "$TS_IN" ] && [ -e "$TS_FILE" ] && [ ! -w "$TS_FILE" ] && ts_stuck "$TS_FILE"; then
    ts_failed "$1" "$2 cannot be written: $ts_reason"
    return 1
  fi
  if ts_half o "$1" && [ -n "$TS_IN" ] && { [ ! -w "$TS_IN" ] || { [ -d "$TS_FILE~" ] && [ ! -h "$TS_FILE~" ]; }; }; then
    ts_failed "$1" "the old version of $2 cannot be kept as $TS_FILE~: that is a folder, or nothing can be written beside it"
    return 1
  fi
  [ -n "$3" ] || return 0
  [ -z "$TS_META" ] || ! ts_owned "$3" || return 0
  ts_givable "$3"
  case $? in
    0) return 0 ;;
    1) if ts_may_come; then ts_unknown "$1" "$TS_V, unless an earlier task would make it"; return 1; fi ;;
  esac
  ts_failed "$1" "$2 cannot be given to $3: $TS_V"
  return 1
}

# ts_stuck FILE: is it there and cannot be replaced or removed, though others in its folder can? ts_reason says why. Nothing else keeps
# root from writing; but to busybox's shell root can write everything, and opening it to see would wake those who watch it.
# shellcheck disable=SC3067 # all three shells have it
ts_stuck() {
  ts_home
  if [ "$ts_uid" = 0 ]; then
    ts_reason='it is immutable (lsattr tells), or mounted read-only'
    [ ! -h "$1" ] && [ ! -w "$1" ]
  else
    ts_reason='the sticky bit of its folder leaves that to its owner'
    [ -k "${1%/*}/" ] && [ ! -O "$1" ] && [ ! -O "${1%/*}/" ]
  fi
}

# ts_givable OWNER: can something be given to user, user:group or :group? TS_V says why not. 1: there is no such account;
# 2: only root can.
ts_givable() {
  ! ts_among "$1" "$TS_GIVABLE" || return 0
  ts_u=${1%%:*} ts_g=''
  case $1 in *:*) ts_g=${1#*:} ;; esac
  ts_account user "$ts_u" && ts_account group "$ts_g" || return 1
  ts_home
  if [ "$ts_uid" = 0 ] || [ -z "$ts_u" ] || [ "$(id -u "$ts_u")" = "$ts_uid" ]; then
    TS_GIVABLE="$TS_GIVABLE $1"
    return 0
  fi
  TS_V='only root can do that'
  return 2
}

# ts_account user|group NAME: is there one of that name? A number needs none. TS_V says that there is none.
ts_account() {
  TS_V="there is no $1 $2 on this host"
  case $2 in *[!0-9]*) ;; *) return 0 ;; esac
  if [ "$1" = user ]; then
    id -u "$2" >/dev/null 2>&1
  elif command -v getent >/dev/null; then
    getent group "$2" >/dev/null
  else
    while IFS=: read -r ts_name ts_rest; do [ "$ts_name" != "$2" ] || return 0; done </etc/group
    return 1
  fi
}

# ts_file_texts STEP MODE OWNER: the texts of a diff, where one was asked for and may be shown. Mode and owner stand
# above the content where they differ.
ts_file_texts() {
  ts_before='' ts_after='' ts_seen=$TS_META
  [ -n "$TS_DIFF" ] && [ -z "$TS_HIDE" ] || return 0
  [ "$ts_content" = same ] || ts_file_contents "$1" "$2"
  [ -n "$ts_seen" ] || return 0
  if [ -n "$3" ] && ! ts_owned "$3"; then
    ts_before="owner $ts_names$TS_NL$ts_before" ts_after="owner $3$TS_NL$ts_after"
  fi
  if [ -n "$2" ] && [ "$ts_mode" != "$2" ]; then
    ts_before="mode $ts_mode$TS_NL$ts_before" ts_after="mode $2$TS_NL$ts_after"
  fi
}
ts_file_contents() { # STEP MODE
  eval "ts_sum=\${ts_sum_$1-}"
  # bash says that a text has no place for NUL.
  {
    if [ -n "$ts_sum" ]; then
      if [ -e "$TS_FILE" ]; then ts_before="$(wc -c <"$TS_FILE") bytes, sha256 $ts_is."; fi
      ts_after="${ts_sum#* } bytes, sha256 ${ts_sum% *}."
    elif [ -e "$TS_FILE" ]; then
      ts_before=$(cat <"$TS_FILE"; printf .)
      ts_after=$( ( "f$1" <"$TS_FILE" 3>&- ); printf .)
    else
      ts_after=$( ( "f$1" </dev/null 3>&- ); printf .)
    fi
  } 2>/dev/null
  ts_before=${ts_before%.} ts_after=${ts_after%.}
  [ -n "$ts_sum" ] || ! ts_file_private "$2" || ts_file_counted
}

# ts_file_private MODE: may nobody but its owner read TS_FILE, as it is or as it will be? What others wrote into such a file
# may be a secret that we know nothing of. A new one gets MODE.
ts_file_private() {
  [ -z "$TS_SHOW" ] || return 1
  ts_m=${1:-644}
  if ts_foretold; then
    eval "ts_a=\${ts_text_owned_$ts_nth-}"
    ts_m=${ts_a%% *} ts_m=${ts_m:-644}
  fi
  ts_readable "$ts_m" || return 0
  [ -e "$TS_FILE" ] || return 1
  [ -n "$TS_META" ] || ts_file_stat || return 0
  ! ts_readable "$ts_mode"
}
# ts_readable MODE: by others than its owner.
ts_readable() { case $1 in *[4-7]? | *[4-7]) return 0 ;; *) return 1 ;; esac }

# ts_file_counted: in place of the texts of a private file, how many of its lines go and come.
ts_file_counted() {
  if [ "$ts_before" = "$ts_after" ]; then ts_before='' ts_after=''; return 0; fi
  ts_counts=$(
    {
      [ -z "$ts_before" ] || printf '%s\n' "${ts_before%"$TS_NL"}"
      printf '%s\n' "#$TS_NONCE"
      [ -z "$ts_after" ] || printf '%s\n' "${ts_after%"$TS_NL"}"
    } | awk -v middle="#$TS_NONCE" '
      !past && $0 == middle { past = 1; next }
      !past { olds++; count[$0]++; next }
      { news++; if (count[$0]-- > 0) same++ }
      END { print olds + 0, olds - same, news + 0, news - same }'
  )
  # shellcheck disable=SC2086 # four numbers
  set -- $ts_counts
  ts_counts="not shown: only the owner of the file can read it (diff: true shows it)"
  [ -z "$ts_before" ] || ts_before="lines: ${1-?}, gone: ${2-?}$TS_NL$ts_counts"
  ts_after="lines: ${3-?}, new: ${4-?}$TS_NL$ts_counts"
}

ts_file_note() { # STEP WHAT
  TS_STEP=$1
  if [ ! -e "$TS_FILE" ] && [ ! -h "$TS_FILE" ]; then
    ts_note "$1" file "$2" "$TS_FILE" absent
    return
  fi
  ts_open || { ts_failed "$1" "the undo journal under ${TS_HOME-} could not be written, so nothing was changed"; return 1; }
  ts_saved=$TS_DIR/$((TS_ENTRY_BASE + TS_SEQ + 1)).old
  if ! ts_file_copy "$TS_FILE" "$ts_saved"; then
    ts_failed "$1" "the old $TS_FILE could not be saved in $TS_DIR, so nothing was changed"
    return 1
  fi
  ts_note "$1" file "$2" "$TS_FILE" "$ts_saved"
}

# ts_file_backup STEP WHAT: keeps the version whose content is about to be replaced, in place of the one kept before.
ts_file_backup() {
  ts_half o "$1" && [ -e "$TS_FILE" ] || return 0
  ! ts_file_holds "$1" "$TS_FILE" "$TS_FILE" || return 0
  ts_live=$TS_FILE TS_FILE=$TS_FILE~
  if ts_file_note "$1" "$2"; then ts_write ts_file_keep "$ts_live" "$TS_FILE"; else TS_RC=''; fi
  TS_FILE=$ts_live
  [ "$TS_RC" != 0 ] || return 0
  [ -z "$TS_RC" ] || ts_failed "$1" "the old version of $2 could not be kept as $TS_FILE~, so nothing was changed"
  return 1
}
ts_file_keep() { # FILE COPY
  if ts_file_temp "$2" && ts_file_copy "$1" "$TS_TEMP" && ts_file_sync "$TS_TEMP" && mv -f -- "$TS_TEMP" "$2"; then
    return 0
  fi
  ts_file_drop
}

# With ACLs and security context where tools and file systems have them.
ts_file_copy() { cp -a -- "$1" "$2" 2>/dev/null || cp -pP -- "$1" "$2"; }

# ts_file_temp FILE: TS_TEMP is a new empty file that nobody else can read, in the folder of FILE if that can be
# written to. Its name has dots and a ~, which sudoers.d and cron.d skip. What stands there, a link that somebody has
# laid there too, goes first.
ts_file_temp() {
  ts_name=${1##*/}
  [ "${#ts_name}" -le 200 ] || ts_name=long
  TS_TEMP=${1%/*}/.$ts_name.tsplay~
  [ -w "${1%/*}/" ] || TS_TEMP=$TS_DIR/.$ts_name.tsplay~
  if [ -e "$TS_TEMP" ] || [ -h "$TS_TEMP" ]; then rm -f -- "$TS_TEMP" || return; fi
  umask 077
  set -C
  # No special builtin: after one of these a shell would end here.
  true >"$TS_TEMP"
  ts_rc=$?
  set +C
  umask 022
  return "$ts_rc"
}

# ts_file_put STEP FILE MODE OWNER [SHA256]: with the digest, what prints the content is a builtin alone.
ts_file_put() {
  ts_file_temp "$2" || ts_file_drop
  ts_old=$2
  if [ -e "$2" ]; then
    # Keeps what nothing was said about.
    cp -a --attributes-only -- "$2" "$TS_TEMP" 2>/dev/null || ts_file_copy "$2" "$TS_TEMP" || ts_file_drop
  else
    ts_old=/dev/null
    set -- "$1" "$2" "${3:-644}" "$4" "${5-}"
    TS_META=''
  fi
  # The content comes when nobody can read it any more who should not, mode bits that a write takes away after it.
  ts_file_attributes_new "$3" "$4" || ts_file_drop
  eval "ts_sum=\${ts_sum_$1-}"
  if [ -n "${5-}" ] && [ -z "$ts_sum" ]; then "f$1" >"$TS_TEMP"; else ( "f$1" <"$ts_old" >"$TS_TEMP" ); fi || ts_file_drop
  ts_file_sync "$TS_TEMP" || ts_file_drop
  ts_file_holds "$1" "$TS_TEMP" "$ts_old" "${5-}" || ts_file_differs
  case $3 in ????) chmod "$3" -- "$TS_TEMP" || ts_file_drop ;; esac
  if ts_half v "$1"; then ts_file_valid "v$1"; fi
  ts_file_move "$2" "$3" "$4" || ts_file_drop
}

# ts_file_valid HALF: nothing is left of a file that is refused.
ts_file_valid() {
  if [ "$TS_HIDE" = all ]; then ( "$1" "$TS_TEMP" ) >/dev/null 2>&1; else ( "$1" "$TS_TEMP" ); fi
  ts_rc=$?
  [ "$ts_rc" != 0 ] || return 0
  rm -f -- "$TS_TEMP"
  exit 3
}

ts_file_attributes() { # FILE MODE OWNER
  [ -z "$3" ] || chown -h -- "$3" "$1" || return
  [ -z "$2" ] || chmod "$2" -- "$1"
}

# ts_file_attributes_new MODE OWNER: of TS_TEMP, unless it has them from the file that it will replace (TS_META).
ts_file_attributes_new() {
  if [ -n "$TS_META" ]; then
    if [ -n "$2" ] && ts_owned "$2"; then set -- "$1" ''; fi
    # A change of owner takes bits away.
    [ "$ts_mode" != "$1" ] || [ -n "$2" ] || set -- ''
  fi
  ts_file_attributes "$TS_TEMP" "$1" "${2-}"
}

ts_file_differs() {
  [ -z "$TS_PIPE" ] || ts_file_drop 'what has arrived is not all of it, or not what was to come'
  ts_file_drop
}

# ts_file_drop [WORDS]: leaves nothing behind. A shell says no more than "I/O error" of a disk that is full; this says it.
# Nobody may listen any more, so it says so last.
ts_file_drop() {
  ts_said=${1-}$TS_NL$(df -P -- "${TS_TEMP%/*}/" 2>&1)
  rm -f -- "$TS_TEMP"
  printf '%s\n' "${ts_said#"$TS_NL"}" >&2
  exit 1
}

# What was written to a file is on the disk.
ts_file_sync() { dd if=/dev/null of="$1" conv=notrunc,fsync status=none; }

# ts_file_move FILE MODE OWNER: TS_TEMP becomes FILE. One that is a mount point cannot be renamed over, nor one in a
# folder that cannot be written to; it is written in place.
ts_file_move() {
  if [ "${TS_TEMP%/*}" = "${1%/*}" ] && mv -f -- "$TS_TEMP" "$1" 2>/dev/null; then
    [ -f "$1" ] && [ ! -h "$1" ]
    return
  fi
  [ -e "$1" ] && cat <"$TS_TEMP" >"$1" && ts_file_sync "$1" && cmp -s "$TS_TEMP" "$1" &&
    ts_file_attributes "$1" "$2" "$3" && rm -f -- "$TS_TEMP"
}

ts_inv_file() { # STEP WHAT FILE SAVED
  ts_about=$2
  if [ "$4" = absent ]; then
    [ -e "$3" ] || [ -h "$3" ] || { ts_undone=already; return 0; }
    rm -f -- "$3" && ts_undone=now
    return 0
  fi
  if ts_file_alike "$4" "$3"; then
    ts_undone=already
    return 0
  fi
  ts_file_temp "$3" || return 0
  if [ -h "$4" ]; then
    rm -f -- "$TS_TEMP" && ts_file_copy "$4" "$TS_TEMP" && mv -f -- "$TS_TEMP" "$3"
  else
    ts_file_copy "$4" "$TS_TEMP" && ts_file_move "$3" "$(stat -c %a -- "$4")" "$(stat -c %u:%g -- "$4")"
  fi
  ! ts_file_alike "$4" "$3" || ts_undone=now
}

ts_file_alike() {
  if [ -h "$1" ]; then
    [ -h "$2" ] && [ "$(readlink -- "$1")" = "$(readlink -- "$2")" ]
  else
    [ ! -h "$2" ] && cmp -s "$1" "$2" && [ "$(stat -c '%a %u %g' -- "$1")" = "$(stat -c '%a %u %g' -- "$2")" ]
  fi
}
