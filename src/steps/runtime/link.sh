# shellcheck shell=sh
# around(link(dev)): what a link loses when it goes down or changes its kind, captured before and restored after.

# ts_capture: TS_AROUND names the device. Its state goes into TS_CAPTURED, one line a fact.
ts_capture() {
  TS_CAPTURED=''
  [ -e "/sys/class/net/$TS_AROUND" ] || return 0
  ts_stack=$TS_AROUND
  ts_uppers "$TS_AROUND"
  for ts_dev in $ts_stack; do
    TS_CAPTURED=$TS_CAPTURED$(ts_capture_link "$ts_dev")$TS_NL
  done
  # Nothing is routed through links that are down, and two processes are spared.
  case $TS_NL$TS_CAPTURED in *"$TS_NL"up\ *) TS_CAPTURED=$TS_CAPTURED$(ts_capture_routes)$TS_NL ;; esac
}

# Links that stand on this one (VLANs, bridges) lose their routes with it.
ts_uppers() {
  set +f
  for ts_upper in "/sys/class/net/$1"/upper_*; do
    [ -e "$ts_upper" ] || continue
    ts_upper=${ts_upper##*/upper_}
    case " $ts_stack " in *" $ts_upper "*) continue ;; esac
    ts_stack="$ts_stack $ts_upper"
    ts_uppers "$ts_upper"
  done
  set -f
}

ts_capture_link() {
  read -r ts_flags <"/sys/class/net/$1/flags" || ts_flags=0
  [ $((ts_flags & 1)) = 0 ] || printf 'up %s\n' "$1"
  if [ -r "/sys/class/net/$1/bonding/slaves" ]; then
    read -r ts_slaves <"/sys/class/net/$1/bonding/slaves" || :
    for ts_slave in $ts_slaves; do printf 'slave %s %s\n' "$ts_slave" "$1"; done
  fi
  ts_line "/sys/class/net/$1/addr_assign_type"
  # A MAC that somebody set; a bond without slaves forgets it.
  if [ "$TS_V" = 3 ]; then
    ts_line "/sys/class/net/$1/address"
    printf 'mac %s %s\n' "$1" "$TS_V"
  fi
  ip -o addr show dev "$1" | while read -r ts_i ts_d ts_family ts_rest; do
    ts_lives=${ts_rest#*\\} ts_rest=${ts_rest%%\\*}
    case $ts_family in
      inet | inet6) ts_address "$ts_family" "$1" "$ts_rest" "$ts_lives" ;;
    esac
  done
}

# Flags that the kernel sets by itself do not parse back; lifetimes do, without their unit.
ts_address() {
  ts_family=$1 ts_on=$2 ts_words=''
  # shellcheck disable=SC2086
  case $4 in *sec*) set -- "$@" $4; ts_words=" $5 ${6%sec} $7 ${8%sec}" ;; esac
  # shellcheck disable=SC2086 # words of ip's own output; globbing is off
  set -- $3
  ts_peer=$1
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      peer) ts_words="$ts_words peer $2"; shift ;;
      brd | scope | metric) ts_words="$ts_words $1 $2"; shift ;;
      noprefixroute | home | nodad | mngtmpaddr) ts_words="$ts_words $1" ;;
      dynamic | temporary | tentative | dadfailed | deprecated | secondary) ;;
    esac
    shift
  done
  case $ts_words in *'scope link'*) [ "$ts_family" = inet ] || return 0 ;; esac
  printf 'addr %s dev %s%s\n' "$ts_peer" "$ts_on" "$ts_words"
}

ts_capture_routes() {
  for ts_family in -4 -6; do
    ip -o "$ts_family" route show table all 2>/dev/null | while read -r ts_route; do
      for ts_dev in $ts_stack; do
        case " $ts_route " in
          *" dev $ts_dev "*) ts_route_line "$ts_family" "$ts_route"; break ;;
        esac
      done
    done
  done
}

# Kernel and router-advertised routes come back by themselves; state flags do not parse.
ts_route_line() {
  case " $2 " in *' proto kernel '* | *' proto ra '* | *' table local '*) return 0 ;; esac
  ts_words=''
  ts_fam=$1
  # shellcheck disable=SC2086
  set -- $2
  while [ $# -gt 0 ]; do
    case $1 in
      linkdown | dead | offload | trap | rt_offload | rt_trap | offload_failed | \\) ;;
      expires) shift ;;
      *) ts_words="$ts_words ${1%\\}" ;;
    esac
    shift
  done
  printf 'route %s%s\n' "$ts_fam" "$ts_words"
}

# ts_restore: brings back what TS_CAPTURED says, in an order that the kernel takes. What still stands is left.
ts_restore() {
  [ -n "$TS_CAPTURED" ] || return 0
  ts_kept=$TS_RC
  ts_restored=''
  ts_each_line ts_restore_slave "$TS_CAPTURED"
  ts_each_line ts_restore_mac "$TS_CAPTURED"
  ts_each_line ts_restore_up "$TS_CAPTURED"
  ts_each_line ts_restore_addr "$TS_CAPTURED"
  ts_each_line ts_restore_route "$TS_CAPTURED"
  # A route through another one needs a second pass.
  [ -z "$ts_restored" ] || { ts_restored=''; ts_each_line ts_restore_route "$TS_CAPTURED"; }
  ts_each_line ts_restore_flags "$TS_CAPTURED"
  TS_RC=$ts_kept
  if [ -n "$ts_restored" ]; then
    printf 'could not restore: %s\n' "$ts_restored" >&2
    TS_RC=1
  fi
}

