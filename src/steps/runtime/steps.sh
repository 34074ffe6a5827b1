# shellcheck shell=sh
# What a step came to, what a check foresees of it, and how its halves write.

ts_ok() { ts_frame "step $1 ok"; }

# ts_left STEP REASON: it is well, and stays so for a reason that should be told.
ts_left() { ts_frame "step $1 left" "$2"; }

# ts_changed STEP [BEFORE [AFTER]]
ts_changed() {
  TS_T=changed
  [ -z "$TS_PROVIDES" ] || [ "$TS_MODE" != check ] || TS_FRESH="$TS_FRESH$TS_PROVIDES "
  if [ -n "$TS_HIDE" ]; then
    ts_frame "step $1 changed"
  else
    ts_frame "step $1 changed" "${2-}" "${3-}"
  fi
}

ts_unknown() {
  [ "$TS_T" = changed ] || TS_T=unknown
  [ -n "$TS_REASON" ] || TS_REASON=$2
  ts_frame "step $1 unknown" "$2"
}

# ts_failed STEP MESSAGE [IS [SHOULD-BE]]
ts_failed() {
  TS_T=failed TS_FAIL=1
  if [ -n "$TS_HIDE" ]; then
    ts_frame "step $1 failed ${TS_RC:-1}" "$2"
  else
    ts_frame "step $1 failed ${TS_RC:-1}" "$2" "${3-}" "${4-}"
  fi
}

# ts_rebooted: in a check, would the host have been rebooted by an earlier task (TS_REBOOTS), or does nobody know? What
# does not outlive that, nobody can tell then.
ts_rebooted() {
  [ "$TS_MODE$TS_LIFE" = checkruntime ] || return 1
  for ts_a in $TS_REBOOTS; do
    eval "ts_a=\${T$ts_a-}"
    case $ts_a in changed | unknown) return 0 ;; esac
  done
  return 1
}

# ts_predict STEP WANT: in check mode, a step inside something that this run would create is not read.
# Returns 0 when it has given the answer.
ts_predict() {
  if [ -n "$TS_REBOOTS" ] && ts_rebooted; then
    ts_unknown "$1" 'the host would be rebooted before'
    return 0
  fi
  [ "$TS_MODE" = check ] && [ -n "$TS_INSIDE" ] || return 1
  case "$TS_FRESH" in *" $TS_INSIDE "*) ;; *) return 1 ;; esac
  case $TS_FRESH_KIND in
    set) ts_ok "$1" ;;
    own)
      case $TS_T$TS_FRESH in
        changed* | *" $TS_INSIDE=$TS_FRESH_VALUE "*) TS_FRESH="$TS_FRESH$TS_INSIDE=$TS_FRESH_VALUE "; ts_ok "$1" ;;
        *) ts_unknown "$1" "an earlier task would make $TS_INSIDE" ;;
      esac
      ;;
    value)
      if [ "$TS_FRESH_VALUE" = "$2" ]; then ts_ok "$1"; else ts_changed "$1" "$TS_FRESH_VALUE" "$2"; fi
      ;;
    *) ts_unknown "$1" "it is inside $TS_INSIDE, which does not exist yet" ;;
  esac
}

# In check mode a step that reads what an earlier step of this run would have changed is judged by that: two tasks
# may both need a kernel parameter, or a kernel module, and the second finds nothing to do.

# ts_foresee STEP WANT STATUSES: this value would be written; known by its file, where it has one.
ts_foresee() {
  if [ "$TS_MODE" = check ] && [ "$3" = line ]; then
    "r$1"
    TS_WILL="$TS_PATH$TS_TAB$2$TS_NL$TS_WILL"
  fi
}

# ts_will FILE: TS_V is its first line, as this run would leave it. Sets TS_S like ts_read.
ts_will() {
  ts_find "$1" "$TS_WILL" || { ts_line "$1"; return; }
  TS_V=${TS_LINE#*"$TS_TAB"} TS_S=value
}

# ts_foreseen_value STEP WANT STATUSES: returns 0 when it has given the answer.
ts_foreseen_value() {
  [ -n "$TS_WILL" ] && [ "$3" = line ] && ! ts_rebooted || return 1
  "r$1"
  ts_find "$TS_PATH" "$TS_WILL" || return 1
  TS_V=${TS_LINE#*"$TS_TAB"}
  if [ "$TS_V" = "$2" ]; then ts_ok "$1"; else ts_changed "$1" "$TS_V" "$2"; fi
}

# ts_foreseen_made STEP WANT(yes|no)
ts_foreseen_made() {
  [ "$TS_MODE" = check ] && [ "$2" = yes ] && [ -n "$TS_PROVIDES" ] || return 1
  case "$TS_FRESH" in *" $TS_PROVIDES "*) ts_ok "$1" ;; *) return 1 ;; esac
}

# ts_in RESOURCE [set | value V], ts_makes RESOURCE, ts_hide [all], ts_show, ts_disk: about the next step only. Hidden is what
# was read and wanted, with `all` also what a command says that has seen it; shown is what a private file holds, too.
ts_in() { TS_INSIDE=$1 TS_FRESH_KIND=${2-} TS_FRESH_VALUE=${3-}; }
ts_makes() { TS_PROVIDES=$1; }
ts_hide() { TS_HIDE=${1-1}; }
ts_show() { TS_SHOW=1; }
ts_disk() { TS_LIFE=disk; }
ts_over() { TS_INSIDE='' TS_FRESH_KIND='' TS_FRESH_VALUE='' TS_PROVIDES='' TS_HIDE='' TS_SHOW='' TS_LIFE=runtime TS_AROUND='' TS_DEVICES='' TS_ZEROS='' TS_SHARED='' TS_OWNER=''; }

# ts_write FUNCTION ARGS...: runs one half in a subshell, never inside a condition, its output on standard error.
ts_write() {
  TS_QUERIED='' TS_RC=1
  [ -z "$TS_AROUND" ] || ts_capture || return 0
  ( "$@" ) </dev/null >&2 3>&-
  TS_RC=$?
  [ -z "$TS_AROUND" ] || ts_restore
  return 0
}
