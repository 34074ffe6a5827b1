# shellcheck shell=sh
# A segment of the program for another user: a shell of that user in place, runtime and segment on its standard
# input. What it found out comes back as a frame, which this shell reads on its way to the controller.

# ts_as NUMBER USER CAPTURE(yes|no) TASKS SECRETS
ts_as() {
  [ -z "$TS_CUT" ] || ts_stop
  ts_user=$2
  ts_method
  if ! ts_login; then
    ts_refuse "$4"
    return 0
  fi
  ts_back='' TS_QUERIED=''
  if [ "$3" = yes ]; then
    ts_back=$(ts_as_back "$1" "$5")
    [ -n "$ts_back" ] || TS_RC=1
  else
    ts_feed "$1" "$5" | ts_become 3>&-
    TS_RC=$?
  fi
  if [ -n "$ts_back" ]; then
    # The last one is its own: what it ran can have written others.
    ts_back=${ts_back##*"$TS_NL"}
    case $ts_back in '- '*) TS_FAIL='' ;; *) TS_FAIL=1 ;; esac
    ts_learn "${ts_back#* }" "$4"
  elif [ "$TS_RC" != 0 ]; then
    [ -z "$TS_CUT" ] || ts_stop
    ts_refuse "$4"
  fi
}

# ts_as_back NUMBER SECRETS: passes on what the segment says, and prints the words of its state. What it has started
# in the background may keep the pipe for ever, so it is not the end of the pipe that is waited for, but a word that is
# written when the other shell has ended; then the process that passes on is ended too. It tells its number first.
ts_as_back() {
  # Opened again by its path: the pipe of the substitution, not what the session's own output is.
  # shellcheck disable=SC2016 # for the other shell
  {
    {
      ts_feed "$1" "$2" | ts_become
      # Twice: the sed of busybox reads a line ahead.
      printf '%s%s gone\n' "$TS_RS" "$TS_NONCE" "$TS_RS" "$TS_NONCE"
    } 3>&- 4>&- | sh -c 'echo $$ >&4; exec tee /dev/fd/4 >&3'
  } 4>&1 | {
    read -r ts_tee
    # Nobody may read the nonce in a list of processes.
    sed -n -f /dev/fd/5 5<<TS_SCRIPT
s/.*$TS_RS$TS_NONCE state //p
/$TS_RS$TS_NONCE gone\$/q
TS_SCRIPT
    # No shell says a word about a process that this signal has ended.
    kill -PIPE "$ts_tee" 2>/dev/null
  }
}

# How to become another user: as the inventory says, else what there is.
ts_method() {
  [ -z "$TS_METHOD" ] || return 0
  for TS_METHOD in sudo doas su; do
    command -v "$TS_METHOD" >/dev/null && return 0
  done
}

# ts_login: with a password, whether it is right is asked first, with nothing behind it that could be taken for a
# second try. Once a session.
ts_login() {
  [ -n "$TS_PASSWORD" ] || return 0
  case " $TS_LOGINS " in *" $ts_user "*) return 0 ;; esac
  # A lecture that comes before it is of no task.
  case $TS_METHOD in
    sudo) ts_said=$(printf '%s\n' "$TS_PASSWORD" | sudo -S -p '' -H -u "$ts_user" -- sh -c : 2>&1 3>&-) ;;
    doas) ts_said=$(: | ts_login_doas 2>&1 3>&-) ;;
    *) ts_said=$(printf '%s\n' "$TS_PASSWORD" | su -s /bin/sh -c : -- "$ts_user" 2>&1 3>&-) ;;
  esac
  TS_RC=$?
  if [ "$TS_RC" != 0 ]; then
    [ -z "$ts_said" ] || printf '%s\n' "$ts_said" >&2
    return 1
  fi
  TS_LOGINS="$TS_LOGINS $ts_user"
}

ts_login_doas() {
  doas -n -u "$ts_user" sh -c : 2>/dev/null && return 0
  if ! command -v script >/dev/null; then
    echo 'script: not found'
    return 1
  fi
  ts_on_terminal doas -u "$ts_user" sh -c :
}

