# shellcheck shell=sh
# Users and groups of the host: what the shared reads print, what steps find in that, and how accounts are changed, by
# the tools of shadow-utils or those of busybox, whichever are there.
#
# A line of what is read is NAME, a tab, where it stands (local: in the host's own file; other: in a directory such as
# LDAP), and the fields behind the name with colons between them.

# ts_passwd_lines NAME|UID...: the users that have one of these names or numbers.
ts_passwd_lines() {
  ts_list=$(cat /etc/passwd) || return
  ts_keys=" $* " ts_seen=' '
  IFS=$TS_NL
  for ts_line in $ts_list; do
    ts_name=${ts_line%%:*} ts_rest=${ts_line#*:}
    ts_number=${ts_rest#*:} ts_number=${ts_number%%:*}
    case $ts_keys in *" $ts_name "* | *" $ts_number "*) ;; *) continue ;; esac
    printf '%s\tlocal:%s\n' "$ts_name" "$ts_rest"
    ts_seen="$ts_seen$ts_name $ts_number "
  done
  unset IFS
  ts_elsewhere passwd "$ts_seen" "$@"
}

# ts_group_lines NAME...: all groups of the host's own, since their members may be asked for, and those of these names
# that stand elsewhere.
ts_group_lines() {
  ts_list=$(cat /etc/group) || return
  ts_seen=' '
  IFS=$TS_NL
  for ts_line in $ts_list; do
    printf '%s\tlocal:%s\n' "${ts_line%%:*}" "${ts_line#*:}"
    ts_number=${ts_line#*:*:}
    ts_seen="$ts_seen${ts_line%%:*} ${ts_number%%:*} "
  done
  unset IFS
  ts_elsewhere group "$ts_seen" "$@"
}

# ts_elsewhere DATABASE SEEN KEY...: asks the other sources of the host for what its own file does not have.
ts_elsewhere() {
  ts_base=$1 ts_seen=$2
  shift 2
  command -v getent >/dev/null || return 0
  for ts_name in "$@"; do
    shift
    case $ts_seen in *" $ts_name "*) ;; *) set -- "$@" "$ts_name" ;; esac
  done
  [ $# -gt 0 ] || return 0
  # 2: not all of them are known.
  ts_list=$(getent "$ts_base" "$@")
  case $? in 0 | 2) ;; *) return 1 ;; esac
  IFS=$TS_NL
  for ts_line in $ts_list; do printf '%s\tother:%s\n' "${ts_line%%:*}" "${ts_line#*:}"; done
  unset IFS
}

# ts_shadow_lines NAME...: what only root may read of them.
ts_shadow_lines() {
  [ -e /etc/shadow ] || return 0
  ts_list=$(cat /etc/shadow) && ts_keys=" $* " || return
  IFS=$TS_NL
  for ts_line in $ts_list; do
    case $ts_keys in *" ${ts_line%%:*} "*) printf '%s\t%s\n' "${ts_line%%:*}" "${ts_line#*:}" ;; esac
  done
  unset IFS
}

# ---- what reading halves find --------------------------------------------------------------------------------

# ts_coming RESOURCE: would this run have made it by now? What it would have set on it may stand behind a number sign.
ts_coming() { case $TS_MODE$TS_FRESH in check*" $1 "* | check*" $1#"*) return 0 ;; *) return 1 ;; esac; }

