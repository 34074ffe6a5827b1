# shellcheck shell=sh
# Root qdiscs of links. LISTING is what `tc qdisc show` has printed of all links.

# ts_root_qdisc LISTING DEV: the words that bring back the root qdisc of a link: KIND of a teql, else KIND HANDLE WORDS.
# Nothing where it has the default one; "lost KIND" where there are classes, filters or others below it, or words do not
# say all of such a kind.
ts_root_qdisc() {
  ts_root='' ts_below=''
  ts_each_line ts_qdisc_of "$1" "$2"
  case ${ts_root%% *} in
    '') ;;
    teql[0-9]*) printf '%s' "${ts_root%% *}" ;;
    bfifo | choke | codel | cake | fq | fq_* | gred | mq | noqueue | pfifo* | pie | plug | red | sfb | sfq | tbf | netem)
      if [ -z "$ts_below" ] && [ -z "$(tc filter show dev "$2" 2>/dev/null)" ]; then
        printf '%s' "$ts_root"
      else
        printf 'lost %s' "${ts_root%% *}"
      fi
      ;;
    *) printf 'lost %s' "${ts_root%% *}" ;;
  esac
}
ts_qdisc_of() { # LINE DEV
  case $1 in *" dev $2 "*) ;; *) return 0 ;; esac
  # shellcheck disable=SC2086 # words of tc's own output; globbing is off
  ts_qdisc_words $1
}
ts_qdisc_words() { # qdisc KIND HANDLE dev DEV root [refcnt N] WORDS, or qdisc KIND HANDLE dev DEV parent ID WORDS
  case "$3 $6 ${7-}" in
    # The kernel's own choice; what stands beside the root, for what comes in.
    0:\ * | *' parent ffff:'*) ;;
    *' root '*)
      ts_root="$2 $3"
      shift 6
      [ "${1-}" != refcnt ] || shift 2
      ts_root="$ts_root${*:+ $*}"
      ;;
    *) ts_below=1 ;;
  esac
}

# ts_set_root_qdisc DEV WORDS: what ts_root_qdisc has said. The kernel has a default one for each link.
ts_set_root_qdisc() {
  case $2 in
    '') tc qdisc del dev "$1" root; return ;;
    teql[0-9]*) tc qdisc replace dev "$1" root "$2"; return ;;
  esac
  ts_dev=$1 ts_words=''
  # shellcheck disable=SC2086
  set -- $2
  ts_kind=$1 ts_handle=$2
  shift 2
  # tc prints a number of packets, and the seconds of sfq, with units that it does not take.
  for ts_word in "$@"; do
    case $ts_word in *[!0-9]*p) ;; [0-9]*p) ts_word=${ts_word%p} ;; [0-9]*sec) ts_word=${ts_word%sec} ;; esac
    ts_words="$ts_words $ts_word"
  done
  # shellcheck disable=SC2086
  tc qdisc replace dev "$ts_dev" root handle "$ts_handle" "$ts_kind" $ts_words 2>/dev/null ||
    tc qdisc replace dev "$ts_dev" root handle "$ts_handle" "$ts_kind"
}

# ts_teql_slaves LISTING TEQL: the links that it sends by.
ts_teql_slaves() { ts_each_line ts_teql_slave "$1" "$2"; }
ts_teql_slave() {
  case $1 in "qdisc $2 "*' root '*) ;; *) return 0 ;; esac
  # shellcheck disable=SC2086
  set -- $1
  printf '%s\n' "$5"
}

# ts_teql_legs LINES TEQL: gives it back the links that lines "leg DEV" name. 1 if it does not take one.
ts_teql_legs() {
  ts_result=0
  ts_each_line ts_teql_leg "$1" "$2"
  return "$ts_result"
}
ts_teql_leg() { case $1 in 'leg '*) ts_set_root_qdisc "${1#leg }" "$2" || ts_result=1 ;; esac; }
