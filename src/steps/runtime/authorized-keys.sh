# shellcheck shell=sh
# Authorized keys of users. Their files mostly stand in folders that the user may change at any moment, and we are root
# there: so nothing follows a link that is not the host's own, and what is opened is looked at again.
#
# An ITEM is USER:PATH, the path being one from the user's home or an absolute one.

# ts_keys_file ITEM: ts_path is the file, ts_dir its folder. 1: there is no such user.
ts_keys_file() {
  ts_user "${1%%:*}" || return 1
  ts_path=${1#*:}
  case $ts_path in /*) ;; *) ts_path=${ts_pw_home%/}/$ts_path ;; esac
  ts_dir=${ts_path%/*}
}

# ts_keys_lines ITEM...: for all files at once: mode and owner of each and of its folder, behind its path and a tab; and each
# key, behind `=ITEM` and a tab: what it is, a tab, its line.
ts_keys_lines() {
  ts_paths=''
  for ts_item in "$@"; do
    ts_keys_file "$ts_item" && [ -d "$ts_dir" ] || continue
    ts_paths=$ts_paths$ts_dir$TS_NL
    [ -f "$ts_path" ] && [ ! -h "$ts_path" ] || continue
    ts_paths=$ts_paths$ts_path$TS_NL ts_seen=' '
    while IFS= read -r ts_line || [ -n "$ts_line" ]; do
      ts_key_of "$ts_line" || continue
      # sshd looks no further than to the first.
      case $ts_seen in *" $ts_blob "*) continue ;; esac
      ts_seen="$ts_seen$ts_blob "
      printf '=%s\t%s\t%s\n' "$ts_item" "$ts_blob" "$ts_line"
    done <"$ts_path" || return
  done
  IFS=$TS_NL
  # shellcheck disable=SC2086 # one path a line
  set -- $ts_paths
  unset IFS
  [ $# = 0 ] || exec stat -c "%n$TS_TAB%a %U" -- "$@"
}

# ts_key_of LINE: ts_blob is the key in a line of the file, ts_line the line on one line of ours. 1: there is none.
ts_key_of() {
  ts_rest=${1#"${1%%[! "$TS_TAB"]*}"} ts_line=$1
  case $ts_rest in '' | '#'*) return 1 ;; esac
  case $ts_rest in
    ssh-* | ecdsa-* | sk-*) ;;
    *) ts_key_options || return 1 ;;
  esac
  case $ts_line in
    *"$TS_TAB"*)
      ts_line=''
      while :; do
        case $1 in *"$TS_TAB"*) ;; *) break ;; esac
        ts_line="$ts_line${1%%"$TS_TAB"*} "
        set -- "${1#*"$TS_TAB"}"
      done
      ts_line=$ts_line$1
      ;;
  esac
  # shellcheck disable=SC2086 # type, key, comment
  set -- $ts_rest
  ts_blob=${2-}
  case $1:$ts_blob in ssh-*:AAAA* | ecdsa-*:AAAA* | sk-*:AAAA*) return 0 ;; *) return 1 ;; esac
}

# Cuts the options off ts_rest: they end at the first blank outside of quotes.
ts_key_options() {
  while :; do
    ts_rest=${ts_rest#"${ts_rest%%[\" "$TS_TAB"]*}"}
    case $ts_rest in
      '"'*) ;;
      '') return 1 ;;
      *) ts_rest=${ts_rest#"${ts_rest%%[! "$TS_TAB"]*}"}; return 0 ;;
    esac
    ts_rest=${ts_rest#?}
    while :; do
      case $ts_rest in *'"'*) ;; *) return 1 ;; esac
      ts_word=${ts_rest%%\"*} ts_rest=${ts_rest#*\"}
      case $ts_word in *\\) ;; *) break ;; esac
    done
  done
}

# ts_keys_possible ITEM: says what keeps its keys from being written.
ts_keys_possible() {
  if ! ts_keys_file "$1"; then
    ts_coming "user:${1%%:*}" || { ts_say "there is no user ${1%%:*} on this host"; return 1; }
    return 0
  fi
  case ${1#*:} in
    /*) ts_up=$ts_dir ts_below='' ;;
    *) ts_up=${ts_pw_home%/} ts_below=${1#*:} ;;
  esac
  while :; do
    case $ts_below in */*) ts_up=$ts_up/${ts_below%%/*} ts_below=${ts_below#*/} ;; *) break ;; esac
    [ ! -h "$ts_up" ] || { ts_say "$ts_up is a symbolic link"; return 1; }
  done
  [ ! -h "$ts_path" ] || { ts_say "$ts_path is a symbolic link"; return 1; }
  [ ! -e "$ts_path" ] || [ -f "$ts_path" ] || { ts_say "$ts_path is not a regular file"; return 1; }
  case ${1#*:} in
    /*) [ -d "$ts_dir" ] || { ts_say "there is no folder $ts_dir"; return 1; } ;;
    *) [ -d "$ts_pw_home" ] || ts_coming "home:${1%%:*}" || { ts_say "there is no folder $ts_pw_home, the home of that user"; return 1; } ;;
  esac
}

# ts_keys_folder ITEM, ts_keys_there ITEM: is there the folder, the file?
ts_keys_folder() { ts_keys_file "$1" && [ -d "$ts_dir" ]; }
ts_keys_there() { ts_keys_file "$1" && [ -e "$ts_path" ]; }

# ts_keys_attributes folder|file ITEM: says mode and owner.
ts_keys_attributes() {
  ts_keys_file "$2" || return 1
  case $1 in folder) ts_path=$ts_dir ;; esac
  ts_find "$ts_path" "$ts_query_authorized_keys" || return 1
  ts_say "${TS_LINE##*"$TS_TAB"}"
}

# ts_keys_list ITEM: says each key and its line.
ts_keys_list() {
  ts_user "${1%%:*}" || return 1
  IFS=$TS_NL
  for ts_line in $ts_query_authorized_keys; do
    case $ts_line in "=$1$TS_TAB"*) ts_say "${ts_line#*"$TS_TAB"}" ;; esac
  done
  unset IFS
}

# ---- writing -------------------------------------------------------------------------------------------------

# ts_keys_enter ITEM: into the folder; what that is cannot be exchanged any more.
ts_keys_enter() {
  ts_keys_file "$1" || return
  ts_file=${ts_path##*/}
  case ${1#*:} in
    /*) ts_real=$(cd -P -- "$ts_dir" && pwd -P) || return ;;
    *) ts_real=$(cd -P -- "$ts_pw_home" && pwd -P) && ts_real=${ts_real%/}/${1#*:} && ts_real=${ts_real%/*} || return ;;
  esac
  cd -P -- "$ts_dir" || return
  [ "$(pwd -P)" = "$ts_real" ] && return
  echo "$ts_dir leads to $(pwd -P)" >&2
  return 1
}

# ts_keys_folder_make ITEM: the folders between home and file.
ts_keys_folder_make() {
  ts_keys_file "$1" && cd -P -- "$ts_pw_home" || return
  ts_below=${1#*:}
  while :; do
    case $ts_below in */*) ;; *) break ;; esac
    ts_real=$(pwd -P) && ts_real=${ts_real%/}/${ts_below%%/*} || return
    if [ ! -d "${ts_below%%/*}" ]; then ( umask 077; mkdir -- "${ts_below%%/*}" ) || return; ts_new=1; else ts_new=''; fi
    cd -P -- "${ts_below%%/*}" || return
    [ "$(pwd -P)" = "$ts_real" ] || { echo "$ts_real leads to $(pwd -P)" >&2; return 1; }
    [ -z "$ts_new" ] || chown "$ts_pw_uid:$ts_pw_gid" . || return
    ts_below=${ts_below#*/}
  done
  ! command -v restorecon >/dev/null || restorecon -R .
}

