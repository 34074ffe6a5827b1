# shellcheck shell=sh
# Routes and rules of policy routing as the lines that `ip -N -o` prints, in a form that can be compared and given back
# to it.

# ts_routes LISTING FAMILY(4|6) TABLE DESTINATION METRIC TOS [LEG...]: says the routes of this key, one a line, of all tables
# listed. The LEGs that are wanted come first, in their order: a route has its legs as a set.
ts_routes() {
  ts_text=$1 ts_family=$2 ts_table=$3 ts_dest=$4 ts_metric=$5 ts_tos=$6 ts_order=''
  shift 6
  for ts_leg in "$@"; do ts_order=$ts_order$ts_leg$TS_NL; done
  ts_each_line ts_route_of_key "$ts_text"
}
ts_route_of_key() {
  case " $1 " in *" $ts_dest "*) ;; *) return 0 ;; esac
  # shellcheck disable=SC2086 # words of ip's own output; globbing is off
  ts_route_words $1
}
ts_route_words() { # [TYPE] DESTINATION WORDS...
  ts_type=''
  case $1 in
    default | *[.:]*) ;;
    6) ts_type='blackhole ' ;;
    7) ts_type='unreachable ' ;;
    8) ts_type='prohibit ' ;;
    9) ts_type='throw ' ;;
    # Local addresses, broadcast and multicast are the kernel's own.
    *) return 0 ;;
  esac
  [ -z "$ts_type" ] || shift
  [ "$1" = "$ts_dest" ] || return 0
  ts_is=4
  case $1 in *:*) ts_is=6 ;; default) case " $* " in *' pref '*) ts_is=6 ;; esac ;; esac
  [ "$ts_is" = "$ts_family" ] || return 0
  shift
  ts_words='' ts_legs='' ts_leg='' ts_in=254 ts_priority=0 ts_kind=0 ts_object='' ts_single=1
  while [ $# -gt 0 ]; do
    case ${1%\\} in
      '' | linkdown | dead | offload | offload_failed | trap | rt_offload | rt_trap | unresolved | pervasive) ;;
      table) ts_in=$2; shift ;;
      metric) ts_priority=$2; shift ;;
      tos) ts_kind=$2; shift ;;
      expires | error) shift ;;
      pref) [ "${2%\\}" = medium ] || ts_words="$ts_words pref ${2%\\}"; shift ;;
      # What its gateway makes of it goes without saying.
      scope) [ "$2$ts_leg" = "253${ts_leg#*via }" ] || ts_words="$ts_words scope $2"; shift ;;
      nhid) ts_object=" nhid ${2%\\}"; shift ;;
      nexthop) ts_end_leg; ts_single='' ;;
      via) if [ "$2" = inet6 ]; then ts_leg="${ts_leg}via inet6 $3 "; shift; else ts_leg="${ts_leg}via $2 "; fi; shift ;;
      dev) [ "$ts_type$2" = "${ts_type}lo" ] && [ -n "$ts_type" ] || ts_leg="${ts_leg}dev ${2%\\} "; shift ;;
      weight) ts_leg="${ts_leg}weight ${2%\\} "; shift ;;
      onlink) ts_leg="${ts_leg}onlink " ;;
      *) ts_words="$ts_words ${1%\\}" ;;
    esac
    shift
  done
  [ "$ts_in" = "$ts_table" ] && [ "$ts_priority" = "$ts_metric" ] && [ "$ts_kind" = "$ts_tos" ] || return 0
  ts_end_leg
  ts_head="$ts_type$ts_dest"
  [ "$ts_kind" = 0 ] || ts_head="$ts_head tos $ts_kind"
  [ "$ts_priority" = 0 ] || ts_words="$ts_words metric $ts_priority"
  if [ -n "$ts_object" ]; then
    ts_say "$ts_head$ts_object$ts_words"
  elif [ -n "$ts_single" ]; then
    ts_leg=${ts_legs%"$TS_NL"}
    ts_say "$ts_head${ts_leg:+ $ts_leg}$ts_words"
  else
    ts_words=$ts_head$ts_words
    for ts_from in "$ts_order" "$ts_legs"; do
      IFS=$TS_NL
      for ts_leg in $ts_from; do
        case $TS_NL$ts_legs in *"$TS_NL$ts_leg$TS_NL"*) ;; *) continue ;; esac
        ts_words="$ts_words nexthop $ts_leg"
        ts_legs=${ts_legs%%"$ts_leg$TS_NL"*}${ts_legs#*"$ts_leg$TS_NL"}
      done
      unset IFS
    done
    ts_say "$ts_words"
  fi
}
# Where no device is wanted, that of the kernel's choice is well.
ts_end_leg() {
  [ -n "$ts_leg" ] || return 0
  ts_leg=${ts_leg% }
  case $ts_leg in
    via\ *' dev '*)
      ts_bare=${ts_leg#* dev }
      case $ts_bare in *' '*) ts_bare="${ts_leg%% dev *} ${ts_bare#* }" ;; *) ts_bare=${ts_leg%% dev *} ;; esac
      case $TS_NL$ts_order in *"$TS_NL$ts_bare$TS_NL"*) ts_leg=$ts_bare ;; esac
      ;;
  esac
  ts_legs=$ts_legs$ts_leg$TS_NL ts_leg=''
}

