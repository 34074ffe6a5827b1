# shellcheck shell=sh
# What a link carries moves to another; whether the SSH connection goes over a link. ADDRESSES is what `ip -o addr show`
# has printed.

# ts_carried ADDRESSES MASTER SLAVE...: the facts that must move from the slaves to their master. Of one that is a slave
# already, or down, there can only be addresses.
ts_carried() {
  ts_text=$1 ts_master=$2 TS_STACK='' TS_CAPTURED='' ts_in=''
  shift 2
  for ts_dev in "$@"; do
    ts_line "/sys/class/net/$ts_dev/flags"
    if [ -e "/sys/class/net/$ts_dev/upper_$ts_master" ] || [ $((TS_V & 1)) = 0 ]; then
      ts_in="$ts_in $ts_dev"
    else
      TS_STACK="$TS_STACK $ts_dev"
    fi
  done
  if [ -n "$TS_STACK" ]; then ts_list_facts || return 2; fi
  TS_STACK=$ts_in
  ts_each_line ts_carried_address "$ts_text"
  ts_each_line ts_carried_line "$TS_CAPTURED"
}
ts_carried_address() {
  ts_fact_of_address "$1"
  [ -z "$TS_FACT" ] || ts_add "$TS_FACT"
}
# What the kernel has made from a router's word it makes again; link-local addresses stay with their link.
ts_carried_line() {
  case $1 in
    'group '* | 'addr '*:*' scope link'*) return 0 ;;
    'addr '*' noprefixroute '*"$TS_TAB"*) ;;
    'addr '*:*' mngtmpaddr'*"$TS_TAB"*) return 0 ;;
  esac
  printf '%s\n' "${1%%"$TS_TAB"*}"
}

# ts_carry OLD MASTER SLAVE...: moves what the slaves carry to their master, or OLD, what they had, back.
ts_carry() {
  ts_old=$1 ts_master=$2 ts_result=0
  shift 2
  for ts_slave in "$@"; do
    [ -e "/sys/class/net/$ts_slave" ] || continue
    if [ -n "$ts_old" ]; then
      ts_from=$ts_master ts_to=$ts_slave
      ts_moving=$(ts_each_line ts_about "$ts_old" "$ts_slave")
    else
      ts_from=$ts_slave ts_to=$ts_master
      ts_addrs=$(ip -o addr show dev "$ts_slave") || return
      ts_moving=$(ts_carried "$ts_addrs" "$ts_master" "$ts_slave" | while IFS= read -r ts_one; do ts_renamed "$ts_one" "$ts_slave" "$ts_master"; done)
    fi
    ts_move || ts_result=1
  done
  return "$ts_result"
}
ts_about() { case "$1 " in *" $2 "*) printf '%s\n' "$1" ;; esac; }

# ts_renamed FACT FROM TO: the same fact of another link. A label names the link that it was on.
ts_renamed() {
  ts_from=$2 ts_to=$3 ts_words=''
  # shellcheck disable=SC2086
  set -- $1
  ts_head=$1
  case $1 in route) ts_head="$1 $2" ;; *) ts_head="$1 $ts_to" ;; esac
  shift 2
  while [ $# -gt 0 ]; do
    case $1 in
      dev) case $2 in "$ts_from") ts_words="$ts_words dev $ts_to" ;; *) ts_words="$ts_words dev $2" ;; esac; shift ;;
      label) shift ;;
      *) ts_words="$ts_words $1" ;;
    esac
    shift
  done
  printf '%s%s\n' "$ts_head" "$ts_words"
}

# ts_move: makes the facts ts_moving of ts_to true, then takes from ts_from what they were there. An address is on one
# of the two at any time. Through a link that is down nothing is routed.
ts_move() {
  [ -n "$ts_moving" ] || return 0
  TS_STACK=$ts_from TS_RC=0
  ts_list_facts || return
  ts_there=$TS_CAPTURED
  ts_line "/sys/class/net/$ts_to/flags"
  if [ $((TS_V & 1)) = 1 ]; then TS_CAPTURED="up $ts_to$TS_NL"; else TS_CAPTURED="down $ts_to$TS_NL"; fi
  ts_each_line ts_move_line "$ts_moving"
  ts_restore
  [ "$TS_RC" = 0 ] || return
  ts_each_line ts_leave_line "$ts_moving" | ts_promoting "$ts_from" ip -force -b - >/dev/null 2>&1
  ts_each_line ts_leave_line "$ts_moving" -6 | ip -6 -force -b - >/dev/null 2>&1
  return 0
}
ts_move_line() { # FACT
  case $TS_CAPTURED$1 in 'down '*'route '* | 'down '*'neigh '* | 'down '*'proxy '* | 'down '*'nexthop '*) return 0 ;; esac
  ts_was=$(ts_renamed "$1" "$ts_to" "$ts_from")
  # What runs out goes on running out.
  ts_find "$ts_was" "$ts_there" || :
  case $TS_LINE in *"$TS_TAB"*) ts_add "$1$TS_TAB${TS_LINE#*"$TS_TAB"}" ;; *) ts_add "$1" ;; esac
}
ts_leave_line() { # FACT [-6]
  ts_was=$(ts_renamed "$1" "$ts_to" "$ts_from")
  # shellcheck disable=SC2086
  set -- "${2-}" $ts_was
  case $1$2 in
    addr) printf '%s\n' "addr del $4 dev $3" ;;
    neigh) printf '%s\n' "neigh del $4 dev $3" ;;
    proxy) printf '%s\n' "neigh del proxy $4 dev $3" ;;
    route | -6route)
      [ "${1:--4}" = "$3" ] || return 0
      shift 3
      printf '%s\n' "route del $*"
      ;;
  esac
}