# ts_user NAME: sets ts_pw_* to what it has. 1: there is no such user.
ts_user() {
  ts_find "$1" "$ts_query_passwd" || return 1
  IFS=:
  # shellcheck disable=SC2086 # splitting is the point
  set -- ${TS_LINE#*"$TS_TAB"}
  unset IFS
  ts_pw_from=$1 ts_pw_uid=$3 ts_pw_gid=$4 ts_pw_comment=$5 ts_pw_home=$6 ts_pw_shell=${7-}
}

# ts_group NAME: sets ts_gr_* likewise.
ts_group() {
  ts_find "$1" "$ts_query_group" || return 1
  ts_group_fields "$TS_LINE"
}
ts_group_fields() {
  ts_gr_name=${1%%"$TS_TAB"*}
  IFS=:
  # shellcheck disable=SC2086
  set -- ${1#*"$TS_TAB"}
  unset IFS
  ts_gr_from=$1 ts_gr_gid=$3 ts_gr_members=${4-}
}

# ts_group_numbered GID: the group of that number.
ts_group_numbered() {
  IFS=$TS_NL
  for ts_line in $ts_query_group; do
    case $ts_line in *"$TS_TAB"*:*:"$1":*) unset IFS; ts_group_fields "$ts_line"; return ;; esac
  done
  unset IFS
  return 1
}

# ts_user_has NAME FIELD WANT: says the field. What a directory has cannot be set here.
ts_user_has() {
  ts_user "$1" || return 1
  eval "ts_field=\$ts_pw_$2"
  [ "$ts_field" = "$3" ] || ts_is_local "user $1" "$ts_pw_from" || return 3
  ts_say "$ts_field"
}
ts_is_local() {
  [ "$2" = other ] || return 0
  echo "the $1 comes from another source than the files of this host, such as LDAP, and cannot be changed here" >&2
  return 1
}

# ts_local user|group NAME: is there one of the host's own? One of a directory cannot be removed here.
ts_local() {
  "ts_$1" "$2" || return 1
  case $1 in user) ts_from=$ts_pw_from ;; *) ts_from=$ts_gr_from ;; esac
  ts_is_local "$1 $2" "$ts_from" || return 3
}

# ts_group_gid NAME WANT
ts_group_gid() {
  ts_group "$1" || return 1
  [ "$ts_gr_gid" = "$2" ] || ts_is_local "group $1" "$ts_gr_from" || return 3
  ts_say "$ts_gr_gid"
}

# ts_group_free NAME: says whose main group it is.
ts_group_free() {
  ts_group "$1" || return 0
  ts_list=$(cat /etc/passwd) && ts_whose='' || return
  IFS=$TS_NL
  for ts_line in $ts_list; do
    case $ts_line in *:*:*:"$ts_gr_gid":*:*:*) ts_whose="$ts_whose ${ts_line%%:*}" ;; esac
  done
  unset IFS
  [ -z "$ts_whose" ] || { ts_say "${ts_whose# }"; return 1; }
}

# ts_user_group NAME WANT: says the main group as it is wanted, if it is that, else its name, or its number if it has none.
ts_user_group() {
  ts_user "$1" || return 1
  if [ "$ts_pw_gid" != "$2" ] && { ! ts_group "$2" || [ "$ts_gr_gid" != "$ts_pw_gid" ]; }; then
    ts_is_local "user $1" "$ts_pw_from" || return 3
    if ts_group_numbered "$ts_pw_gid"; then ts_say "$ts_gr_name"; else ts_say "$ts_pw_gid"; fi
  else
    ts_say "$2"
  fi
}

# ts_user_in NAME [WANTED...]: says each local group that lists the user, and the main group if that is one of those wanted: it
# lists nobody for that.
ts_user_in() {
  ts_user "$1" || return 1
  ts_name=$1
  shift
  ts_keys=" $* "
  IFS=$TS_NL
  for ts_line in $ts_query_group; do
    case $ts_line in
      *"$TS_TAB"*:*:"$ts_pw_gid":*)
        case $ts_keys in *" ${ts_line%%"$TS_TAB"*} "*) ts_say "${ts_line%%"$TS_TAB"*}" ;; esac
        continue
        ;;
    esac
    case ",${ts_line##*:}," in *",$ts_name,"*) ;; *) continue ;; esac
    case $ts_line in *"$TS_TAB"local:*) ts_say "${ts_line%%"$TS_TAB"*}" ;; esac
  done
  unset IFS
}

# ts_group_has NAME: says each member.
ts_group_has() {
  ts_group "$1" || return 1
  IFS=,
  for ts_name in $ts_gr_members; do ts_say "$ts_name"; done
  unset IFS
}

# ts_are_there user|group NAME...: says which of them are missing.
ts_are_there() {
  ts_kind=$1 ts_missing=''
  shift
  for ts_name in "$@"; do
    "ts_$ts_kind" "$ts_name" || ts_coming "$ts_kind:$ts_name" || ts_numbered "$ts_name" || ts_missing="$ts_missing $ts_name"
  done
  [ -z "$ts_missing" ] || { ts_say "${ts_missing# }"; return 1; }
}
ts_numbered() {
  case $ts_kind$1 in group*[!0-9]* | user*) return 1 ;; esac
  ts_group_numbered "$1" || case $TS_MODE$TS_FRESH in check*"#$1 "*) ;; *) return 1 ;; esac
}

