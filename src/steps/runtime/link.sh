# shellcheck shell=sh
# around(link(dev)): what a link, its slaves and all that stands on them lose when it goes down or changes its kind is
# captured before and restored after, one fact a line (link-facts.sh). Kernel parameters, qdiscs with their classes and
# filters, and the settings of a port of a bridge survive by themselves (seen on Linux 6.1).

# ts_capture: TS_AROUND names the link; its facts go into TS_CAPTURED. Returns 1 if they cannot be told.
ts_capture() {
  TS_CAPTURED=''
  [ -e "/sys/class/net/$TS_AROUND" ] || return 0
  TS_STACK='' ts_no_ports=''
  ts_stand "$TS_AROUND"
  ts_states
  # Links that are down have nothing to lose by it.
  case $TS_NL$TS_CAPTURED in *"$TS_NL"up\ *) ;; *) return 0 ;; esac
  ts_list_facts && return 0
  printf 'what %s and the links on it carry could not be told, so nothing was changed\n' "$TS_AROUND" >&2
  return 1
}

# ts_capture_device DEV: the same for a link that joins a bond or leaves it: whether it is up, and in TS_OVER alone what
# stands on it beside that bond. What it carries itself has moved before.
ts_capture_device() {
  TS_CAPTURED='' TS_OVER='' TS_STACK='' ts_no_ports=1
  [ -e "/sys/class/net/$1" ] || return 0
  set +f
  for ts_upper in "/sys/class/net/$1"/upper_*; do
    set -f
    ts_upper=${ts_upper##*/upper_}
    # shellcheck disable=SC3013 # all three shells have it
    [ ! -e "/sys/class/net/$ts_upper" ] || [ "/sys/class/net/$1/master" -ef "/sys/class/net/$ts_upper" ] || ts_stand "$ts_upper"
  done
  set -f
  if [ -n "$TS_STACK" ]; then
    ts_facts || return
    TS_OVER=$TS_CAPTURED
  fi
  ts_line "/sys/class/net/$1/flags"
  if [ $((TS_V & 1)) = 1 ]; then TS_CAPTURED="up $1$TS_NL$TS_OVER"; else TS_CAPTURED="down $1$TS_NL$TS_OVER"; fi
}

# ts_stand DEV: adds a link to TS_STACK, its slaves, and whatever stands on one of them.
ts_stand() {
  case " $TS_STACK " in *" $1 "*) return 0 ;; esac
  TS_STACK="$TS_STACK $1"
  if [ -e "/sys/class/net/$1/bonding/slaves" ]; then
    ts_line "/sys/class/net/$1/bonding/slaves"
    for ts_below in $TS_V; do ts_stand "$ts_below"; done
  fi
  ts_uppers "$1"
}
ts_uppers() {
  set +f
  for ts_upper in "/sys/class/net/$1"/upper_*; do
    set -f
    [ ! -e "$ts_upper" ] || ts_stand "${ts_upper##*/upper_}"
  done
  set -f
}

ts_on_stack() { case " $TS_STACK " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

# ts_facts: TS_CAPTURED is all that is true now of the links of TS_STACK. ts_states: what /sys tells of it.
ts_facts() { ts_states && ts_list_facts; }
ts_states() {
  TS_CAPTURED=''
  for ts_dev in $TS_STACK; do
    [ -e "/sys/class/net/$ts_dev" ] || continue
    ts_line "/sys/class/net/$ts_dev/flags"
    if [ $((TS_V & 1)) = 1 ]; then ts_add "up $ts_dev"; else ts_add "down $ts_dev"; fi
    [ ! -e "/sys/class/net/$ts_dev/bonding" ] || ts_bond_facts "$ts_dev"
    # A slave has the address that its bond gives it.
    ts_line "/sys/class/net/$ts_dev/address"
    [ -e "/sys/class/net/$ts_dev/bonding_slave" ] || ts_add "mac $ts_dev $TS_V"
  done
}
ts_add() { TS_CAPTURED=$TS_CAPTURED$1$TS_NL; }

ts_bond_facts() {
  ts_line "/sys/class/net/$1/bonding/slaves"
  for ts_below in $TS_V; do ts_add "slave $ts_below $1"; done
  # Which slave has a queue of its own, or is preferred, only ip tells.
  [ -n "$TS_V" ] && [ -z "$ts_no_ports" ] || return 0
  ts_ports=$(ip -d -o link show master "$1") || return 0
  ts_each_line ts_port_line "$ts_ports"
}
ts_port_line() {
  # shellcheck disable=SC2086 # words of ip's own output; globbing is off
  ts_port_fact $1
}
ts_port_fact() { # INDEX: SLAVE: WORDS...
  ts_name=${2%%[@:]*}
  while [ $# -gt 1 ]; do
    case $1 in queue_id | prio) [ "$2" = 0 ] || ts_add "port $ts_name $1 $2" ;; esac
    shift
  done
}

# ts_restore: brings back what TS_CAPTURED says and is not so, by one process of ip. What has failed is missing again,
# and may succeed behind what it needs: a route through a route.
ts_restore() {
  [ -n "$TS_CAPTURED" ] || return 0
  ts_kept=$TS_RC ts_try=0 ts_wanted=$TS_CAPTURED TS_STACK=''
  ts_each_line ts_restore_stack "$ts_wanted"
  # Processes are spared for what is not wanted.
  case $TS_NL$ts_wanted in *"$TS_NL"port\ *) ts_no_ports='' ;; *) ts_no_ports=1 ;; esac
  case $ts_wanted in *'addr '* | *'neigh '* | *'proxy '* | *'nexthop '* | *'route '*) ts_look=ts_facts ;; *) ts_look=ts_states ;; esac
  while ts_missing && [ "$ts_try" -lt 3 ]; do
    ts_try=$((ts_try + 1))
    # Why it fails is told at the last time.
    ( [ "$ts_try" = 3 ] || exec 2>/dev/null; ts_again_all ) >&2
  done
  TS_CAPTURED=$ts_wanted TS_RC=$ts_kept
  if [ -n "$TS_MISSING" ]; then
    printf 'could not restore:\n%s' "$TS_MISSING" >&2
    TS_RC=1
  fi
}
ts_restore_stack() { case $1 in 'up '* | 'down '*) TS_STACK="$TS_STACK ${1#* }" ;; esac; }

