# shellcheck shell=sh
# The runtime of a compiled program: frames, and what is read. It runs in dash, busybox ash and bash.
#
# Set by the prologue: TS_MODE (check, apply, undo), TS_NONCE, TS_RUN, TS_STEM, TS_DIFF.
# Names that begin with TS_ or ts_ belong to the runtime; rN, wN, ... are the halves of step N.

TS_NL='
'
TS_TAB='	'
TS_RS=$(printf '\036')
TS_FAIL='' TS_CUT='' TS_SEQ=0 TS_DIR='' TS_FRESH=' ' TS_MARKS='' TS_REASON='' TS_WILL=''
TS_AROUND='' TS_INSIDE='' TS_PROVIDES='' TS_FRESH_KIND='' TS_FRESH_VALUE='' TS_HIDE='' TS_SHOW='' TS_LIFE=runtime
TS_REST='' TS_PARAMETERS='' TS_DEVICES='' TS_OVER='' TS_MUTE='' TS_STATE='' TS_FROM=0 TS_SECTION='' TS_TASKS='' TS_SECRETS='' TS_HANDED='' TS_LOCK='' TS_DETACHED='' TS_LOGINS='' ts_uid='' TS_QUERIED='' TS_SHARED='' TS_OWNER='' TS_LEAVING='' TS_RESUMED='' TS_WANT='' TS_FOLDERS='' TS_REBOOTS='' TS_PIPES='' TS_PIPE='' TS_LOGIN='' TS_WRITTEN='' TS_GIVABLE='' TS_TAKEN=''
# Client, its port, our address, our port: what modules must not cut. It goes along where the environment does not.
TS_SSH=${TS_SSH-${SSH_CONNECTION-}}
trap 'TS_CUT=1' PIPE HUP INT TERM
# However this shell ends, no lock of its own is left.
trap ts_unlock EXIT

# ts_frame WORDS [PAYLOAD...]: one frame to the controller. Payloads travel by length, so that no value can
# pass for a frame.
ts_frame() {
  [ -z "$TS_MUTE" ] || ts_unmute "$1" || return 0
  ts_head=$1
  shift
  for ts_part in "$@"; do ts_head="$ts_head ${#ts_part}"; done
  printf '%s%s %s\n' "$TS_RS" "$TS_NONCE" "$ts_head" >&3
  for ts_part in "$@"; do printf '%s' "$ts_part" >&3; done
}

# ts_quote VALUE: TS_Q is the value as one word of shell text.
ts_quote() {
  case $1 in
    *\'*)
      TS_Q=$(printf '%s\n.' "$1" | sed "s/'/'\\\\''/g")
      TS_Q="'${TS_Q%"$TS_NL".}'"
      ;;
    *) TS_Q="'$1'" ;;
  esac
}

# ts_first_line FILE: TS_V is it.
ts_first_line() {
  case $1 in
    /proc/sys/*) ts_parameter "$1" || return 1 ;;
    *) { IFS= read -r TS_V <"$1" || [ -n "$TS_V" ]; } 2>/dev/null || return 1 ;;
  esac
}

# ts_parameter FILE: dash and busybox ash read by single bytes, and files of /proc/sys answer one read only: 8192 would be
# 8. There it takes a process: one for all that the program names (TS_PARAMETERS), then, as soon as something has been
# changed, one for each.
ts_parameter() {
  case " $TS_QUERIED " in
    *' /proc/sys '*) ;;
    *)
      if [ -n "$TS_PARAMETERS" ]; then
        # shellcheck disable=SC2086 # a list of files without white space
        TS_VALUES=$(grep -Hs '' $TS_PARAMETERS)
        TS_PARAMETERS='' TS_QUERIED="$TS_QUERIED /proc/sys"
      else
        TS_VALUES=''
      fi
      ;;
  esac
  IFS=$TS_NL
  for ts_value in $TS_VALUES; do
    case $ts_value in "$1:"*) unset IFS; TS_V=${ts_value#"$1:"}; return 0 ;; esac
  done
  unset IFS
  TS_V=$(cat -- "$1" 2>/dev/null) && TS_V=${TS_V%%"$TS_NL"*}
}

# ts_line FILE: TS_V is its first line, read without a process where that can be. Sets TS_S like ts_read.
ts_line() {
  TS_V='' TS_S=value
  if [ ! -e "$1" ]; then
    TS_S=absent
  elif ts_first_line "$1"; then
    :
  elif ! cat -- "$1" >/dev/null; then
    # An empty one ends at once too; only a process can tell it from one that gives an error.
    TS_S=unreadable TS_RC=1
  fi
}

# ts_read STEP STATUSES: runs rN in a subshell, or here if STATUSES begin so: then it is builtins and tells what it finds
# by ts_say. TS_S becomes value, absent (only for the statuses that the step
# declares) or unreadable; an unreadable thing is never taken for an absent one.
ts_read() {
  eval "ts_needs=\${ts_uses_$1-}"
  for ts_need in $ts_needs; do
    ts_query "$ts_need" && continue
    TS_V='' TS_S=unreadable
    return 0
  done
  if [ "$2" = line ]; then
    "r$1"
    ts_line "$TS_PATH"
    # The kernel separates words of a value by tabs; what is compared is words.
    ts_words "$TS_V"
    return 0
  fi
  case $2 in
    here*)
      TS_SAID=''
      "r$1" </dev/null >&2 3>&-
      TS_RC=$? TS_V=${TS_SAID%"$TS_NL"}
      ;;
    *)
      TS_V=$("r$1" </dev/null 3>&-)
      TS_RC=$?
      ;;
  esac
  case " $2 " in
    *" $TS_RC "*) TS_S=absent ;;
    *) if [ "$TS_RC" = 0 ]; then TS_S=value; else TS_S=unreadable; fi ;;
  esac
}

# ts_say LINE: a reading half that runs here has found this.
ts_say() { TS_SAID=$TS_SAID$1$TS_NL; }

# ts_half LETTER STEP: has the step this half? Asking the shell for a command of that name would find c99 and i3, too.
ts_half() {
  eval "ts_a=\${ts_halves_$2-}"
  case $ts_a in *"$1"*) return 0 ;; *) return 1 ;; esac
}

# ts_query NAME: a list that many steps look at is made at the first need, and again only after a change.
ts_query() {
  case " $TS_QUERIED " in *" $1 "*) return 0 ;; esac
  eval "ts_query_$1=\$(q_$1 </dev/null 3>&-)"
  TS_RC=$?
  [ "$TS_RC" = 0 ] || return 1
  TS_QUERIED="$TS_QUERIED $1"
}

ts_words() {
  case $1 in
    *"$TS_TAB"* | *'  '* | ' '* | *' ')
      # shellcheck disable=SC2086 # splitting is the point, and globbing is off
      set -- $1
      TS_V=$*
      ;;
  esac
}