# ts_number_free passwd|group NUMBER NAME: says who else has it.
ts_number_free() {
  eval "ts_list=\$ts_query_$1"
  IFS=$TS_NL
  for ts_line in $ts_list; do
    case $ts_line in
      "$3$TS_TAB"*) ;;
      *"$TS_TAB"*:*:"$2":*) unset IFS; ts_say "${ts_line%%"$TS_TAB"*}"; return 1 ;;
    esac
  done
  unset IFS
}

# ts_user_idle NAME [UID HOME]: if the user would get these, or would go: says what still runs as that user.
ts_user_idle() {
  ts_user "$1" || return 0
  if [ $# -gt 1 ] && [ "${2:-$ts_pw_uid}:${3:-$ts_pw_home}" = "$ts_pw_uid:$ts_pw_home" ]; then return 0; fi
  ts_busy=$(
    set +f
    ts_many=0
    for ts_process in /proc/[0-9]*; do
      [ "$ts_many" -lt 3 ] || break
      while read -r ts_key ts_word _; do
        case $ts_key in
          Name:) ts_comm=$ts_word ;;
          Uid:)
            [ "$ts_word" = "$ts_pw_uid" ] || break
            printf '%s' ", ${ts_process#/proc/} ($ts_comm)"
            ts_many=$((ts_many + 1))
            ;;
        esac
      done <"$ts_process/status"
    done 2>/dev/null
  )
  [ -n "$ts_busy" ] || return 0
  ts_say "${ts_busy#, }"
  return 1
}

# ts_user_shadow NAME: ts_hash is the password field, ts_expire the day on which the account expires.
ts_user_shadow() {
  ts_user "$1" || return 1
  ts_is_local "user $1" "$ts_pw_from" || return 3
  ts_expire=''
  if ts_find "$1" "$ts_query_shadow"; then
    IFS=:
    # shellcheck disable=SC2086
    set -- ${TS_LINE#*"$TS_TAB"}
    unset IFS
    ts_hash=${1-} ts_expire=${7-}
  else
    ts_list=$TS_LINE
    ts_find "$1" "$ts_query_passwd"
    ts_hash=${TS_LINE#*:} ts_hash=${ts_hash%%:*}
  fi
}

# ts_user_password NAME: says the hash without the mark of a lock. `!` alone is no hash: no password fits, as with `*`.
ts_user_password() {
  ts_user_shadow "$1" || return
  ts_bare=$ts_hash
  while :; do case $ts_bare in '!'*) ts_bare=${ts_bare#?} ;; *) break ;; esac; done
  case $ts_hash in '!'*) ts_say "${ts_bare:-*}" ;; *) ts_say "$ts_bare" ;; esac
}

# ts_user_has_password NAME: as it is wanted, if there is any at all.
ts_user_has_password() {
  ts_user_shadow "$1" || return
  case $ts_hash in *[!!*]*) ts_say "$TS_WANT" ;; *) ts_say '*' ;; esac
}

ts_user_lock() {
  ts_user_shadow "$1" || return
  case $ts_hash in '!'*) ts_say locked ;; *) ts_say unlocked ;; esac
}

# ts_user_expiry NAME DAYS DATE: says the date, as it is wanted where it is that day.
ts_user_expiry() {
  ts_user_shadow "$1" || return
  case $ts_expire in
    "$2") ts_say "$3" ;;
    '') ts_say never ;;
    *) ts_say "$(date -u -d "@$((ts_expire * 86400))" +%F)" ;;
  esac
}

# ---- how accounts are changed --------------------------------------------------------------------------------

