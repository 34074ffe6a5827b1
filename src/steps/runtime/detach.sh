# shellcheck shell=sh
# A section of tasks that change the network runs attached while it finds nothing to change. Before its first
# change, a process of its own takes over that nothing that happens to the connection can stop. It writes what it
# says to a spool; the attached shell follows that as long as there is one.

# ts_section NUMBER TASKS SECRETS: a run of network tasks.
ts_section() {
  TS_SECTION=$1 TS_TASKS=$2 TS_SECRETS=$3
  "ts_section_$1"
  TS_SECTION='' TS_HANDED='' TS_FROM=0
}

# Would the coming change happen on a connection that it could cut?
ts_leaves_connection() { [ -n "$TS_SECTION" ] && [ "$TS_MODE" = apply ] && [ -z "$TS_DETACHED" ]; }

# ts_detach STEP: hands the rest of the section over, beginning with the running task, and follows it.
ts_detach() {
  if ! ts_open; then
    ts_failed "$1" "the undo journal under ${TS_HOME-} could not be written, so nothing was changed"
    return 1
  fi
  ts_spool=$TS_DIR/section-$TS_SECTION
  if ! ts_write_section "$1"; then
    ts_failed "$1" "the program could not be written to $TS_DIR, so nothing was changed"
    return 1
  fi
  exec 4<"$ts_spool.out" 5<"$ts_spool.err"
  ts_launch "$ts_spool.sh" "$TS_STEM-$TS_SECTION"
  ts_hand_secrets
  ts_follow
  exec 4<&- 5<&-
  ts_take_back "$1"
}

ts_open_spool() {
  ( umask 077; for ts_file in outseen errseen out err; do : >"$ts_spool.$ts_file" || exit; done )
}
ts_drop_spool() {
  for ts_file in sh in runtime outseen errseen out err pid end; do set -- "$@" "$ts_spool.$ts_file"; done
  rm -f "$@"
}

# Secrets stand in no file: they go through a pipe, once.
ts_hand_secrets() {
  ts_hand=''
  [ -n "$TS_SECRETS" ] || return 0
  {
    for ts_name in $TS_SECRETS; do
      eval "ts_quote \"\$$ts_name\""
      printf '%s=%s\n' "$ts_name" "$TS_Q"
    done
    printf '#end\n'
  } </dev/null >"$ts_spool.in" 2>/dev/null 3>&- 4>&- 5>&- &
  ts_hand=$!
}

# The frames of this task up to this step have been told already.
ts_write_section() {
  ts_open_spool || return 1
  [ -z "$TS_SECRETS" ] || ( umask 077; mkfifo "$ts_spool.in" ) || return 1
  ts_quote "$TS_SSH"
  ts_ssh=$TS_Q
  ts_quote "$TS_DIR"
  ts_put "$ts_spool.sh" "exec </dev/null >>$TS_Q/section-$TS_SECTION.out 2>>$TS_Q/section-$TS_SECTION.err 3>&1
LC_ALL=C; export LC_ALL; unset IFS CDPATH ENV; set +a -f; umask 022
PATH=\$PATH:/usr/local/sbin:/usr/sbin:/sbin
TS_MODE=apply TS_NONCE=$TS_NONCE TS_DIFF=$TS_DIFF TS_STEM=$TS_STEM TS_ENTRY_BASE=$TS_ENTRY_BASE
here=$TS_Q
. \"\$here/runtime.sh\"
. \"\$here/program-\$TS_STEM.sh\"
TS_DIR=\$here TS_HOME=\${here%/runs/*} TS_RUN=\${here##*/}
TS_SEQ=$TS_SEQ TS_FROM=$TS_TASK TS_MUTE=$1 TS_STATE='$TS_STATE' TS_PARENT=$$ TS_SSH=$ts_ssh
ts_detached $TS_SECTION"
}

# ts_launch SCRIPT NAME: outside of everything that ends with the connection: a unit of its own, else a session of its own.
ts_launch() {
  if [ -d /run/systemd/system ] && [ -w /run/systemd ] && command -v systemd-run >/dev/null &&
    systemd-run --quiet --collect --unit="tsplay-$TS_RUN-$2" --description='tsplay, apart from its connection' \
      --property=KillMode=process sh "$1" </dev/null >&2; then
    return 0
  fi
  if command -v setsid >/dev/null; then
    setsid sh "$1" </dev/null >/dev/null 2>&1 &
  else
    ( trap '' HUP INT PIPE; exec sh "$1" ) </dev/null >/dev/null 2>&1 &
  fi
}

