# shellcheck shell=sh
# What comes from the controller or goes there beside the frames: through a pipe with a name, whose other end a channel
# of its own opens, as the user of the connection. This shell may be another user's.

# ts_ask WORDS: tells the controller of a new pipe, TS_PIPE. Who opens it waits until the other side does.
ts_ask() {
  TS_PIPE=''
  TS_PIPES=$(mktemp -d /tmp/tsplay-XXXXXXXX) && mkfifo -m 600 "$TS_PIPES/pipe" || return
  ts_pipe_shared "${1%% *}" || return
  TS_PIPE=$TS_PIPES/pipe
  ts_frame "$1" "$TS_PIPE"
  ts_pipe_watch
}

# Whoever waits is let go when nobody will come any more: nobody reads what this shell says, or a minute has passed.
ts_pipe_watch() {
  ( ts_pipe_wait ) </dev/null >/dev/null 2>&1 &
  TS_PIPE_WATCH=$!
}
ts_pipe_wait() {
  ts_wake
  trap '' PIPE
  ts_left=60
  while [ "$ts_left" -gt 0 ]; do
    sleep 1 3>&- &
    wait $!
    printf '%s%s waiting\n' "$TS_RS" "$TS_NONCE" >&3 || break
    ts_left=$((ts_left - 1))
  done
  : <>"$TS_PIPE"
}

# Root opens everything, and can give it away. Between two other users, anybody could write to it: what comes is compared
# with its digest, so that is no more than a nuisance. But what is read there could be read by anybody.
ts_pipe_shared() {
  ts_home
  case $TS_LOGIN in '' | 0 | "$ts_uid") return 0 ;; esac
  chmod 711 "$TS_PIPES" || return
  if [ "$ts_uid" = 0 ]; then
    chown "$TS_LOGIN" "$TS_PIPES/pipe"
  elif [ "$1" = body ]; then
    chmod 622 "$TS_PIPES/pipe"
  else
    echo 'between two users who are not root, nothing can be fetched unseen: log in as that user, or become root' >&2
    return 1
  fi
}

# ts_asked: it has come, or will not come.
ts_asked() {
  if [ -n "$TS_PIPE" ]; then
    ts_timed "$TS_PIPE_WATCH" || :
    # Opened for both ways, it waits for nobody, and whoever waits goes on.
    { command : <>"$TS_PIPE"; } 2>/dev/null
  fi
  [ -z "$TS_PIPES" ] || rm -rf -- "$TS_PIPES"
  TS_PIPES='' TS_PIPE=''
}

# ts_body: prints the file of the controller that was asked for.
ts_body() { cat <"$TS_PIPE"; }

# ts_fetch STEP WHAT PATH SHA256: the controller has what stands in the file. SHA256 is of what it has now; nothing, if
# that is nothing.
ts_fetch() {
  ts_go || return 0
  if ts_predict "$1" ''; then ts_over; return 0; fi
  if [ -n "$4" ] && ts_file_settled "$3" '' '' "$4"; then
    ts_ok "$1"
  elif ts_fetch_able "$1" "$3"; then
    ts_is=$(sha256sum <"$3") && ts_size=$(wc -c <"$3")
    TS_RC=$? ts_is=${ts_is%% *}
    if [ "$TS_RC" != 0 ]; then
      ts_failed "$1" "cannot read $3"
    elif [ "$ts_is" = "$4" ]; then
      ts_ok "$1"
    elif [ "$TS_MODE" = check ]; then
      ts_fetched "$1" "$4"
    elif { [ -z "$TS_MARKS" ] || { ts_open && ts_mark_pending; }; } && ts_fetch_send "$1" "$3"; then
      ts_fetched "$1" "$4"
    else
      [ -z "$TS_CUT" ] || ts_stop
      ts_failed "$1" "$3 did not reach the controller"
    fi
    ts_asked
  fi
  ts_over
}

ts_fetched() { ts_changed "$1" "${2:+sha256 $2}" "$ts_size bytes, sha256 $ts_is"; }

ts_fetch_able() { # STEP PATH
  if [ -f "$2" ]; then
    [ ! -r "$2" ] || return 0
    TS_RC=1
    ts_failed "$1" "cannot read $2"
  elif [ -e "$2" ]; then
    ts_failed "$1" "$2 is not a regular file"
  elif ts_may_come; then
    ts_unknown "$1" "there is no file $2, unless an earlier task would make it"
  else
    ts_failed "$1" "there is no file $2"
  fi
  return 1
}

# So many bytes as were told, also if the file is another one by now: then its digest is, too.
ts_fetch_send() { # STEP PATH
  ts_ask "fetch $1 $ts_size $ts_is" || return
  ( trap '' PIPE; { cat -- "$2"; cat /dev/zero; } 2>/dev/null | head -c "$ts_size" >"$TS_PIPE" ) 3>&-
  ts_timed "$TS_PIPE_WATCH" || :
  ts_pipe_watch
  ts_answer=$(cat <"$TS_PIPE" 3>&-)
  case $ts_answer in
    ok) return 0 ;;
    ?*) printf '%s\n' "$ts_answer" >&2 ;;
  esac
  return 1
}
