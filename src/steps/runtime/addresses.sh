# shellcheck shell=sh
# Addresses of links as entries: first what ip knows one by (ADDRESS/LENGTH, or ADDRESS peer ADDRESS/LENGTH), then words.
# Those of one that is wanted are pairs, of what was declared only: the value of a flag is "yes", and "-" is that of what
# it has not.

# ts_addresses LISTING DEV WANTED GONE: says the static global addresses of a link. LISTING is what `ip -o addr show` has
# printed; WANTED and GONE are entries, one a line, which count whatever they are. One with a lifetime belongs to whoever
# renews it. One that is not wanted comes with all its words, for the case that it must come back.
ts_addresses() {
  ts_text=$1 TS_STACK=$2
  ts_each_line ts_address_entry "$ts_text" "$3" "$4"
}
ts_address_entry() { # LINE WANTED GONE
  ts_address_of "$1" || return 0
  case $TS_FACT in *"$TS_TAB"*) ts_dynamic=' dynamic' ;; *) ts_dynamic='' ;; esac
  if ts_find "$ts_at" "$2"; then
    ts_pairs=''
    # shellcheck disable=SC2086 # words without white space; globbing is off
    set -- ${TS_LINE#"$ts_at"}
    while [ $# -gt 1 ]; do
      ts_address_word "$1"
      ts_pairs="$ts_pairs $1 $TS_V"
      shift 2
    done
    ts_pairs=$ts_pairs$ts_dynamic
    ts_say "$ts_at${ts_pairs:+$TS_TAB${ts_pairs# }}"
  elif ts_has "$ts_at" "$3"; then
    ts_say "$ts_at$TS_TAB$ts_words$ts_dynamic"
  else
    case $TS_FACT$ts_dynamic in *' dynamic') ;; *' scope global'*) ts_say "$ts_at$TS_TAB$ts_words" ;; esac
  fi
}
ts_fact_of_address() {
  TS_FACT=''
  # shellcheck disable=SC2086
  ts_addr_fact $1
}

# ts_address_of LINE: ts_at is what ip knows the address of this line by, ts_words the rest. 1 if it is none of TS_STACK.
ts_address_of() {
  ts_fact_of_address "$1"
  [ -n "$TS_FACT" ] || return 1
  ts_words=${TS_FACT%%"$TS_TAB"*} ts_words=${ts_words#addr * }
  ts_at=${ts_words%% *} ts_words="${ts_words#* } "
  case $ts_words in
    'peer '*)
      ts_peer=${ts_words#peer } ts_peer=${ts_peer%% *}
      ts_at="$ts_at peer $ts_peer" ts_words=${ts_words#"peer $ts_peer "}
      ;;
  esac
  ts_words=${ts_words% }
}

# ts_address_word NAME: TS_V is the value that ts_words have for it.
ts_address_word() {
  TS_V=-
  case " $ts_words " in *" $1 "*) ;; *) return 0 ;; esac
  case $1 in
    noprefixroute | nodad) TS_V=yes ;;
    *) TS_V=" $ts_words " TS_V=${TS_V#*" $1 "} TS_V=${TS_V%% *} ;;
  esac
}

# ts_address_options WORDS: TS_OPTIONS is how ip takes them.
ts_address_options() {
  TS_OPTIONS='' ts_valid=forever ts_preferred=forever
  # shellcheck disable=SC2086
  set -- $1
  while [ $# -gt 0 ]; do
    case "$1 ${2-}" in
      # Whoever renews it does so soon.
      dynamic\ *) ts_valid=3600 ts_preferred=3600 ;;
      *\ -) shift ;;
      preferred_lft\ *) ts_preferred=$2; shift ;;
      yes\ *) ;;
      *) TS_OPTIONS="$TS_OPTIONS $1" ;;
    esac
    shift
  done
  TS_OPTIONS="$TS_OPTIONS valid_lft $ts_valid preferred_lft $ts_preferred"
}

# ts_add_address DEV ADDRESS [WORDS]. The kernel has each address of IPv6 once on a link: one with another length goes.
ts_add_address() {
  ts_address_options "${3-}"
  case $2 in
    *:*)
      ts_address_put add "$1" "$2" 2>/dev/null && return
      ts_find_address "$1" "${2%%[/ ]*}" || return
      [ -z "$ts_there" ] || [ "$ts_there" = "$2" ] || { ts_renew_address "$1" "$ts_there" "$2"; return; }
      ;;
  esac
  ts_address_put add "$1" "$2"
}
# shellcheck disable=SC2086
ts_address_put() { ip addr "$1" $3 dev "$2" $TS_OPTIONS; }

