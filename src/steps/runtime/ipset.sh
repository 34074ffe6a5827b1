# shellcheck shell=sh
# Sets of addresses: those of ipset(8) where the packet filter is iptables, else named sets in our tables of nft.
# All of one is a value: its type and family, then its members, sorted. What ipset prints beside them is left out:
# hash sizes and the number that they begin with are another time others.

# ts_ipsets: prints the backend, then for each set of ours its family (- with ipset, which has one name for both) and name.
ts_ipsets() {
  ts_firewall_is nft
  case $? in
    0)
      echo nft
      ts_tables=$(nft list tables) || return 2
      for ts_ip in ip ip6; do
        case $TS_NL$ts_tables$TS_NL in *"${TS_NL}table $ts_ip tsplay$TS_NL"*) ;; *) continue ;; esac
        ts_text=$(nft -t list table "$ts_ip" tsplay) || return 2
        ts_each_line ts_ipset_named "$ts_text" "$ts_ip"
      done
      ;;
    1)
      echo ipset
      ts_text=$(ipset -n list) || return 2
      IFS=$TS_NL
      for ts_line in $ts_text; do
        case $ts_line in TSPLAY-*) printf '%s\n' "- ${ts_line#TSPLAY-}" ;; esac
      done
      unset IFS
      ;;
    *) return 2 ;;
  esac
}
ts_ipset_named() {
  case $1 in "${TS_TAB}set TSPLAY-"*) ;; *) return 0 ;; esac
  ts_a=${1#*TSPLAY-} ts_a=${ts_a% *}
  case $2 in ip) printf '%s\n' "4 $ts_a" ;; *) printf '%s\n' "6 $ts_a" ;; esac
}

# ts_has_ipset LISTING FAMILY NAME: is there such a set, as far as names tell?
ts_has_ipset() {
  case $TS_NL$1$TS_NL in *"$TS_NL- $3$TS_NL"* | *"$TS_NL$2 $3$TS_NL"*) return 0 ;; *) return 1 ;; esac
}

# ts_ipset LISTING NAME: prints the set; nothing if there is none.
ts_ipset() {
  if ts_has_ipset "$1" - "$2"; then
    ts_text=$(ipset save "TSPLAY-$2") || return 2
    # shellcheck disable=SC2086 # words of ipset's own output; globbing is off
    ts_ipset_head ${ts_text%%"$TS_NL"*}
    printf '%s\n' "$ts_text" | sed -n 's/^add [^ ]* //p' | ts_ipset_sorted
    return
  fi
  for ts_a in 4 6; do
    ts_has_ipset "$1" "$ts_a" "$2" || continue
    case $ts_a in 4) ts_ip=ip ;; *) ts_ip=ip6 ;; esac
    ts_text=$(nft -n list set "$ts_ip" tsplay "TSPLAY-$2") || return 2
    ts_type='' ts_flags=''
    ts_each_line ts_nft_set_line "$ts_text"
    ts_nft_type "$ts_a" "$ts_type$ts_flags"
    case $ts_text in
      *'elements = { '*)
        printf '%s\n' "${ts_text#*elements = \{ }" | sed -e 's/}$//' -e "s/[ $TS_TAB]*$//" -e "s/^[ $TS_TAB]*//" -e 's/, */\
/g' -e 's/ \. \([0-9a-z]*\) \. /,\1:/g' | sed -e '/^}*$/d' | ts_ipset_sorted
        ;;
    esac
    return
  done
}
ts_ipset_sorted() { sed -e 's/,6:/,tcp:/' -e 's/,17:/,udp:/' -e 's/,132:/,sctp:/' | sort; }

ts_ipset_head() { # create NAME TYPE family FAMILY WORDS...
  ts_a=$3
  shift 3
  while [ $# -gt 0 ]; do
    case $1 in
      family) case $2 in inet) ts_a="$ts_a 4" ;; *) ts_a="$ts_a 6" ;; esac; shift ;;
      hashsize | maxelem | bucketsize | initval) shift ;;
      *) ts_a="$ts_a $1" ;;
    esac
    shift
  done
  printf '%s\n' "$ts_a"
}

ts_nft_set_line() {
  case $1 in
    "$TS_TAB${TS_TAB}type "*) ts_type=${1#*type } ;;
    "$TS_TAB${TS_TAB}elements = "* | "$TS_TAB$TS_TAB$TS_TAB"*) ;;
    "$TS_TAB$TS_TAB"*) ts_flags="$ts_flags ${1#"$TS_TAB$TS_TAB"}" ;;
  esac
}