# ts_keys_folder_set ITEM 'MODE OWNER'
ts_keys_folder_set() { ts_keys_enter "$1" && chown "${2#* }" . && chmod "${2%% *}" .; }

# ts_keys_file_make ITEM, ts_keys_file_set ITEM 'MODE OWNER', ts_keys_put ITEM add|change|remove KEY [LINE]
ts_keys_file_make() { ts_keys_write "$1" '' '' ''; }
ts_keys_file_set() { ts_keys_write "$1" '' '' '' "$2"; }
ts_keys_put() { ts_keys_write "$1" "$2" "$3" "${4-}"; }

# ts_keys_file_drop ITEM: takes back a file that was made, if nothing stands in it, and likewise a folder.
ts_keys_file_drop() { ts_keys_enter "$1" || return; [ -s "./$ts_file" ] || rm -f -- "./$ts_file"; }
ts_keys_folder_drop() { ts_keys_file "$1" && rmdir -- "$ts_dir"; }

# ts_keys_write ITEM OPERATION KEY LINE ['MODE OWNER']: the file anew, by a rename. It is opened once for reading and
# once, as a new one, for writing.
ts_keys_write() {
  ts_keys_enter "$1" || return
  ts_new=".$ts_file.tsplay~" ts_attributes=${5-}
  rm -f -- "$ts_new" || return
  if [ -e "$ts_file" ] || [ -h "$ts_file" ]; then
    exec 4<"$ts_file" || return
    if [ "$(readlink /proc/self/fd/4)" != "${ts_real%/}/$ts_file" ]; then
      echo "$ts_path leads to $(readlink /proc/self/fd/4)" >&2
      return 1
    fi
    [ -n "$ts_attributes" ] || ts_attributes=$(stat -L -c '%a %u:%g' /proc/self/fd/4) || return
  else
    exec 4</dev/null
    case ${1#*:} in
      /*) ts_attributes=${ts_attributes:-644 0:0} ;;
      *) ts_attributes=${ts_attributes:-600 $ts_pw_uid:$ts_pw_gid} ;;
    esac
  fi
  umask 077
  set -C
  exec 5>"$ts_new" || return
  set +C
  # By what is open, and not by its name: that could be another file's by now.
  if ts_keys_text "$2" "$3" "$4" <&4 >&5 && chown "${ts_attributes#* }" /proc/self/fd/5 &&
    chmod "${ts_attributes%% *}" /proc/self/fd/5 && ts_file_sync /proc/self/fd/5 && mv -f -- "$ts_new" "$ts_file"; then
    return 0
  fi
  rm -f -- "$ts_new"
  return 1
}

# ts_keys_text OPERATION KEY LINE: the text of the file, changed.
ts_keys_text() {
  ts_open=$1 ts_wanted=$3
  while IFS= read -r ts_row || [ -n "$ts_row" ]; do
    if [ -n "$2" ] && ts_key_of "$ts_row" && [ "$ts_blob" = "$2" ]; then
      [ "$ts_open" = change ] || continue
      ts_row=$ts_wanted ts_open=''
    fi
    printf '%s\n' "$ts_row"
  done
  case $ts_open in add | change) printf '%s\n' "$ts_wanted" ;; esac
}