# Copies the spool as it grows, until the detached process has ended. The reader may go: then so do we. A process costs
# more than most steps do, and where there is one core this takes it from them: so there are few, ever later.
ts_follow() {
  ts_idle=0 ts_who=''
  while [ ! -e "$ts_spool.end" ]; do
    ts_copy_spool || ts_leave
    [ -z "$TS_CUT" ] || ts_leave
    # It says who it is with its first act; one that never came, or has gone without an end, has failed.
    if [ -z "$ts_who" ] && [ -s "$ts_spool.pid" ]; then read -r ts_who <"$ts_spool.pid"; fi
    # shellcheck disable=SC2086 # process number and start
    if [ -n "$ts_who" ]; then
      ts_lives $ts_who || break
    elif [ "$ts_idle" -ge 125 ]; then
      break
    fi
    ts_idle=$((ts_idle + 1))
    # Each look costs a process, and on a small host the section has to wait for it.
    case $ts_idle in [1-5]) ts_pause=0.05 ;; ? | 1?) ts_pause=0.2 ;; *) ts_pause=0.4 ;; esac
    sleep "$ts_pause" 2>/dev/null || sleep 1
  done
  cat <&4 >&3 && cat <&5 >&2 || ts_leave
}

# What has grown since it was copied last. The mark comes first, so that what comes in between is newer.
ts_copy_spool() {
  # shellcheck disable=SC3013 # all shells have it
  if [ "$ts_spool.out" -nt "$ts_spool.outseen" ]; then
    command : >"$ts_spool.outseen"
    cat <&4 >&3 || return
  fi
  # shellcheck disable=SC3013
  if [ "$ts_spool.err" -nt "$ts_spool.errseen" ]; then
    command : >"$ts_spool.errseen"
    cat <&5 >&2 || return
  fi
}

# The detached process goes on, and unlocks at its end; if it has handed the lock back already, we do.
ts_leave() { exit 141; }

# ts_take_back STEP: goes on behind the section with what the detached process has found.
ts_take_back() {
  TS_HANDED=1 TS_QUERIED=''
  [ -z "$ts_hand" ] || kill "$ts_hand" 2>/dev/null || :
  if [ -e "$ts_spool.end" ]; then
    ts_kept=''
    { read -r TS_SEQ TS_FAIL && read -r ts_kept; } <"$ts_spool.end" || :
    [ "$TS_FAIL" != - ] || TS_FAIL=''
    ts_learn "$ts_kept" "$TS_TASKS"
    ts_pass_lock $$
    ts_drop_spool
    return 0
  fi
  TS_HANDED=''
  TS_RC=1
  ts_failed "$1" "the detached process ended before its section did; see $ts_spool.err on the host"
}

# ---- in the detached process ---------------------------------------------------------------------------------

# ts_detached SECTION
ts_detached() {
  TS_DETACHED=1 TS_SECTION=$1 TS_LOCK=$TS_HOME/lock
  ts_spool=$TS_DIR/section-$1
  trap '' PIPE HUP
  ts_started $$
  ( umask 077; printf '%s\n' "$$ $TS_STARTED" >"$ts_spool.pid.new" ) && mv -f "$ts_spool.pid.new" "$ts_spool.pid" || exit 1
  ts_started "$TS_PARENT" || :
  ts_parent_start=$TS_STARTED
  [ ! -p "$ts_spool.in" ] || ts_take_secrets || exit 1
  ts_pass_lock $$
  eval "$TS_STATE"
  "ts_section_$1"
  ts_lives "$TS_PARENT" "$ts_parent_start" && ts_pass_lock "$TS_PARENT" || ts_unlock
  ( umask 077; printf '%s %s\n%s\n' "$TS_SEQ" "${TS_FAIL:--}" "$TS_STATE" >"$ts_spool.end.new" ) &&
    mv -f "$ts_spool.end.new" "$ts_spool.end"
  # It may have been about to leave when it was given the lock.
  sleep 1
  ts_holder=''
  { read -r ts_holder <"$TS_HOME/lock"; } 2>/dev/null || :
  case $ts_holder in
    "$TS_PARENT $ts_parent_start "*) ts_lives "$TS_PARENT" "$ts_parent_start" || rm -f "$TS_HOME/lock" ;;
  esac
}

# ts_take_secrets: what ts_hand_secrets gives. It may have been ended before it could.
ts_take_secrets() {
  ( sleep 30; : >"$ts_spool.in" ) 3>&- &
  ts_text=$(cat "$ts_spool.in")
  kill $!
  rm -f "$ts_spool.in"
  case $ts_text in
    *"$TS_NL#end") eval "$ts_text" ;;
    *) printf 'the secrets of this section did not arrive, so nothing was changed\n' >&2; return 1 ;;
  esac
}

# ts_unmute HEAD: frames that the attached shell has sent are not sent again. Returns 1 for one of these.
ts_unmute() {
  case $1 in
    "step $TS_MUTE "*) TS_MUTE='' ;;
    "task $TS_TASK" | 'step '*' ok') return 1 ;;
    *) TS_MUTE='' ;;
  esac
}
