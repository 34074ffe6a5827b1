# shellcheck shell=sh
# What ip says of links, as facts that can be compared and made true again. One line a fact; what runs out stands behind a
# tab and is not compared:
#
#   up DEV | down DEV | mac DEV MAC | slave DEV BOND | port DEV WORDS | addr DEV ADDRESS WORDS | neigh DEV ADDRESS MAC
#   proxy DEV ADDRESS | nexthop DEV WORDS | group - WORDS | route FAMILY WORDS

# ts_list_facts: adds addresses, neighbours, next hops and routes of TS_STACK, by one process. The loopback's own line
# comes last: without it the list is not whole.
ts_list_facts() {
  set -- -e ' group ' -e '<LOOPBACK'
  for ts_dev in $TS_STACK; do set -- "$@" -e " dev $ts_dev" -e ": $ts_dev"; done
  ts_listed=$(
    printf '%s\n' 'addr show' 'neigh show nud permanent' 'neigh show proxy' 'nexthop show' 'route show table all' 'link show dev lo' |
      ip -o -force -b - 2>/dev/null | grep -F "$@"
  )
  case $ts_listed in *'<LOOPBACK'*) ;; *) return 1 ;; esac
  ts_ids=' '
  ts_each_line ts_fact "$ts_listed"
  # Behind its members, whatever their numbers.
  case $ts_listed in *' group '*) ts_each_line ts_group_fact "$ts_listed" ;; esac
}

ts_fact() {
  # shellcheck disable=SC2086
  set -- $1
  TS_FACT=''
  case $1 in
    id) ts_nexthop_fact "$@" ;;
    *:) case ${1%:} in *[!0-9]* | '') ts_route_fact "$@" ;; *) ts_addr_fact "$@" ;; esac ;;
    *)
      case " $* " in
        *' lladdr '*' PERMANENT '*) ! ts_on_stack "$3" || TS_FACT="neigh $3 $1 $5" ;;
        *' proxy ') ! ts_on_stack "$3" || TS_FACT="proxy $3 $1" ;;
        *) ts_route_fact "$@" ;;
      esac
      ;;
  esac
  [ -z "$TS_FACT" ] || ts_add "$TS_FACT"
}

# Link-local addresses of the kernel's own making come back by themselves; flags of its own do not parse.
ts_addr_fact() { # INDEX: DEV FAMILY ADDRESS WORDS...
  ts_on_stack "$2" || return 0
  ts_owner=$2 ts_head="addr $2 $4" ts_family=$3 ts_words='' ts_tail=''
  case $3$4$5$6 in inet6fe80:*ff:fe*scopelink*) return 0 ;; esac
  shift 4
  while [ $# -gt 0 ]; do
    case ${1%\\} in
      peer | brd | any | scope | metric) ts_words="$ts_words $1 ${2%\\}"; shift ;;
      noprefixroute | home | nodad | mngtmpaddr | autojoin) ts_words="$ts_words ${1%\\}" ;;
      temporary | stable-privacy | kernel_ll) return 0 ;;
      valid_lft)
        case $2$4 in
          foreverforever) ;;
          forever0sec) ts_words="$ts_words preferred_lft 0" ;;
          *) ts_tail="${TS_TAB}valid_lft ${2%sec} preferred_lft ${4%sec}" ;;
        esac
        break
        ;;
      "$ts_owner":*) [ "$ts_family" != inet ] || ts_words="$ts_words label ${1%\\}" ;;
    esac
    shift
  done
  TS_FACT=$ts_head$ts_words$ts_tail
}

ts_nexthop_fact() { # id N WORDS...
  ts_head='' ts_words='' ts_number=$2
  case " $* " in *' group '*) return 0 ;; esac
  while [ $# -gt 0 ]; do
    case $1 in
      linkdown | dead | offload | offload_failed | trap) ;;
      scope) shift ;;
      dev) ! ts_on_stack "$2" || ts_head="nexthop $2" ts_ids="$ts_ids$ts_number "; ts_words="$ts_words dev $2"; shift ;;
      *) ts_words="$ts_words $1" ;;
    esac
    shift
  done
  [ -z "$ts_head" ] || TS_FACT=$ts_head$ts_words
}
# A group of next hops that has one of these as a member: "id 7 group 5,2/6".
ts_group_fact() {
  case $1 in id\ *' group '*) ;; *) return 0 ;; esac
  ts_members=${1#* group } ts_words=${1%unbalanced_time *}
  IFS=/
  for ts_member in ${ts_members%% *}; do
    case $ts_ids in *" ${ts_member%%,*} "*) ts_add "group - ${ts_words% }"; break ;; esac
  done
  unset IFS
}

# The kernel's and the routers' own routes come back by themselves; flags of state do not parse.
ts_route_fact() {
  ts_family=-4 ts_words='' ts_tail='' ts_hit='' ts_object=''
  case $1$2 in *:*) ts_family=-6 ;; *) case " $* " in *' pref '*) ts_family=-6 ;; esac ;; esac
  while [ $# -gt 0 ]; do
    case ${1%\\} in
      '' | linkdown | dead | offload | offload_failed | trap | rt_offload | rt_trap) ;;
      proto) case $2 in kernel | ra | redirect) return 0 ;; esac; ts_words="$ts_words $1 $2"; shift ;;
      expires) ts_tail="${TS_TAB}expires ${2%sec}"; shift ;;
      error) shift ;;
      nhid) ts_object=1 ts_words="$ts_words nhid ${2%\\}"; shift ;;
      dev) ! ts_on_stack "$2" || ts_hit=1; [ -n "$ts_object" ] || ts_words="$ts_words dev $2"; shift ;;
      # Of a route by an object ip shows what the object is.
      via | weight | scope) [ -n "$ts_object" ] || ts_words="$ts_words $1 $2"; shift ;;
      nexthop | onlink) [ -n "$ts_object" ] || ts_words="$ts_words $1" ;;
      *) ts_words="$ts_words ${1%\\}" ;;
    esac
    shift
  done
  [ -z "$ts_hit" ] || TS_FACT="route $ts_family$ts_words$ts_tail"
}