# ts_missing: TS_MISSING is what ts_wanted says and is not so. Returns 1 if there is nothing.
ts_missing() {
  "$ts_look" || :
  TS_MISSING=''
  ts_each_line ts_missing_line "$ts_wanted"
  [ -n "$TS_MISSING" ]
}
ts_missing_line() {
  case ${1%% *} in up | down | mac | slave | port | addr | neigh | proxy | nexthop | group | route) ;; *) return 0 ;; esac
  ts_key=${1%%"$TS_TAB"*}
  ts_has "$ts_key" "$TS_CAPTURED" && return 0
  # shellcheck disable=SC2086
  case $1 in 'mac '* | 'port '*' prio '*) ts_not_kept $1 && return 0 ;; esac
  TS_MISSING=$TS_MISSING$1$TS_NL
}
# A bond that has the address of its active slave keeps none of its own, and some modes prefer no slave.
ts_not_kept() {
  if [ "$1" = mac ]; then
    ts_line "/sys/class/net/$2/bonding/fail_over_mac"
    case $TS_V in active* | follow*) return 0 ;; *) return 1 ;; esac
  fi
  ts_line "/sys/class/net/$2/master/bonding/mode"
  case $TS_V in active-backup* | balance-?lb*) return 1 ;; *) return 0 ;; esac
}

# In the order that the kernel takes them.
ts_again_all() {
  for ts_kind in slave port mac up addr neigh proxy nexthop group 'route -4' probed down; do
    ts_each_line ts_again "$TS_MISSING" "$ts_kind"
  done | ip -force -b -
  case $TS_MISSING in *'route -6 '*) ts_each_line ts_again "$TS_MISSING" 'route -6' | ip -6 -force -b - ;; esac
}

# ts_again FACT KIND: the command for this fact, if it is one of this kind.
ts_again() {
  # shellcheck disable=SC2086
  case $1 in
    "$2 "*) ts_again_word $1 ;;
    'addr '*) [ "$2" != probed ] || ts_probed $1 ;;
  esac
}
ts_again_word() {
  ts_kind_of=$1 ts_dev=$2
  shift 2
  case $ts_kind_of in
    slave) printf 'link set dev %s down\nlink set dev %s master %s\n' "$ts_dev" "$ts_dev" "$1" ;;
    port) printf '%s\n' "link set dev $ts_dev type bond_slave $*" ;;
    mac) printf '%s\n' "link set dev $ts_dev address $1" ;;
    up | down) printf '%s\n' "link set dev $ts_dev $ts_kind_of" ;;
    # While an address is probed for duplicates it can be the source of no route: it comes without a probe.
    addr) case $1 in *:*) set -- "$@" nodad ;; esac; ts_address_command replace "$@" ;;
    neigh) printf '%s\n' "neigh replace $1 lladdr $2 dev $ts_dev nud permanent" ;;
    proxy) printf '%s\n' "neigh replace proxy $1 dev $ts_dev" ;;
    nexthop | group) printf '%s\n' "nexthop replace $*" ;;
    route) printf '%s\n' "route replace $*" ;;
  esac
}
ts_address_command() { ts_verb=$1 ts_at=$2; shift 2; printf '%s\n' "addr $ts_verb $ts_at dev $ts_dev $*"; }
# That it was not probed goes on as a flag, unless it is told that it has none.
ts_probed() {
  ts_dev=$2
  shift 2
  case $1 in *:*) case " $* " in *' nodad '*) ;; *) ts_address_command change "$@" ;; esac ;; esac
}

# ts_set_mac DEV MAC: some drivers take it only while the link is down. What goes with that comes back.
ts_set_mac() {
  ip link set dev "$1" address "$2" 2>/dev/null && return
  TS_AROUND=$1
  ts_capture || return
  ts_facts_then=$TS_CAPTURED TS_CAPTURED='' TS_RC=0
  ts_each_line ts_add_unless "$ts_facts_then" "mac $1 "
  ip link set dev "$1" down && ip link set dev "$1" address "$2" || TS_RC=1
  ts_restore
  return "$TS_RC"
}
# ts_add_unless FACT BEGINNING
ts_add_unless() { case "$1 " in "$2"*) ;; *) ts_add "$1" ;; esac; }