# ts_user_add NAME UID GROUP HOME SHELL COMMENT SYSTEM(yes|no): what is empty is left to the host.
ts_user_add() {
  ts_name=$1 ts_uid_=$2 ts_gid_=$3 ts_home_=$4 ts_shell_=$5 ts_text=$6 ts_system=$7
  # A group of that name that is there already is the one to be in.
  [ -n "$ts_gid_" ] || ! ts_group "$ts_name" || ts_gid_=$ts_name
  set -- ${ts_uid_:+-u "$ts_uid_"}
  if command -v useradd >/dev/null; then
    set -- "$@" -M ${ts_gid_:+-g "$ts_gid_"} ${ts_home_:+-d "$ts_home_"} ${ts_shell_:+-s "$ts_shell_"}
    [ -z "$ts_text" ] || set -- "$@" -c "$ts_text"
    [ "$ts_system" = no ] || set -- "$@" -r
    useradd "$@" "$ts_name"
  else
    ts_group_named "$ts_gid_"
    set -- "$@" -D -H ${ts_gid_:+-G "$ts_gid_"} ${ts_home_:+-h "$ts_home_"} ${ts_shell_:+-s "$ts_shell_"}
    # Busybox writes its own words where it is given none.
    set -- "$@" -g "$ts_text"
    [ "$ts_system" = no ] || set -- "$@" -S
    adduser "$@" "$ts_name"
  fi
}

# ts_group_named GROUP: busybox wants names where a number was given.
ts_group_named() {
  case $1 in '' | *[!0-9]*) return 0 ;; esac
  ! ts_group_numbered "$1" || ts_gid_=$ts_gr_name
}

ts_user_del() { if command -v userdel >/dev/null; then userdel "$1"; else deluser "$1"; fi; }

# ts_user_set NAME FIELD VALUE
ts_user_set() {
  case $2 in
    uid) ts_field=3 ts_flag=-u ;;
    gid) ts_field=4 ts_flag=-g ;;
    comment) ts_field=5 ts_flag=-c ;;
    home) ts_field=6 ts_flag=-d ;;
    shell) ts_field=7 ts_flag=-s ;;
  esac
  if command -v usermod >/dev/null; then
    usermod "$ts_flag" "$3" "$1"
    return
  fi
  ts_user "$1" || return
  ts_value=$3
  if [ "$2" = gid ] && ts_group "$3"; then ts_value=$ts_gr_gid; fi
  ts_account_edit /etc/passwd "$1" "$ts_field" "$ts_value" || return
  # What usermod does, too: files at home follow.
  [ -d "$ts_pw_home" ] || return 0
  case $2 in
    uid) find "$ts_pw_home" -xdev -user "$ts_pw_uid" -exec chown -h "$ts_value" {} + ;;
    gid) find "$ts_pw_home" -xdev -user "$ts_pw_uid" -group "$ts_pw_gid" -exec chgrp -h "$ts_value" {} + ;;
  esac
}

# ts_account_edit FILE NAME FIELD VALUE: one field of one line. FILE+ is how busybox itself keeps others out.
ts_account_edit() {
  if ! ( set -C; umask 077; : >"$1+" ) 2>/dev/null; then
    echo "$1+ is there: somebody else is changing the accounts, or has been interrupted while doing so" >&2
    return 1
  fi
  if cp -p -- "$1" "$1+" &&
    ts_key=$2 ts_field=$3 ts_value=$4 awk 'BEGIN { FS = OFS = ":" }
$1 == ENVIRON["ts_key"] { $ENVIRON["ts_field"] = ENVIRON["ts_value"] }
{ print }' <"$1" >"$1+" && ts_file_sync "$1+" && mv -f -- "$1+" "$1"; then
    return 0
  fi
  rm -f -- "$1+"
  return 1
}

# ts_member add|remove USER GROUP
ts_member() {
  case $1$(command -v gpasswd) in
    add) addgroup "$2" "$3" ;;
    remove) delgroup "$2" "$3" ;;
    add*) gpasswd -a "$2" "$3" ;;
    *) gpasswd -d "$2" "$3" ;;
  esac
}

# ts_set_hash NAME FIELD: on standard input, where no process list shows it.
ts_set_hash() { printf '%s:%s\n' "$1" "$2" | chpasswd -e; }

# ts_set_password NAME HASH: an account that was locked with a password stays so.
ts_set_password() {
  ts_user_password "$1" || return
  case $ts_hash in '!'*[!!]*) set -- "$1" "!$2" ;; esac
  ts_set_hash "$1" "$2"
}

# ts_set_lock NAME locked|unlocked: with no password there is nothing to take a mark from; then none fits, but
# other ways to log in do.
ts_set_lock() {
  ts_user_password "$1" || return
  if [ "$2" = unlocked ]; then
    ts_set_hash "$1" "${ts_bare:-*}"
  else
    ts_set_hash "$1" "!$ts_hash"
  fi
}