# ts_become: a shell of that user that begins to listen behind the mark: a password that was not asked for is read
# and forgotten.
ts_become() {
  # shellcheck disable=SC2016 # for the other shell
  ts_listen='while IFS= read -r line; do [ "$line" != '$TS_MARK' ] || exec sh; done'
  case $TS_METHOD in
    sudo)
      if [ -n "$TS_PASSWORD" ]; then
        sudo -S -p '' -H -u "$ts_user" -- sh -c "$ts_listen"
      else
        sudo -n -H -u "$ts_user" -- sh -c "$ts_listen"
      fi
      ;;
    doas)
      if [ -z "$TS_PASSWORD" ] || doas -n -u "$ts_user" sh -c : 2>/dev/null; then
        doas -n -u "$ts_user" sh -c "$ts_listen"
      else
        # What tasks would ask on the terminal nobody would answer.
        ts_on_terminal doas -u "$ts_user" sh -c "! command -v setsid >/dev/null || exec setsid sh -c '$ts_listen'; $ts_listen"
      fi
      ;;
    *) su -s /bin/sh -c "$ts_listen" -- "$ts_user" ;;
  esac
}

# ts_feed NUMBER SECRETS: what the other shell gets, as one group.
ts_feed() {
  # doas has it from its terminal.
  [ -z "$TS_PASSWORD" ] || [ "$TS_METHOD" = doas ] || printf '%s\n' "$TS_PASSWORD"
  ts_quote "$TS_RUNTIME"
  # shellcheck disable=SC2016 # for the other shell
  printf '%s\n{\n%s\nTS_RUNTIME=%s\neval "$TS_RUNTIME"\n' "$TS_MARK" "$TS_CLEAN" "$TS_Q"
  printf 'TS_MODE=%s TS_NONCE=%s TS_DIFF=%s TS_FAIL=%s TS_FROM=%s TS_RESUMED=%s\n' "$TS_MODE" "$TS_NONCE" "$TS_DIFF" \
    "$TS_FAIL" "$TS_FROM" "$TS_RESUMED"
  printf "TS_REBOOTS='%s'\n" "$TS_REBOOTS"
  ts_quote "$TS_RUN"
  printf 'TS_RUN=%s TS_STEM=%s-%s TS_ENTRY_BASE=%s\n' "$TS_Q" "$TS_STEM" "$1" "$((TS_ENTRY_BASE + $1 * 100000))"
  if [ -n "$TS_TEST_HOME" ]; then
    ts_quote "$TS_TEST_HOME/$ts_user"
    printf 'TS_HOME=%s\n' "$TS_Q"
  fi
  ts_quote "$TS_SSH"
  ts_home
  printf 'TS_SSH=%s TS_LOGIN=%s\n' "$TS_Q" "$ts_uid"
  for ts_name in $2; do
    eval "ts_quote \"\$$ts_name\""
    printf '%s=%s\n' "$ts_name" "$TS_Q"
  done
  # Quoted by the controller.
  eval "ts_text=\$TS_SEGMENT_$1"
  # On standard error too: what sudo has said there before, such as a lecture, is no task's.
  # shellcheck disable=SC2016 # for the other shell
  printf 'TS_BODY=%s\nTS_STATE=%s\nts_frame as\nprintf "%%s%%s as\\n" "$TS_RS" "$TS_NONCE" >&2\neval "$TS_BODY"\nts_inner\n}\n' "$ts_text" "'$TS_STATE'"
}

# ts_refuse TASKS: nothing of the segment has run.
ts_refuse() {
  for ts_number in $1; do
    if [ -n "$TS_FAIL" ]; then
      ts_start "$ts_number" '' '' || :
      continue
    fi
    TS_TASK=$ts_number TS_T=failed TS_FAIL=1 TS_REASON=''
    ts_frame "task $ts_number"
    ts_frame refused "$ts_user" "$TS_METHOD"
    ts_close
  done
}

# ---- in the shell of the other user --------------------------------------------------------------------------

ts_inner() {
  eval "$TS_STATE"
  ts_tasks
  ts_unlock
  ts_frame "state ${TS_FAIL:--}$TS_STATE"
  exit 0
}
