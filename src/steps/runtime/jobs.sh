# shellcheck shell=sh
# Long commands that run apart from the connection. Who waits for one follows its output; when the connection goes, the
# job does not, and the next who has the same to run follows it instead of starting another.

# ts_job KEY TEXT: runs the text as a job, or follows the one of that key; its status is that of the job.
ts_job() {
  ts_home
  ts_spool=$TS_HOME/jobs/$1
  if [ -s "$ts_spool.pid" ] || [ -e "$ts_spool.rc" ]; then
    printf 'following the job that an earlier run has started\n' >&2
    for ts_file in outseen errseen; do rm -f "$ts_spool.$ts_file"; done
  elif ! ts_job_start "$1" "$2"; then
    printf 'the job could not be written to %s, so it was not started\n' "$TS_HOME/jobs" >&2
    return 125
  fi
  # As a section is followed: frames of ours do not come by this way.
  exec 3>&1 4<"$ts_spool.out" 5<"$ts_spool.err" || return 125
  ts_job_follow || return
  ts_rc=125
  if [ -e "$ts_spool.rc" ]; then read -r ts_rc <"$ts_spool.rc"
  else printf 'the job has gone without a result: was the host restarted, or was it killed?\n' >&2
  fi
  for ts_file in sh out err outseen errseen pid rc; do set -- "$@" "$ts_spool.$ts_file"; done
  shift 2
  rm -f "$@"
  return "$ts_rc"
}

ts_job_start() {
  ( umask 077; mkdir -p "$TS_HOME/jobs" ) || return 1
  ( umask 077; for ts_file in out err; do : >"$ts_spool.$ts_file" || exit; done ) || return 1
  ts_exports=''
  for ts_name in HOME USER LOGNAME SHELL; do
    eval "ts_a=\${$ts_name-}"
    ts_quote "$ts_a"
    [ -z "$ts_a" ] || ts_exports="$ts_exports$ts_name=$TS_Q; export $ts_name; "
  done
  ts_quote "$ts_spool"
  # The mark of its start is written before anything else: with it a number of a process is that process.
  ts_put "$ts_spool.sh" "exec </dev/null >>$TS_Q.out 2>>$TS_Q.err
trap '' HUP INT PIPE
LC_ALL=C; export LC_ALL; unset IFS CDPATH ENV; set +a -f; umask 022
PATH=\$PATH:/usr/local/sbin:/usr/sbin:/sbin
${ts_exports}ts_spool=$TS_Q
read -r ts_a </proc/\$\$/stat; set -- \${ts_a##*) }; shift 19
( umask 077; printf '%s %s\\n' \$\$ \"\$1\" >\"\$ts_spool.pid.new\" ) && mv -f \"\$ts_spool.pid.new\" \"\$ts_spool.pid\" || exit 1
set --
(
trap - HUP INT PIPE
$2
)
ts_a=\$?
( umask 077; printf '%s\\n' \"\$ts_a\" >\"\$ts_spool.rc.new\" ) && mv -f \"\$ts_spool.rc.new\" \"\$ts_spool.rc\"" || return 1
  # From a shell that ends at once: then it is a child of nobody here who may be ended.
  ( ts_launch "$ts_spool.sh" "job-$1" )
}

# ts_job_follow: copies what it prints until it has ended. Returns 141 when nobody reads any more.
ts_job_follow() {
  ts_who='' ts_idle=0
  ts_ancestors
  ts_above=$ts_all
  while [ ! -e "$ts_spool.rc" ]; do
    ts_copy_spool || return 141
    if [ -z "$ts_who" ] && [ -s "$ts_spool.pid" ]; then read -r ts_who <"$ts_spool.pid"; fi
    # shellcheck disable=SC2086 # process number and start
    if [ -n "$ts_who" ]; then
      # Its last word may be on its way.
      ts_lives $ts_who || [ -e "$ts_spool.rc" ] || break
    elif [ "$ts_idle" -ge 30 ]; then
      break
    fi
    ts_idle=$((ts_idle + 1))
    if [ "$ts_idle" -lt 5 ]; then sleep 0.1 2>/dev/null || sleep 1; else sleep 1; fi
    # A silent job writes nothing that could fail: but when sshd's process has gone, others are above us.
    ts_ancestors
    [ "$ts_all" = "$ts_above" ] || return 141
  done
  cat <&4 && cat <&5 >&2 || return 141
}

# ts_ancestors: ts_all is the processes above this shell.
ts_ancestors() {
  ts_all='' ts_pid=$$
  while [ "$ts_pid" -gt 1 ]; do
    { read -r ts_stat <"/proc/$ts_pid/stat"; } 2>/dev/null || return 0
    ts_stat=${ts_stat##*) } ts_stat=${ts_stat#* } ts_pid=${ts_stat%% *}
    case $ts_pid in '' | *[!0-9]*) return 0 ;; esac
    ts_all="$ts_all $ts_pid"
  done
}

# ts_evict PID RUN: that shell is one of this very run, whose connection has gone: it waits for nobody.
ts_evict() {
  [ -n "$TS_RESUMED" ] && [ "$2" = "$TS_RUN" ] || return 1
  kill -TERM "$1" 2>/dev/null || :
  ts_family "$1" ''
  # shellcheck disable=SC2086 # numbers
  [ -z "$ts_all" ] || kill -KILL $ts_all 2>/dev/null || :
  sleep 1
}
