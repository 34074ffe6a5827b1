# shellcheck shell=sh
# Folders, links, and what is removed: what their steps read in the program's own shell, and what they do.

# ts_stats PATH...: what is known of all of them, by one process. First comes a word that nobody could know before, and
# each line of ours begins with it: what a symbolic link leads to may have lines, too.
ts_stats() {
  read -r ts_id </proc/sys/kernel/random/uuid || ts_id=$TS_NONCE
  printf '%s\n' "$ts_id"
  ts_format="$ts_id$TS_TAB%n$TS_TAB%a$TS_TAB%u$TS_TAB%g$TS_TAB%U$TS_TAB%G$TS_TAB%s$TS_TAB%N"
  QUOTING_STYLE=literal stat -c "$ts_format" -- "$@" 2>/dev/null
  case $? in 0 | 1) ;; *) return 1 ;; esac
}

# ts_stat PATH STATS: ts_mode, ts_ids, ts_names and ts_size of it. 1: there is none; 2: that cannot be told.
ts_stat() {
  if ! ts_find "${2%%"$TS_NL"*}$TS_TAB$1" "$2"; then
    ts_gone "${1%/}" || return 2
    return 1
  fi
  IFS=$TS_TAB
  # shellcheck disable=SC2086 # splitting at tabs is the point, and globbing is off
  set -- $TS_LINE
  unset IFS
  ts_mode=$3 ts_ids=$4:$5 ts_names=$6:$7 ts_size=$8
}

