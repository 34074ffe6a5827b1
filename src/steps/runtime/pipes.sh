# shellcheck shell=sh
# What comes from the controller or goes there beside the frames: through a pipe with a name, whose other end a channel
# of its own opens, as the user of the connection. This shell may be another user's.

# ts_ask WORDS: tells the controller of a new pipe, TS_PIPE. Who opens it waits until the other side does; after a minute
# nobody will come any more, and whoever waits is let go.
ts_ask() {
  TS_PIPE=''
  TS_PIPES=$(mktemp -d /tmp/tsplay-XXXXXXXX) && mkfifo -m 600 "$TS_PIPES/pipe" || return
  ts_pipe_shared "${1%% *}" || return
  TS_PIPE=$TS_PIPES/pipe
  ( trap 'kill $!; exit 0' TERM; sleep 60 & wait $!; : <>"$TS_PIPE" ) </dev/null >/dev/null 2>&1 3>&- &
  TS_WATCH=$!
  ts_frame "$1" "$TS_PIPE"
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
    echo 'what one user reads, another one would have to send: log in as that user, or become root' >&2
    return 1
  fi
}

# ts_asked: it has come, or will not come.
ts_asked() {
  [ -n "$TS_PIPES" ] || return 0
  if [ -n "$TS_PIPE" ]; then
    kill "$TS_WATCH" 2>/dev/null
    # Opened for both ways, it waits for nobody, and whoever waits goes on.
    { command : <>"$TS_PIPE"; } 2>/dev/null
  fi
  rm -rf -- "$TS_PIPES"
  TS_PIPES='' TS_PIPE=''
}