# ts_nft_type FAMILY TYPE: prints the type in the words of ipset.
ts_nft_type() {
  case ${2#ipv[46]_addr} in
    '') printf '%s\n' "hash:ip $1" ;;
    ' flags interval') printf '%s\n' "hash:net $1" ;;
    ' . inet_proto . inet_service') printf '%s\n' "hash:ip,port $1" ;;
    ' . inet_proto . inet_service flags interval') printf '%s\n' "hash:net,port $1" ;;
    *) printf '%s\n' "other $1 $2" ;;
  esac
}

# ts_set_ipset VALUE LISTING NAME: the set shall be this, all at once; empty: there shall be none.
ts_set_ipset() {
  case ${2%%"$TS_NL"*} in
    nft) ts_set_nft_set "$@" ;;
    *) ts_set_ipset_set "$@" ;;
  esac
}

# A new set takes the place of the old one, which rules may be using. Where types are too different to be exchanged, our
# rules use the new one while the old one is made anew.
ts_set_ipset_set() {
  if [ -z "$1" ]; then
    ipset destroy "TSPLAY-$3"
    return
  fi
  ! ts_has_ipset "$2" - "$3.new" || ipset destroy "TSPLAY-$3.new" || return
  ts_head=${1%%"$TS_NL"*}
  ts_members=${1#"$ts_head"}
  ts_has_ipset "$2" - "$3" || { ts_make_ipset "$3"; return; }
  ts_make_ipset "$3.new" || return
  if ! ipset -q swap "TSPLAY-$3.new" "TSPLAY-$3" && ! ipset -q destroy "TSPLAY-$3"; then
    ts_ipset_users "$3" "$3.new" || return
    if ! ipset destroy "TSPLAY-$3"; then
      ts_ipset_users "$3.new" "$3" && ipset destroy "TSPLAY-$3.new"
      return 1
    fi
  fi
  if ! ipset -q -n list "TSPLAY-$3" >/dev/null; then
    ts_make_ipset "$3" && ts_ipset_users "$3.new" "$3" || return
  fi
  ipset destroy "TSPLAY-$3.new"
}
ts_make_ipset() {
  # shellcheck disable=SC2086 # words of ours, or of ipset's own output; globbing is off
  ts_ipset_script "$1" $ts_head | ipset restore || { ipset -q destroy "TSPLAY-$1"; return 1; }
}

# ts_ipset_users FROM TO: rules of ours that use the one set shall use the other.
ts_ipset_users() {
  for ts_family in 4 6; do
    ts_text=$(ts_firewall "$ts_family") || return
    TS_FIREWALL=${ts_text%%"$TS_NL"*}
    ts_users "$ts_text" "TSPLAY-$1 "
    ts_script=''
    for ts_table in nat mangle; do
      ts_chains='' ts_rules=''
      IFS=$TS_NL
      for ts_line in $ts_text; do
        ts_a=${ts_line%%"$TS_TAB"*} ts_line=${ts_line#*"$TS_TAB"}
        case $ts_a in "$ts_table "*) ;; *) continue ;; esac
        case $ts_users in *"$TS_NL$ts_a$TS_NL"*) ;; *) continue ;; esac
        ts_a=${ts_a#* }
        ts_a=TSPLAY-${ts_a%% *}-${ts_a#* }
        case $ts_line in
          '') ts_chains="$ts_chains:$ts_a - [0:0]$TS_NL" ;;
          *)
            while :; do
              case "$ts_line" in *"TSPLAY-$1 "*) ts_line="${ts_line%%"TSPLAY-$1 "*}TSPLAY-$2 ${ts_line#*"TSPLAY-$1 "}" ;; *) break ;; esac
            done
            ts_rules="${ts_rules}-A $ts_a $ts_line$TS_NL"
            ;;
        esac
      done
      unset IFS
      [ -z "$ts_chains" ] || ts_script="$ts_script*$ts_table$TS_NL$ts_chains${ts_rules}COMMIT$TS_NL"
    done
    [ -n "$ts_script" ] || continue
    ts_iptables_program "${TS_FIREWALL#iptables-}" "$ts_family" restore
    printf '%s' "$ts_script" | "$TS_PROGRAM" -w 10 --noflush || return
  done
}