# ts_there DEV: is there such a link, or will there be one, as a check foresees? TS_S is value where it is there already.
ts_there() {
  TS_S=value
  [ ! -e "/sys/class/net/$1" ] || return 0
  TS_S=absent
  case $TS_FRESH in *" link:$1 "*) return 0 ;; esac
  printf 'there is no link %s\n' "$1" >&2
  return 1
}

# ts_mtu_fits DEV MTU: can it have that?
ts_mtu_fits() {
  ts_line "/sys/class/net/$1/mtu"
  [ "$TS_V" != "$2" ] || return 0
  ts_text=$(ip -d -o link show dev "$1") || return
  case $ts_text in *' maxmtu '*) ts_most=${ts_text##* maxmtu } ts_most=${ts_most%% *} ;; *) ts_most=0 ;; esac
  [ "$ts_most" = 0 ] || [ "$ts_most" -ge "$2" ] || { printf '%s can have an MTU of %s at most\n' "$1" "$ts_most" >&2; return 1; }
}

# ts_free DEV: does it belong to no other link, or will it not any more, as a check foresees?
ts_free() {
  [ -e "/sys/class/net/$1/master" ] || return 0
  case $TS_FRESH in *" free:$1 "*) return 0 ;; esac
  set +f
  for ts_upper in "/sys/class/net/$1"/upper_*; do
    # shellcheck disable=SC3013 # all three shells have it
    [ "$ts_upper" -ef "/sys/class/net/$1/master" ] || continue
    set -f
    case $TS_FRESH in *" gone:link:${ts_upper##*/upper_} "*) return 0 ;; esac
    printf '%s belongs to %s\n' "$1" "${ts_upper##*/upper_}" >&2
    return 1
  done
  return 1
}

# ---- the connection that all of this comes by -------------------------------------------------------------------

# ts_ssh_at ADDRESSES DEV...: TS_AT is the address that the SSH connection came to, where it is a static one of these;
# ts_at_any, where it is one of these at all.
ts_ssh_at() {
  ts_text=$1 TS_AT='' ts_at_any=''
  shift
  TS_STACK=$*
  # shellcheck disable=SC2086 # client, its port, our address, our port
  set -- $TS_SSH
  [ $# = 4 ] || return 0
  ts_each_line ts_ssh_line "$ts_text" "${3%%"%"*}"
}
ts_ssh_line() { # LINE ADDRESS
  ts_fact_of_address "$1"
  case $TS_FACT in *" $2/"* | *" $2 "*) ts_at_any=$2 ;; *) return 0 ;; esac
  case $TS_FACT in *"$TS_TAB"*) ;; *) TS_AT=$2 ;; esac
}

# ts_ssh_over ADDRESSES DEV...: does the SSH connection go over one of these links, or over what stands on them?
ts_ssh_over() {
  ts_text=$1 TS_STACK='' TS_AT=''
  shift
  for ts_dev in "$@"; do [ ! -e "/sys/class/net/$ts_dev" ] || ts_stand "$ts_dev"; done
  [ -n "$TS_STACK" ] || return 1
  # shellcheck disable=SC2086
  set -- $TS_SSH
  [ $# = 4 ] || return 1
  ts_each_line ts_ssh_line "$ts_text" "${3%%"%"*}"
  [ -z "$TS_AT" ] || return 0
  case $1 in *%*) ts_on_stack "${1#*%}"; return ;; esac
  # shellcheck disable=SC2046
  set -- $(ip -o route get "$1")
  while [ $# -gt 1 ]; do
    if [ "$1" = dev ]; then ts_on_stack "$2"; return; fi
    shift
  done
  return 1
}
