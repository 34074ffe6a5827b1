# shellcheck shell=sh
# doas reads a password from its terminal and from nowhere else, so it gets one of its own, made by `script`. The
# terminal is for the password alone: what the program reads and writes goes past it.

# ts_on_terminal PROGRAM WORD…: runs it, and answers its first question with the password. What it is to read is a pipe.
ts_on_terminal() {
  ts_words=''
  for ts_word; do
    ts_quote "$ts_word"
    ts_words="$ts_words $TS_Q"
  done
  # Two pipes that have no name anywhere: what is typed, and how it ended.
  {
    : | {
      exec 5<>/proc/self/fd/0
      : | {
        exec 6<>/dev/fd/0
        {
          # shellcheck disable=SC2094 # a pipe
          SHELL=/bin/sh script -qc "$ts_words <&7 >&8 2>&9 7<&- 8>&- 9>&-; echo \$? >&6" /dev/null \
            </proc/self/fd/5 5>&-
          echo 127 >&6
        } 2>/dev/null | ts_type 6>&- 7<&- 8>&- 9>&-
        read -r ts_status <&6
        exit "$ts_status"
      }
    }
    # A bash whose own commands come over standard input crashes in $(…) at 7<&0.
  } 7</dev/stdin 8>&1 9>&2
}

# ts_type: answers what is asked on the terminal. It is asked before that, and not sooner: what was typed before the
# question is thrown away. A second question gets no answer.
ts_type() {
  ts_answer=$TS_PASSWORD$TS_NL
  while ts_seen=$(dd bs=4096 count=1 2>/dev/null && echo .) && [ "$ts_seen" != . ]; do
    ts_seen=${ts_seen%.}
    case $ts_seen in
      *: | *': ' | *'? ')
        printf '%s' "$ts_answer" >&5
        ts_answer=$(printf '\004')
        ;;
    esac
  done
}