# ts_users LISTING WORD: ts_users are the places and tasks of chains with rules that have the word.
ts_users() {
  ts_users=$TS_NL
  IFS=$TS_NL
  for ts_line in $1; do
    case "$ts_line " in *"$2"*) ;; *) continue ;; esac
    ts_a=${ts_line%%"$TS_TAB"*}
    case $ts_users in *"$TS_NL$ts_a$TS_NL"*) ;; *) ts_users=$ts_users$ts_a$TS_NL ;; esac
  done
  unset IFS
}

ts_ipset_script() { # NAME TYPE FAMILY WORDS...
  case $3 in 4) ts_a=inet ;; *) ts_a=inet6 ;; esac
  ts_name=$1
  ts_create="create TSPLAY-$1 $2 family $ts_a"
  shift 3
  ts_create="$ts_create $*"
  IFS=$TS_NL
  # shellcheck disable=SC2086 # to count them
  set -- $ts_members
  unset IFS
  if [ $# -gt 65536 ]; then ts_a=$#; else ts_a=65536; fi
  printf '%s maxelem %s\n' "$ts_create" "$ts_a"
  for ts_a in "$@"; do printf 'add TSPLAY-%s %s\n' "$ts_name" "$ts_a"; done
}

ts_set_nft_set() {
  ts_script='' ts_rules='' ts_left='' ts_head=${1%%"$TS_NL"*}
  for ts_family in 4 6; do
    ts_has_ipset "$2" "$ts_family" "$3" || continue
    case $ts_family in 4) ts_ip=ip ;; *) ts_ip=ip6 ;; esac
    ts_was=$(ts_ipset "$2" "$3") || return
    [ "${ts_was%%"$TS_NL"*}" != "$ts_head" ] || continue
    # Rules that use it must let it go for a moment that no packet sees.
    [ -z "$1" ] || ts_nft_users "$ts_family" "$3" || return
    ts_script="${ts_script}delete set $ts_ip tsplay TSPLAY-$3$TS_NL" ts_left=$ts_family
  done
  if [ -n "$1" ]; then
    case $ts_head in *' 4'*) ts_ip=ip ts_family=4 ;; *) ts_ip=ip6 ts_family=6 ;; esac
    case $ts_head in
      'hash:ip '?) ts_type="ipv${ts_family}_addr;" ;;
      'hash:net '?) ts_type="ipv${ts_family}_addr; flags interval;" ;;
      'hash:ip,port '?) ts_type="ipv${ts_family}_addr . inet_proto . inet_service;" ;;
      'hash:net,port '?) ts_type="ipv${ts_family}_addr . inet_proto . inet_service; flags interval;" ;;
      *) printf '%s\n' "no set can be made of the type $ts_head" >&2; return 1 ;;
    esac
    ts_set="$ts_ip tsplay TSPLAY-$3"
    ts_script="${ts_script}add table $ts_ip tsplay${TS_NL}add set $ts_set { type $ts_type }${TS_NL}flush set $ts_set$TS_NL"
    ts_members=${1#"$ts_head"} ts_members=${ts_members#"$TS_NL"}
    if [ -n "$ts_members" ]; then
      ts_members=$(printf '%s\n' "$ts_members" | sed -e 's/,\([a-z0-9]*\):\([0-9]*\)$/ . \1 . \2/' -e "\$!s/\$/,/")
      ts_script="${ts_script}add element $ts_set { $ts_members }$TS_NL"
    fi
  fi
  printf '%s' "$ts_script$ts_rules" | nft -f - || return
  [ -n "$ts_left" ] || return 0
  case $ts_left in 4) ts_ip=ip ;; *) ts_ip=ip6 ;; esac
  ts_nft_leave "$ts_left"
}

# ts_nft_users FAMILY NAME: chains with rules that use the set are emptied by ts_script, and filled again by ts_rules.
ts_nft_users() {
  ts_text=$(ts_firewall "$1") || return
  ts_users "$ts_text" "@TSPLAY-$2 "
  IFS=$TS_NL
  for ts_line in $ts_text; do
    ts_a=${ts_line%%"$TS_TAB"*}
    case $ts_users in *"$TS_NL$ts_a$TS_NL"*) ;; *) continue ;; esac
    ts_b=${ts_a#* * }
    ts_a=${ts_a%" $ts_b"}
    ts_chain="$ts_ip tsplay ${ts_a% *}-${ts_a#* }-$ts_b"
    case ${ts_line#*"$TS_TAB"} in
      '') ts_script="${ts_script}flush chain $ts_chain$TS_NL" ;;
      *) ts_rules="${ts_rules}add rule $ts_chain ${ts_line#*"$TS_TAB"}$TS_NL" ;;
    esac
  done
  unset IFS
}