# ts_set_routes ROUTES FAMILY TABLE DESTINATION METRIC TOS [LEG...]: there shall be these, and no others of this key.
ts_set_routes() {
  ts_new=$1
  shift
  ts_verb=replace
  ts_each_line ts_route_put "$ts_new" "$1" "$2" || return
  ts_now=$(ip -N -o route show table all) || return
  TS_SAID=''
  ts_routes "$ts_now" "$@"
  ts_each_line ts_route_drop "$TS_SAID" "$1" "$2"
}
ts_route_put() { # ROUTE FAMILY TABLE
  # shellcheck disable=SC2086
  ip "-$2" route "$ts_verb" table "$3" $1 || return
  ts_verb=append
}
ts_route_drop() {
  case $TS_NL$ts_new$TS_NL in *"$TS_NL$1$TS_NL"*) return 0 ;; esac
  # shellcheck disable=SC2086
  ip "-$2" route del table "$3" $1
}

# ts_rules LISTING PREFERENCE PROTOCOL: says the rules of this preference and protocol, as `ip rule add` takes them.
ts_rules() {
  ts_text=$1
  shift
  ts_each_line ts_rule_of_preference "$ts_text" "$@"
}
ts_rule_of_preference() { # LINE PREFERENCE PROTOCOL
  case $1 in "$2:$TS_TAB"*" proto $3") ;; *) return 0 ;; esac
  # shellcheck disable=SC2086
  ts_rule_words ${1#*:}
}
ts_rule_words() {
  ts_words=''
  while [ $# -gt 0 ]; do
    case $1 in
      "[detached]" | "[unresolved]") ;;
      6) ts_words="$ts_words blackhole" ;;
      7) ts_words="$ts_words unreachable" ;;
      8) ts_words="$ts_words prohibit" ;;
      proto) ts_words="$ts_words protocol $2"; shift ;;
      ipproto) ts_words="$ts_words ipproto ${2#ipproto-}"; shift ;;
      *) ts_words="$ts_words $1"; case $1 in not) ;; *) ts_words="$ts_words ${2-}"; shift ;; esac ;;
    esac
    [ $# = 0 ] || shift
  done
  ts_say "${ts_words# }"
}

# ts_set_rules RULES FAMILY PREFERENCE PROTOCOL: there shall be these of this preference and protocol, and no others. The
# kernel looks at rules of one preference in the order in which they came.
ts_set_rules() {
  ts_new=$1
  ts_rules_now "$@" || return
  ts_each_line ts_rule_do "$ts_new" "$ts_now" add "$2" "$3" && ts_each_line ts_rule_do "$ts_now" "$ts_new" del "$2" "$3" || return
  case $ts_new in *"$TS_NL"*) ;; *) return 0 ;; esac
  ts_rules_now "$@" || return
  [ "$ts_now" = "$ts_new" ] || ts_each_line ts_rule_again "$ts_new" "$2" "$3"
}
ts_rule_again() { # RULE FAMILY PREFERENCE
  ts_rule_do "$1" '' del "$2" "$3" && ts_rule_do "$1" '' add "$2" "$3"
}
ts_rules_now() { # RULES FAMILY PREFERENCE PROTOCOL
  ts_now=$(ip -N -o "-$2" rule) || return
  TS_SAID=''
  ts_rules "$ts_now" "$3" "$4"
  ts_now=${TS_SAID%"$TS_NL"}
}
ts_rule_do() { # RULE OTHERS VERB FAMILY PREFERENCE
  case $TS_NL$2$TS_NL in *"$TS_NL$1$TS_NL"*) return 0 ;; esac
  # shellcheck disable=SC2086
  ip "-$4" rule "$3" preference "$5" $1
}

# ts_nexthops LISTING ID: says the next hop or group of this number.
ts_nexthops() { ts_each_line ts_nexthop_of_id "$1" "$2"; }
ts_nexthop_of_id() {
  case $1 in "id $2 "*) ;; *) return 0 ;; esac
  # shellcheck disable=SC2086
  set -- $1
  shift 2
  ts_words=''
  while [ $# -gt 0 ]; do
    case $1 in
      dead | linkdown | offload | offload_failed | trap) ;;
      scope | unbalanced_time) shift ;;
      *) ts_words="$ts_words $1" ;;
    esac
    shift
  done
  ts_say "${ts_words# }"
}

# ts_set_nexthop WORDS ID. The kernel takes the routes of a next hop along when it goes.
ts_set_nexthop() {
  if [ -n "$1" ]; then
    # shellcheck disable=SC2086
    set -- "$2" ${1%% proto *} protocol "${1##* proto }"
    ts_number=$1
    shift
    ip nexthop replace id "$ts_number" "$@"
    return
  fi
  ts_now=$(ip -N -o route show table all) || return
  case $ts_now in
    *" nhid $2 "*)
      printf 'routes need it that this task does not know; remove them first\n' >&2
      return 1
      ;;
  esac
  ip nexthop del id "$2"
}

# ts_other_gateway LISTING FAMILY DEVICE WAY: fails where the main table has a default route by the device that is not
# this way, and prints it.
ts_other_gateway() { ts_each_line ts_is_gateway "$1" "$2" "$3" "$4"; }
ts_is_gateway() {
  case $1 in *' table '*) return 0 ;; default\ *" dev $3 "*) ;; *) return 0 ;; esac
  case $2$1 in 4*' pref '*) return 0 ;; 6*' pref '*) ;; 6*) return 0 ;; esac
  case "$1 " in *" $4 "*) return 0 ;; esac
  printf '%s\n' "$1" >&2
  return 1
}