# ts_set_expiry NAME never|DATE
ts_set_expiry() {
  ts_days=''
  if [ "$2" != never ]; then ts_days=$(date -u -d "$2 00:00" +%s) && ts_days=$((ts_days / 86400)) || return; fi
  if command -v chage >/dev/null; then chage -E "${ts_days:--1}" "$1"; else ts_account_edit /etc/shadow "$1" 8 "$ts_days"; fi
}

# ts_group_add NAME GID SYSTEM(yes|no)
ts_group_add() {
  ts_name=$1 ts_system=$3
  set -- ${2:+-g "$2"}
  if command -v groupadd >/dev/null; then
    [ "$ts_system" = no ] || set -- "$@" -r
    groupadd "$@" "$ts_name"
  else
    [ "$ts_system" = no ] || set -- "$@" -S
    addgroup "$@" "$ts_name"
  fi
}

ts_group_del() { if command -v groupdel >/dev/null; then groupdel "$1"; else delgroup "$1"; fi; }

ts_group_set() { # NAME GID
  if command -v groupmod >/dev/null; then groupmod -g "$2" "$1"; else ts_account_edit /etc/group "$1" 3 "$2"; fi
}

# ---- accounts that go and come back --------------------------------------------------------------------------

# ts_user_save NAME: what ts_user_restore needs.
ts_user_save() {
  ts_user "$1" && ts_user_shadow "$1" || return
  ts_find "$1" "$ts_query_shadow" || :
  ts_main=$ts_pw_gid
  ! ts_group_numbered "$ts_pw_gid" || ts_main=$ts_gr_name
  printf '%s\n' "$ts_main" "$ts_pw_uid" "$ts_pw_gid" "$ts_pw_comment" "$ts_pw_home" "$ts_pw_shell" "$ts_hash" "${TS_LINE#*:}"
  TS_SAID=''
  ts_user_in "$1"
  printf '%s' "$TS_SAID"
}

