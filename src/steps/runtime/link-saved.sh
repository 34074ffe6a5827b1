# shellcheck shell=sh
# A link that is removed, for the case that it must come back: beside the facts of link.sh its MTU, the kernel parameters
# that are not as a new link has them, and its root qdisc.

# ts_save_link DEV: prints all of it. One of which it cannot be told is not removed.
ts_save_link() {
  TS_STACK='' ts_no_ports=''
  ts_stand "$1"
  ts_facts || return
  ts_line "/sys/class/net/$1/mtu"
  printf 'mtu %s\n' "$TS_V"
  ts_save_parameters "$1"
  ts_save_qdiscs "$1"
  printf '%s' "$TS_CAPTURED"
}

# By one process: FILE:VALUE of this link and of a new one.
ts_save_parameters() {
  set +f
  ts_listed=$(
    cd /proc/sys/net && grep -s '' ipv4/conf/default/* ipv6/conf/default/* ipv4/neigh/default/* ipv6/neigh/default/* \
      "ipv4/conf/$1"/* "ipv6/conf/$1"/* "ipv4/neigh/$1"/* "ipv6/neigh/$1"/*
  )
  set -f
  ts_listed=$TS_NL$ts_listed$TS_NL
  IFS=$TS_NL
  for ts_value in $ts_listed; do
    case $ts_value in */"$1"/*) ;; *) continue ;; esac
    case $ts_listed in *"$TS_NL${ts_value%%/"$1"/*}/default/${ts_value#*/"$1"/}$TS_NL"*) continue ;; esac
    printf 'parameter %s %s\n' "${ts_value%%:*}" "${ts_value#*:}"
  done
  unset IFS
}

# The line of one with classes or filters does not say all: it is told that it is missed.
ts_save_qdiscs() {
  command -v tc >/dev/null || return 0
  ts_listed=$(tc qdisc show dev "$1") || return 0
  ts_each_line ts_save_qdisc "$ts_listed"
}
ts_save_qdisc() {
  # shellcheck disable=SC2086
  set -- $1
  case "$2 $4" in
    noqueue\ * | mq\ * | *' parent') ;;
    bfifo\ root | choke\ root | codel\ root | cake\ root | fq\ root | fq_*\ root | gred\ root | pfifo*\ root | pie\ root | red\ root | sfb\ root | sfq\ root | tbf\ root | plug\ root | netem\ root)
      ts_kind=$2 ts_handle=$3
      # qdisc KIND HANDLE root refcnt N
      shift 6
      printf '%s\n' "qdisc $ts_kind $ts_handle $*"
      ;;
    *) printf '%s\n' "lost qdisc $2" ;;
  esac
}

# ts_load_link DEV SAVED: on a link that has just been made. What cannot be brought back is told, and 1 returned.
ts_load_link() {
  ts_lost=''
  ts_each_line ts_load_setting "$2" "$1"
  TS_CAPTURED=$2 TS_RC=0
  ts_restore
  ts_each_line ts_load_qdisc "$2" "$1"
  [ -z "$ts_lost" ] || printf 'could not restore:%s\n' "$ts_lost" >&2
  [ "$TS_RC" = 0 ] && [ -z "$ts_lost" ]
}
ts_load_setting() { # LINE DEV
  ts_dev=$2
  # shellcheck disable=SC2086
  set -- $1
  case $1 in
    mtu) ip link set dev "$ts_dev" mtu "$2" || ts_lost="$ts_lost mtu" ;;
    parameter)
      ts_path=/proc/sys/net/$2
      shift 2
      ts_line "$ts_path"
      [ "$TS_V" = "$*" ] || printf '%s\n' "$*" >"$ts_path" || ts_lost="$ts_lost $ts_path"
      ;;
    lost) ts_lost="$ts_lost $2 $3" ;;
  esac
}
ts_load_qdisc() { # LINE DEV
  case $1 in 'qdisc '*) ;; *) return 0 ;; esac
  ts_dev=$2 ts_wanted=$1 ts_words=''
  # shellcheck disable=SC2086
  set -- $1
  ts_kind=$2 ts_handle=$3
  shift 3
  # tc prints a number of packets with a unit that it does not take.
  for ts_word in "$@"; do
    case $ts_word in *[!0-9]*p) ;; [0-9]*p) ts_word=${ts_word%p} ;; esac
    ts_words="$ts_words $ts_word"
  done
  # shellcheck disable=SC2086
  tc qdisc replace dev "$ts_dev" root handle "$ts_handle" "$ts_kind" $ts_words 2>/dev/null ||
    tc qdisc replace dev "$ts_dev" root handle "$ts_handle" "$ts_kind" || :
  ts_listed=$(tc qdisc show dev "$ts_dev")
  ts_now=$(ts_each_line ts_save_qdisc "$ts_listed")
  ts_has "$ts_wanted" "$ts_now" || ts_lost="$ts_lost $ts_wanted"
}