ts_restore_slave() {
  # shellcheck disable=SC2086
  set -- $1
  [ "$1" = slave ] && [ ! -e "/sys/class/net/$2/master" ] || return 0
  [ -e "/sys/class/net/$3/bonding" ] || return 0
  ip link set dev "$2" down >&2
  ip link set dev "$2" master "$3" >&2 || ts_restored="$2 as a slave of $3"
}
ts_restore_mac() {
  # shellcheck disable=SC2086
  set -- $1
  [ "$1" = mac ] || return 0
  ts_line "/sys/class/net/$2/address"
  [ "$TS_V" = "$3" ] || ip link set dev "$2" address "$3" >&2 || ts_restored="the MAC of $2"
}
ts_restore_up() {
  # shellcheck disable=SC2086
  set -- $1
  [ "$1" != up ] || ip link set dev "$2" up >&2 || ts_restored="$2 up"
}
ts_restore_addr() {
  # shellcheck disable=SC2086
  set -- $1
  [ "$1" = addr ] || return 0
  shift
  case $1 in *:*) ip -6 addr replace "$@" nodad >&2 2>/dev/null || ip -6 addr replace "$@" >&2 || ts_restored="address $1" ;;
    *) ip addr replace "$@" >&2 || ts_restored="address $1" ;;
  esac
}
# An address that is still being probed for duplicates can be the source of no route; so it came without a probe,
# which goes on as a flag unless it is told that it has none.
ts_restore_flags() {
  case $1 in 'addr '*:*' nodad'*) return 0 ;; 'addr '*:*) ;; *) return 0 ;; esac
  # shellcheck disable=SC2086
  set -- $1
  shift
  ip -6 addr change "$@" >&2 || ts_restored="the flags of address $1"
}
ts_restore_route() {
  # shellcheck disable=SC2086
  set -- $1
  [ "$1" = route ] || return 0
  shift
  ts_fam=$1
  shift
  ip "$ts_fam" route replace "$@" >&2 2>/dev/null || ts_restored="route $*"
}

# ---- a link that becomes a slave ------------------------------------------------------------------------------

# ts_hand_over SLAVE BOND: what was reached through the link is reached through its bond from now on: addresses on a
# slave are dead weight. TS_CAPTURED is what the link had.
ts_hand_over() {
  case $TS_NL$TS_CAPTURED in *"$TS_NL"addr\ *" dev $1"*) ;; *) return 0 ;; esac
  ts_moved=''
  ts_each_line ts_hand_over_line "$TS_CAPTURED" "$1" "$2"
  [ -n "$ts_moved" ] || return 0
  ip link set dev "$2" up || return
  TS_CAPTURED=$ts_moved TS_RC=0
  ts_restore
  return "$TS_RC"
}
ts_hand_over_line() { # LINE SLAVE BOND
  case "$1 " in
    'addr '*" dev $2 "*)
      ts_ip=${1#addr }
      # Those of IPv6 have gone with the link.
      case $ts_ip in *:*) ;; *) ip addr del "${ts_ip%% *}" dev "$2" || return ;; esac
      ;;
    'route '*" dev $2 "*) ;;
    *) return 0 ;;
  esac
  ts_moved="$ts_moved${1%%" dev $2"*} dev $3${1#*" dev $2"}$TS_NL"
}

# ts_hand_back LINE SLAVE BOND: an address that goes back to the link it came from.
ts_hand_back() {
  case "$1 " in 'addr '*" dev $2 "*) ;; *) return 0 ;; esac
  ts_ip=${1#addr }
  ip addr del "${ts_ip%% *}" dev "$3" 2>/dev/null || :
}

# ---- a bond that is removed, for the case that it must come back ---------------------------------------------

ts_save_bond() {
  for ts_key in mode fail_over_mac lacp_rate ad_select xmit_hash_policy min_links miimon updelay downdelay \
    arp_interval arp_ip_target primary primary_reselect; do
    ts_line "/sys/class/net/$1/bonding/$ts_key"
    case $ts_key in arp_ip_target) ;; *) TS_V=${TS_V%% *} ;; esac
    [ -z "$TS_V" ] || printf 'opt %s %s\n' "$ts_key" "$TS_V"
  done
  ts_line "/sys/class/net/$1/mtu"
  printf 'mtu %s\n' "$TS_V"
  TS_AROUND=$1
  ts_capture
  printf '%s\n' "$TS_CAPTURED"
}

ts_load_bond() { # NAME SAVED
  ip link add name "$1" type bond || return
  ts_each_line ts_load_bond_line "$2" "$1"
  TS_CAPTURED=$2 TS_RC=0
  ts_restore
  # A primary must be a slave by now.
  ts_each_line ts_load_bond_primary "$2" "$1"
  return "$TS_RC"
}
ts_load_bond_line() {
  ts_bond=$2
  # shellcheck disable=SC2086
  set -- $1
  case $1 in
    mtu) ip link set dev "$ts_bond" mtu "$2" ;;
    opt)
      ts_path=/sys/class/net/$ts_bond/bonding/$2
      case $2 in
        primary) ;;
        arp_ip_target)
          shift 2
          for ts_ip do printf '+%s\n' "$ts_ip" >"$ts_path"; done
          ;;
        # What this mode does not have is refused, and was not there before either.
        *) [ "$3" = 0 ] || { printf '%s\n' "$3" >"$ts_path"; } 2>/dev/null || : ;;
      esac
      ;;
  esac
}
ts_load_bond_primary() {
  ts_bond=$2
  # shellcheck disable=SC2086
  set -- $1
  [ "$1 ${2-}" != 'opt primary' ] || printf '%s\n' "$3" >"/sys/class/net/$ts_bond/bonding/primary"
}