# ts_gone PATH: is there certainly nothing of that name?
ts_gone() {
  [ ! -e "$1" ] && [ ! -h "$1" ] || return 2
  ts_up=${1%/*}
  while [ -n "$ts_up" ] && [ ! -e "$ts_up" ]; do ts_up=${ts_up%/*}; done
  [ ! -d "${ts_up:-/}" ] || [ -x "${ts_up:-/}" ] || return 2
}

# ts_is TEST PATH: 0 it is, 1 it is not, 2 that cannot be told.
ts_is() {
  test "$1" "$2" && return 0
  if [ -e "$2" ] || [ -h "$2" ] || ts_gone "$2"; then return 1; fi
  return 2
}

# ---- owner and mode ----------------------------------------------------------------------------------------

# ts_meta PATH STATS MODE OWNER: what was declared of it, as it is now, in the words that the declaration has for it.
ts_meta() {
  if ! ts_stat "$1" "$2"; then
    ts_foreseen_folder "${1%/}" || return 2
    ts_mode=755 ts_names=$(id -un):$(id -gn) ts_ids=$(id -u):$(id -g)
  fi
  [ -z "$3" ] || ts_say "mode $ts_mode"
  ts_u=${4%%:*} ts_g=''
  case $4 in *:*) ts_g=${4#*:} ;; esac
  [ -z "$ts_u" ] || ts_meta_side owner "$ts_u" "${ts_names%%:*}" "${ts_ids%%:*}"
  [ -z "$ts_g" ] || ts_meta_side group "$ts_g" "${ts_names#*:}" "${ts_ids#*:}"
}
ts_meta_side() { # SIDE DECLARED NAME NUMBER
  case $2 in
    "$3" | "$4") ts_say "$1 $2" ;;
    *) if [ "$3" = UNKNOWN ]; then ts_say "$1 $4"; else ts_say "$1 $3"; fi ;;
  esac
}

# ts_meta_set PATH LINES [-h]: -h is about a symbolic link itself.
ts_meta_set() {
  ts_m='' ts_u='' ts_g=''
  IFS=$TS_NL
  for ts_a in $2; do
    case $ts_a in
      'mode '*) ts_m=${ts_a#* } ;;
      'owner '*) ts_u=${ts_a#* } ;;
      'group '*) ts_g=:${ts_a#* } ;;
    esac
  done
  unset IFS
  [ -z "$ts_u$ts_g" ] || chown ${3:+"$3"} -- "$ts_u$ts_g" "$1" || return
  [ -z "$ts_m" ] || ts_chmod "$ts_m" "$1"
}

# Of folders, chmod keeps the bits for user and group unless it is told five digits.
ts_chmod() { # MODE PATH
  ts_m=0000$1
  chmod "${ts_m#"${ts_m%?????}"}" -- "$2"
}

# ---- folders -----------------------------------------------------------------------------------------------

# ts_folders PATH...: which of them are there; a check keeps in mind which would be made.
ts_folders() {
  for ts_a in "$@"; do
    if [ -d "$ts_a" ] || ts_foreseen_folder "$ts_a"; then
      ts_say "$ts_a"
    elif ! ts_gone "$ts_a"; then
      return 2
    elif [ "$TS_MODE" = check ]; then
      TS_FOLDERS=$TS_FOLDERS$ts_a$TS_NL
    fi
  done
}

# ts_folder_make FOLDER LAST MODE OWNER: MODE and OWNER are those of LAST, which nobody else can enter before it has them.
ts_folder_make() {
  if [ "$1" != "$2" ]; then
    mkdir -- "$1"
    return
  fi
  ( umask 077; mkdir -- "$1" ) || return
  [ -z "$4" ] || chown -- "$4" "$1" || return
  ts_chmod "${3:-755}" "$1"
}

# ts_folder_able PATH PARENTS(yes|no) OWNER STATS: says what keeps it from being made, or given to OWNER.
ts_folder_able() {
  if [ ! -d "$1" ] && ! ts_foreseen_folder "$1"; then
    if [ -e "$1" ]; then ts_taken "there is something else of that name"; return 1; fi
    if [ -h "$1" ]; then ts_taken "there is a symbolic link of that name that leads nowhere"; return 1; fi
    ts_place_able "$1" "$2" || return
  fi
  [ -n "$3" ] || return 0
  if ts_stat "${1%/}/" "$4" && ts_owned "$3"; then return 0; fi
  ts_givable "$3" && return 0
  ts_say "$TS_V"
  return 1
}

# ts_taken WORDS: says that something stands in the place, which only another task may take away.
ts_taken() {
  TS_TAKEN=1
  ts_say "$1"
}

# ts_place_able PATH PARENTS(yes|no): says what keeps something of this name from being made.
ts_place_able() {
  ts_up=${1%/*}
  if [ "$2" = no ] && [ ! -d "${ts_up:-/}" ] && ! ts_foreseen_folder "$ts_up"; then
    ts_say "there is no folder $ts_up"
    return 1
  fi
  while [ -n "$ts_up" ] && [ ! -e "$ts_up" ]; do
    ! ts_foreseen_folder "$ts_up" || return 0
    ts_up=${ts_up%/*}
  done
  [ -n "$ts_up" ] || ts_up=/
  if [ ! -d "$ts_up" ]; then
    ts_taken "$ts_up is not a folder"
  elif [ ! -w "$ts_up" ] || [ ! -x "$ts_up" ]; then
    ts_say "nothing can be made in $ts_up: its permissions or its file system forbid it"
  else
    return 0
  fi
  return 1
}

# ---- links -------------------------------------------------------------------------------------------------

# ts_target LINK STATS TO BYTES: what a symbolic link leads to. BYTES is the length of TO: what has another one need not
# be looked at, and what has the same cannot hide a second line.
ts_target() {
  ts_stat "$1" "$2" || return 2
  if [ "$ts_size" = "$4" ]; then
    case $TS_LINE in *"$TS_TAB$1 -> $3" | *"$TS_TAB'$1' -> '$3'") ts_say "$3"; return 0 ;; esac
  fi
  ts_to=$(readlink -- "$1" && printf .) || return 2
  ts_say "${ts_to%"$TS_NL".}"
}

# ts_target_set LINK TO: by a rename, so that at no time there is none.
ts_target_set() {
  ts_new=${1%/*}/.tsplay-link~
  rm -f -- "$ts_new" && ln -s -- "$2" "$ts_new" || return
  if mv -fT -- "$ts_new" "$1" 2>/dev/null; then return 0; fi
  rm -f -- "$ts_new"
  ln -sfn -- "$2" "$1"
}

# ts_link_able PATH FORCE(yes|no) OWNER STATS: says what keeps a link of this name from being made.
ts_link_able() {
  if [ -e "$1" ] && [ ! -h "$1" ]; then
    if [ "$2" = no ]; then
      if [ -d "$1" ]; then ts_taken "there is a folder of that name"; else ts_taken "there is a file of that name"; fi
      return 1
    fi
  elif [ ! -h "$1" ]; then
    ts_place_able "$1" no || return
  fi
  [ -n "$3" ] || return 0
  if ts_stat "$1" "$4" && ts_owned "$3"; then return 0; fi
  ts_givable "$3" && return 0
  ts_say "$TS_V"
  return 1
}

# ts_same PATH TO: is it another name of that file? A symbolic link to it is not.
ts_same() {
  # shellcheck disable=SC3013 # all three shells have it
  if [ ! -h "$1" ] && [ "$1" -ef "$2" ]; then return 0; fi
  if [ -e "$1" ] || [ -h "$1" ] || ts_gone "$1"; then return 1; fi
  return 2
}

# ts_hardlink_able PATH TO FORCE(yes|no): says what keeps it from being another name of the file TO.
ts_hardlink_able() {
  ! ts_same "$1" "$2" || return 0
  if [ -h "$2" ]; then ts_say "$2 is a symbolic link; give the file that it leads to"; return 1; fi
  if [ ! -f "$2" ]; then ts_say "there is no file $2"; return 1; fi
  if [ -e "$1" ] || [ -h "$1" ]; then
    if [ -d "$1" ] && [ ! -h "$1" ]; then ts_taken "there is a folder of that name"; return 1; fi
    if [ "$3" = no ]; then ts_taken "there is another file of that name"; return 1; fi
  else
    ts_place_able "$1" no || return
  fi
  # Of folders: an overlay tells other devices of files. A check knows none of a folder that is not there yet.
  [ -d "${1%/*}/" ] || return 0
  ts_devices=$(stat -c %d -- "${1%/*}/" "${2%/*}/") || return 2
  [ "${ts_devices%"$TS_NL"*}" != "${ts_devices#*"$TS_NL"}" ] || return 0
  ts_say "it would be in another file system than $2"
  return 1
}

# ---- what is removed ---------------------------------------------------------------------------------------

# ts_removable PATH FOLDER(yes|no) RECURSIVE(yes|no) PROTECTED: says what keeps it from being removed, where it is there.
# FOLDER: it must be one.
ts_removable() {
  if [ ! -e "$1" ] && [ ! -h "$1" ]; then
    ts_gone "$1" && return 0
    ts_say "it cannot be told whether it is there"
    return 1
  fi
  if [ "$2" = yes ] && { [ -h "$1" ] || [ ! -d "$1" ]; }; then ts_say "it is not a folder"; return 1; fi
  ts_up=${1%/*}
  ts_physical=$(cd -P -- "${ts_up:-/}" && pwd -P) || return 2
  ts_physical=${ts_physical%/}/${1##*/}
  if [ ! -w "${ts_up:-/}" ]; then
    ts_say "nothing can be removed from ${ts_up:-/}: its permissions or its file system forbid it"
    return 1
  fi
  ! ts_mounted "$ts_physical" || return 1
  if ts_stuck "$1"; then ts_say "$ts_reason"; return 1; fi
  [ -d "$1" ] && [ ! -h "$1" ] || return 0
  if [ "$3" = no ]; then
    ts_empty "$1" && return 0
    ts_say "it is not empty"
    return 1
  fi
  ts_home
  case " $4 " in *" $ts_physical "*) ts_say "it is $ts_physical, without which a host does not work"; return 1 ;; esac
  case $TS_HOME/ in "$ts_physical"/*) ts_say "what tsplay keeps on this host is in it"; return 1 ;; esac
}

# ts_mounted PATH: is something mounted there or below? Says where.
ts_mounted() {
  while read -r ts_a ts_a ts_a ts_a ts_at ts_rest; do
    case $ts_at in
      # White space and backslashes stand there by their octal numbers.
      *\\*)
        ts_at=$(printf '%s.' "$ts_at" | sed 's/\\/\\0/g') && ts_at=$(printf '%b' "$ts_at") && ts_at=${ts_at%.}
        ;;
    esac
    case $ts_at in "$1" | "$1"/*) ts_say "$ts_at is a mount point"; return 0 ;; esac
  done </proc/self/mountinfo
  return 1
}

ts_empty() {
  [ -r "$1" ] && [ -x "$1" ] || return 2
  ts_entries_of "$1"
  [ -z "$TS_V" ]
}

# ts_entries_of FOLDER: TS_V is what is in it, one a line. 2: a name has lines, or tabs, of its own.
ts_entries_of() {
  TS_V=''
  set +f
  set -- "$1"/* "$1"/.[!.]* "$1"/..?*
  set -f
  for ts_a in "$@"; do
    [ -e "$ts_a" ] || [ -h "$ts_a" ] || continue
    TS_V=$TS_V$ts_a$TS_NL
    case $ts_a in *"$TS_NL"* | *"$TS_TAB"*) return 2 ;; esac
  done
}

# ts_away PATH NAME: it goes to the journal, from which ts_back brings it back. What stood there before this run is what
# an undo brings.
ts_away() {
  ts_kept=$TS_DIR/$2
  if [ -e "$ts_kept" ] || [ -h "$ts_kept" ]; then
    rm -rf -- "$1"
    return
  fi
  # In the same file system a rename does; else nothing is removed before all of it has been copied.
  ts_devices=$(stat -c %d -- "${1%/*}/" "$TS_DIR") || return
  if [ "${ts_devices%"$TS_NL"*}" = "${ts_devices#*"$TS_NL"}" ]; then
    mv -- "$1" "$ts_kept"
    return
  fi
  cp -a -- "$1" "$ts_kept" || { rm -rf -- "$ts_kept"; return 1; }
  if rm -rf -- "$1"; then return 0; fi
  [ ! -d "$1" ] || cp -a -- "$ts_kept/." "$1/"
  return 1
}
ts_back() { # PATH NAME
  [ -e "$TS_DIR/$2" ] || [ -h "$TS_DIR/$2" ] || return
  mv -- "$TS_DIR/$2" "$1"
}

# ---- what is in a folder -----------------------------------------------------------------------------------

# ts_tree FOLDER WANT EXPRESSION...: WANT, if no part of the folder is as the expression says; else those that are, one
# a line: mode, user, group, path. A name with a line of its own could pass for another one, so it is refused.
ts_tree() {
  ts_in=$1 ts_all=$2
  shift 2
  if [ -h "$ts_in" ]; then
    printf '%s is a symbolic link: name the folder that it leads to\n' "$ts_in" >&2
    return 2
  fi
  read -r ts_id </proc/sys/kernel/random/uuid || ts_id=$TS_NONCE
  ts_found=$(find "$ts_in" -xdev -mindepth 1 "$@" -exec stat -c "$ts_id %a %u %g %n" {} +) || return 2
  if [ -z "$ts_found" ]; then
    printf '%s\n' "$ts_all"
    return 0
  fi
  IFS=$TS_NL
  for ts_a in $ts_found; do
    case $ts_a in "$ts_id "*) ;; *) printf 'a name has more than one line: %s\n' "$ts_a" >&2; return 2 ;; esac
  done
  unset IFS
  printf '%s\n' "$ts_found" | sed "s/^$ts_id //" | sort -k 4
}

# ts_trees ITEM...: the same for all folders of a program, by one find; each line begins with a word that nobody could know
# before, and the key of the item, which is key, folder and expression between tabs. Where that fails, or a name has more than one
# line, it says so, and each folder is looked at by itself.
ts_trees() {
  ts_all='' ts_lead=''
  for ts_item in "$@"; do ts_all=$ts_all$ts_item$TS_NL; done
  set --
  IFS=$TS_NL
  for ts_item in $ts_all; do
    ts_in=${ts_item#*"$TS_TAB"} ts_in=${ts_in%%"$TS_TAB"*}
    [ ! -d "$ts_in" ] || [ -h "$ts_in" ] || set -- "$@" "$ts_in"
  done
  [ $# != 0 ] || return 0
  read -r ts_id </proc/sys/kernel/random/uuid || ts_id=$TS_NONCE
  set -- "$@" -xdev -mindepth 1
  for ts_item in $ts_all; do
    ts_key=${ts_item%%"$TS_TAB"*} ts_item=${ts_item#*"$TS_TAB"}
    ts_in=${ts_item%%"$TS_TAB"*}
    # What the name of a folder has of patterns means nothing but itself.
    case $ts_in in *[][*?\\]*) ts_in=$(printf '%s\n' "$ts_in" | sed 's/[][*?\\]/\\&/g') ;; esac
    set -- "$@" ${ts_lead:+"$ts_lead"} -path "$ts_in/*"
    ts_lead=-o
    IFS=$TS_TAB
    # shellcheck disable=SC2086 # words between tabs, and globbing is off
    set -- "$@" ${ts_item#*"$TS_TAB"}
    IFS=$TS_NL
    # No parentheses around it: in those busybox forgets it. What comes last says no, so that the next folder is asked about, too.
    set -- "$@" -exec stat -c "$ts_id $ts_key %a %u %g %n" '{}' + ! -name '*'
  done
  ts_found=$(find "$@" 2>/dev/null) || ts_found=failed
  for ts_item in $ts_found; do
    case $ts_item in "$ts_id "*) ;; *) ts_found=failed ;; esac
  done
  unset IFS
  if [ "$ts_found" = failed ]; then echo failed; return 0; fi
  printf '%s\n' "$ts_id"
  [ -z "$ts_found" ] || printf '%s\n' "$ts_found" | sort -u -k 6
}

# ts_tree_of KEY FOLDER WANT EXPRESSION...: what ts_tree says; as long as this run has changed nothing, by the one find for all.
ts_tree_of() {
  ts_key=$1
  shift
  if [ -z "$TS_DIR" ] && [ -d "$1" ] && [ ! -h "$1" ] && ts_query trees && [ "$ts_query_trees" != failed ]; then
    ts_id=${ts_query_trees%%"$TS_NL"*}
    IFS=$TS_NL
    for ts_a in $ts_query_trees; do
      case $ts_a in "$ts_id $ts_key "*) ts_say "${ts_a#"$ts_id $ts_key "}" ;; esac
    done
    unset IFS
    [ -n "$TS_SAID" ] || ts_say "$2"
    return 0
  fi
  ts_all=$(ts_tree "$@") || return 2
  ts_say "$ts_all"
}

# ts_in_tree FOLDER EXPRESSION... -- COMMAND...: runs the command on the parts of the folder that are as the expression
# says; from within their folders, where find can do that, so that no link leads it away.
ts_in_tree() {
  ts_in=$1
  shift
  ts_count=$# ts_behind='' ts_exec=-exec
  ! find / -maxdepth 0 -execdir true {} + 2>/dev/null || ts_exec=-execdir
  while [ "$ts_count" -gt 0 ]; do
    case $ts_behind$1 in
      --) ts_behind=1; set -- "$@" "$ts_exec" ;;
      *) set -- "$@" "$1" ;;
    esac
    shift
    ts_count=$((ts_count - 1))
  done
  find "$ts_in" -xdev -mindepth 1 "$@" {} +
}

# ts_tree_back LINES: gives back what was listed.
ts_tree_back() {
  IFS=$TS_NL
  for ts_a in $1; do
    unset IFS
    ts_m=${ts_a%% *} ts_a=${ts_a#* }
    ts_u=${ts_a%% *} ts_a=${ts_a#* }
    ts_g=${ts_a%% *} ts_a=${ts_a#* }
    chown -h -- "$ts_u:$ts_g" "$ts_a" || return
    [ -h "$ts_a" ] || ts_chmod "$ts_m" "$ts_a" || return
  done
  unset IFS
}

# ts_extras FOLDER DECLARED KEEP...: what is in the folder and neither declared nor kept. DECLARED are paths, one a line.
ts_extras() {
  ts_in=$1 ts_known=$2
  shift 2
  [ -d "$ts_in" ] || { ts_gone "$ts_in"; return; }
  [ -r "$ts_in" ] && [ -x "$ts_in" ] || return 2
  ts_entries_of "$ts_in" || { echo "a name in $ts_in has more than one line, or a tab" >&2; return 2; }
  IFS=$TS_NL
  for ts_a in $TS_V; do
    case $TS_NL$ts_known$TS_NL in *"$TS_NL$ts_a$TS_NL"* | *"$TS_NL$ts_a/"*) continue ;; esac
    ts_keeps "${ts_a##*/}" "$@" || ts_known_as "$ts_a" "$ts_known" || ts_say "$ts_a"
  done
  unset IFS
}
ts_keeps() { # NAME PATTERN...
  ts_name=$1
  shift
  for ts_b in "$@"; do
    # shellcheck disable=SC2254 # it is one
    case $ts_name in $ts_b) return 0 ;; esac
  done
  return 1
}
# ts_known_as PATH DECLARED: has it been declared, or something in it, by another name? A symbolic link is itself.
ts_known_as() {
  [ ! -h "$1" ] || return 1
  for ts_b in $2; do
    while [ -n "$ts_b" ]; do
      # shellcheck disable=SC3013
      [ ! "$ts_b" -ef "$1" ] || return 0
      ts_b=${ts_b%/*}
    done
  done
  return 1
}

# ts_purgeable FOLDER PROTECTED DECLARED KEEP...: says what keeps it from being purged, where there is something to purge.
ts_purgeable() {
  ts_in=$1 ts_vital=$2
  shift 2
  if [ -h "$ts_in" ]; then ts_say "it is a symbolic link: name the folder that it leads to"; return 1; fi
  ts_extras "$ts_in" "$@" || return 2
  [ -n "$TS_SAID" ] || return 0
  ts_found=$TS_SAID TS_SAID=''
  IFS=$TS_NL
  for ts_a in $ts_found; do
    unset IFS
    ts_removable "$ts_a" no yes "$ts_vital" || return
  done
  unset IFS
}

# ts_purge PATH NAME, ts_unpurge PATH NAME: as ts_away and ts_back, for what is in a folder; NAME is one for all of it.
ts_purge() { mkdir -p -- "$TS_DIR/$2" && ts_away "$1" "$2/${1##*/}"; }
ts_unpurge() { ts_back "$1" "$2/${1##*/}"; }

# ---- what is told ------------------------------------------------------------------------------------------

# ts_look PATH FOLLOW(yes|no) SHA256(yes|no): what it is, for the module stat; nothing where nothing is there.
ts_look() {
  if [ ! -e "$1" ] && { [ "$2" = yes ] || [ ! -h "$1" ]; }; then
    if [ -h "$1" ] || ts_gone "$1"; then return 0; fi
    printf 'it cannot be told whether %s is there\n' "$1" >&2
    return 1
  fi
  ts_format='%f %u %g %s %Y %h %U %G'
  if [ "$2" = yes ]; then stat -L -c "$ts_format" -- "$1"; else stat -c "$ts_format" -- "$1"; fi || return
  ts_sum=''
  if [ "$3" = yes ] && [ -f "$1" ] && { [ "$2" = yes ] || [ ! -h "$1" ]; }; then
    ts_sum=$(sha256sum <"$1") || return
  fi
  printf '%s\n' "${ts_sum%% *}"
  [ "$2" = no ] && [ -h "$1" ] || return 0
  ts_to=$(readlink -- "$1" && printf .) || return
  printf '%s' "${ts_to%"$TS_NL".}"
}

# ts_text_of PATH: its content. Status 44: there is no such file.
ts_text_of() {
  if [ ! -e "$1" ]; then
    if [ ! -h "$1" ] && ! ts_gone "$1"; then
      printf 'it cannot be told whether %s is there\n' "$1" >&2
      return 1
    fi
    printf 'there is no file %s\n' "$1" >&2
    return 44
  fi
  [ -f "$1" ] || { printf '%s is no regular file\n' "$1" >&2; return 1; }
  ts_size=$(wc -c <"$1") || return
  [ "$ts_size" -le 1048576 ] || { printf '%s has %s bytes, more than the 1048576 that are read\n' "$1" "$ts_size" >&2; return 1; }
  cat -- "$1"
}