# ts_user_restore NAME SAVED
ts_user_restore() {
  ts_name_=$1
  # Lines may be empty: each gets a mark in front.
  ts_list=$(printf '%s\n' "$2" | sed 's/^/=/') || return
  IFS=$TS_NL
  # shellcheck disable=SC2086
  set -- $ts_list
  unset IFS
  ts_query_group=$(ts_group_lines "${1#=}") || return
  ts_group "${1#=}" || ts_group_add "${1#=}" "${3#=}" no || return
  ts_user_add "$ts_name_" "${2#=}" "${1#=}" "${5#=}" "${6#=}" "${4#=}" no || return
  ts_set_hash "$ts_name_" "${7#=}" || return
  ts_aging=${8#=}
  if command -v chage >/dev/null; then
    ts_restore_aging "$ts_name_" "$ts_aging" || return
  elif [ -e /etc/shadow ]; then
    ts_days=${ts_aging#*:*:*:*:*:}
    ts_account_edit /etc/shadow "$ts_name_" 8 "${ts_days%%:*}" || return
  fi
  shift 8
  for ts_a in "$@"; do ts_member add "$ts_name_" "${ts_a#=}" || return; done
}

# Days of the last change, least and greatest age, warning, inactivity, expiry.
ts_restore_aging() {
  ts_a=$1
  IFS=:
  # shellcheck disable=SC2086
  set -- $2
  unset IFS
  chage -d "${1:--1}" -m "${2:--1}" -M "${3:--1}" -W "${4:--1}" -I "${5:--1}" -E "${6:--1}" "$ts_a"
}

# ts_group_save NAME, ts_group_restore NAME SAVED
ts_group_save() { ts_group "$1" && printf '%s\n' "$ts_gr_gid" "$ts_gr_members"; }
ts_group_restore() {
  ts_group_add "$1" "${2%%"$TS_NL"*}" no || return
  case $2 in *"$TS_NL"*) ;; *) return 0 ;; esac
  ts_name_=$1
  IFS=,
  # shellcheck disable=SC2086
  set -- ${2#*"$TS_NL"}
  unset IFS
  for ts_a in "$@"; do ts_member add "$ts_a" "$ts_name_" || return; done
}

# ---- homes ---------------------------------------------------------------------------------------------------

# ts_home_of NAME DECLARED: ts_dir is where the user's home is, or will be.
ts_home_of() {
  if ts_user "$1"; then
    ts_dir=$ts_pw_home
    return 0
  fi
  ts_dir=$2
  [ -z "$ts_dir" ] || return 0
  ts_dir=/home/$1
  [ -r /etc/default/useradd ] || return 0
  while IFS='=' read -r ts_key ts_word; do
    [ "$ts_key" != HOME ] || ts_dir=$ts_word/$1
  done </etc/default/useradd
}

# ts_has_home NAME DECLARED
ts_has_home() { ts_home_of "$1" "$2" && [ -d "$ts_dir" ]; }

# ts_home_there NAME: has a user that is there one?
ts_home_there() { ts_user "$1" && [ -d "$ts_pw_home" ]; }

# ts_home_path NAME: prints where.
ts_home_path() { ts_user "$1" && printf '%s' "$ts_pw_home"; }

# ts_home_keep NAME, ts_home_back NAME HOME: it is kept with the journal, for an undo.
ts_home_keep() { ts_user "$1" && mv -- "$ts_pw_home" "$TS_DIR/home-$1"; }
ts_home_back() { mv -- "$TS_DIR/home-$1" "$2"; }

# ts_home_drop NAME: takes back one that was made.
ts_home_drop() {
  ts_user "$1" || return
  case $ts_pw_home in '' | /) return 1 ;; esac
  while read -r _ ts_dir _; do
    case $ts_dir in "$ts_pw_home" | "$ts_pw_home"/*) echo "something is mounted at $ts_dir" >&2; return 1 ;; esac
  done </proc/mounts
  rm -rf -- "$ts_pw_home"
}

# ts_home_make NAME: a home with what new users get, for that user alone to change.
ts_home_make() {
  ts_user "$1" || return
  umask 022
  ts_mask='' ts_mode=''
  if [ -r /etc/login.defs ]; then
    while read -r ts_key ts_word _; do
      case $ts_key in UMASK) ts_mask=$ts_word ;; HOME_MODE) ts_mode=$ts_word ;; esac
    done </etc/login.defs
  fi
  mkdir -p -- "${ts_pw_home%/*}/" || return
  ( umask 077; mkdir -- "$ts_pw_home" ) || return
  if [ -d /etc/skel ]; then cp -a /etc/skel/. "$ts_pw_home/" || return; fi
  chown -hR "$ts_pw_uid:$ts_pw_gid" "$ts_pw_home" || return
  if [ -z "$ts_mode" ]; then ts_mode=$(umask "${ts_mask:-022}" && umask -S) || return; fi
  chmod "$ts_mode" "$ts_pw_home" || return
  ! command -v restorecon >/dev/null || restorecon -R "$ts_pw_home"
}

# ts_home_own NAME: says why the home of a user is not the user's alone, to be removed.
ts_home_own() {
  ts_user "$1" || return 0
  [ -d "$ts_pw_home" ] || return 0
  case $ts_pw_home in / | /*/../* | */..) ts_say "$ts_pw_home is no home"; return 1 ;; esac
  ts_owner=$(stat -c %u -- "$ts_pw_home")
  [ "$ts_owner" = "$ts_pw_uid" ] || { ts_say "$ts_pw_home does not belong to that user"; return 1; }
  ts_list=$(cat /etc/passwd) || return
  IFS=$TS_NL
  for ts_line in $ts_list; do
    ts_rest=${ts_line%:*} ts_rest=${ts_rest##*:}
    case ${ts_line%%:*} in "$1") continue ;; esac
    case $ts_rest/ in "$ts_pw_home"/*) unset IFS; ts_say "${ts_line%%:*} lives in $ts_pw_home, too"; return 1 ;; esac
  done
  unset IFS
}

# ts_sudoers TEXT: says why the text must not become a file of sudoers.d. Only asked where it would change.
ts_sudoers() {
  if ts_found_=$(printf '%s' "$1" | visudo -cf - 2>&1); then
    grep -Eqs '^[#@]includedir[[:space:]]+"?/etc/sudoers\.d/?"?[[:space:]]*$' /etc/sudoers && return
    ts_say '/etc/sudoers does not include /etc/sudoers.d, so nothing there has any effect'
  else
    ts_say "${ts_found_%%"$TS_NL"*}"
  fi
  return 1
}