# ts_find_address DEV ADDRESS: ts_there and ts_with are this address of the link, with or without its length. Empty if
# there is none, 1 if that cannot be told.
ts_find_address() {
  ts_there='' ts_with='' ts_now=$(ip -o addr show dev "$1") || return
  TS_STACK=$1
  ts_each_line ts_find_address_line "$ts_now" "$2"
}
ts_find_address_line() {
  ts_address_of "$1" || return 0
  case $ts_at in "$2" | "$2"[/\ ]*) ts_there=$ts_at ts_with=$ts_words ;; esac
}

# ts_change_address DEV ADDRESS [WORDS]: what was not declared stays as it is.
ts_change_address() {
  ts_find_address "$1" "$2" || return
  ts_stays=''
  ts_undeclared "${3-}" "$ts_with"
  ts_address_options "$ts_stays ${3-}"
  ts_address_put replace "$1" "$2" || return
  ts_now=$(ip -o addr show dev "$1") || return
  ts_wanted="$2${3:+$TS_TAB$3}"
  TS_SAID=''
  ts_addresses "$ts_now" "$1" "$ts_wanted" ''
  case $TS_NL$TS_SAID in *"$TS_NL$ts_wanted$TS_NL"*) ;; *) ts_renew_address "$1" "$2" "$2" ;; esac
}
ts_undeclared() { # DECLARED WORDS
  ts_declared=" $1 "
  # shellcheck disable=SC2086
  set -- $2
  while [ $# -gt 0 ]; do
    case $1 in
      peer | brd | any | scope | metric | label | preferred_lft)
        case $ts_declared in *" $1 "*) ;; *) ts_stays="$ts_stays $1 $2" ;; esac
        shift
        ;;
      *) case $ts_declared in *" $1 "*) ;; *) ts_stays="$ts_stays $1" ;; esac ;;
    esac
    shift
  done
}

# shellcheck disable=SC2086
# ts_renew_address DEV OLD NEW: what the kernel does not change in place goes and comes again (TS_OPTIONS), and with it
# all that needs it.
ts_renew_address() {
  TS_AROUND=$1
  ts_capture || return
  ts_facts_then=$TS_CAPTURED TS_CAPTURED=''
  ts_each_line ts_add_unless "$ts_facts_then" "addr $1 $2 "
  # With the first of its network the others go, and come back behind it: it is the source of packets. Those of a link
  # that is down were not captured.
  case $ts_facts_then in *"addr $1 "*) ts_promote=0 ;; *) ts_promote=1 ;; esac
  case $2 in
    *:*) ts_del_address "$1" "$2" ;;
    *) ts_while_promoting "$ts_promote" "$1" ip addr del $2 dev "$1" ;;
  esac || return
  TS_RC=0
  if ! ts_address_put add "$1" "$3"; then
    TS_RC=1 TS_CAPTURED=$ts_facts_then
  fi
  ts_restore
  return "$TS_RC"
}

# ts_del_address DEV ADDRESS. One of IPv6 that another length has been given to is gone already.
ts_del_address() {
  # shellcheck disable=SC2086
  set -- "$1" "$2" ip addr del $2 dev "$1"
  case $2 in
    *:*)
      ( shift 2; "$@" ) 2>/dev/null && return
      ts_find_address "$1" "$2" || return
      [ -n "$ts_there" ] || return 0
      shift 2
      "$@"
      ;;
    *)
      ts_dev=$1
      shift 2
      ts_promoting "$ts_dev" "$@"
      ;;
  esac
}

# ts_promoting DEV COMMAND...: without this, with the first IPv4 address of a network all others of it would go.
ts_promoting() { ts_while_promoting 1 "$@"; }

# ts_while_promoting FLAG DEV COMMAND...: runs it while promote_secondaries of the link is that.
ts_while_promoting() {
  ts_flag=$1 ts_path=/proc/sys/net/ipv4/conf/$2/promote_secondaries
  shift 2
  ts_line "$ts_path"
  ts_found_flag=$TS_V
  [ "$ts_found_flag" = "$ts_flag" ] || printf '%s\n' "$ts_flag" >"$ts_path"
  "$@"
  ts_status=$?
  [ "$ts_found_flag" = "$ts_flag" ] || printf '%s\n' "$ts_found_flag" >"$ts_path"
  return "$ts_status"
}
