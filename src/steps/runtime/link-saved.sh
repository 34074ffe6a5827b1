# shellcheck shell=sh
# A link that is removed, for the case that it must come back: beside the facts of link.sh its MTU, queue and alias, the
# kernel parameters that are not as a new link has them, and its root qdisc.

# ts_save_link DEV: prints all of it. One of which it cannot be told is not removed.
ts_save_link() {
  TS_STACK='' ts_no_ports=''
  ts_stand "$1"
  ts_facts || return
  ts_line "/sys/class/net/$1/mtu"
  printf 'mtu %s\n' "$TS_V"
  ts_line "/sys/class/net/$1/tx_queue_len"
  printf 'txqueuelen %s\n' "$TS_V"
  ts_save_parameters "$1"
  ts_save_qdisc "$1"
  printf '%s' "$TS_CAPTURED"
  # Last, for it may be any text.
  ! { IFS= read -r TS_V <"/sys/class/net/$1/ifalias"; } 2>/dev/null || printf 'alias %s\n' "$TS_V"
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

# Of one that words cannot bring back it is told that it is missed.
ts_save_qdisc() {
  command -v tc >/dev/null || return 0
  ts_listed=$(tc qdisc show) || return 0
  TS_V=$(ts_root_qdisc "$ts_listed" "$1")
  case $TS_V in
    '') ;;
    'lost '*) printf 'lost qdisc %s\n' "${TS_V#lost }" ;;
    *) printf 'qdisc %s\n' "$TS_V" ;;
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
  case $1 in 'alias '*) ip link set dev "$ts_dev" alias "${1#alias }" || ts_lost="$ts_lost alias" ;; esac
  # shellcheck disable=SC2086
  set -- $1
  case $1 in
    txqueuelen)
      ts_line "/sys/class/net/$ts_dev/tx_queue_len"
      [ "$TS_V" = "$2" ] || ip link set dev "$ts_dev" txqueuelen "$2" || ts_lost="$ts_lost txqueuelen"
      ;;
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
  ts_wanted=${1#qdisc }
  ts_set_root_qdisc "$2" "$ts_wanted" || :
  ts_listed=$(tc qdisc show)
  [ "$(ts_root_qdisc "$ts_listed" "$2")" = "$ts_wanted" ] || ts_lost="$ts_lost qdisc $ts_wanted"
}
