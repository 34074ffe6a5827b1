# shellcheck shell=sh
# Scripts for nft and for iptables-restore, made of what shall be, and rules in the words of either.

# ---- scripts for the backends ------------------------------------------------------------------------------

# ts_put_way HOOKS [always]: our chain of the hook shall be called like this and have ts_jumps. One without any goes.
ts_put_way() {
  if [ "$TS_FIREWALL" = nft ]; then ts_nft_way "$@"; else ts_iptables_way "$@"; fi
  [ -n "$ts_jumps${2-}" ] || return 0
  IFS=$TS_NL
  for ts_line in $ts_jumps; do
    case $ts_line in
      jump\ *)
        ts_a=${ts_line#jump }
        ts_b=${ts_a#* } ts_a=${ts_a%% *}
        case $TS_FIREWALL in
          nft) ts_line="jump $ts_table-$ts_hook-$ts_b comment \"$ts_a\"" ;;
          *) ts_line="-m comment --comment $ts_a -j TSPLAY-$ts_hook-$ts_b" ;;
        esac
        ;;
    esac
    ts_put_rule "$ts_hook" "$ts_line"
  done
  unset IFS
}

ts_iptables_way() {
  case $ts_hook in PRE) ts_a=PREROUTING ;; OUT) ts_a=OUTPUT ;; *) ts_a=POSTROUTING ;; esac
  ts_b=''
  [ -z "$ts_jumps${2-}" ] || ts_b=$1
  TS_CHAINS="$TS_CHAINS:TSPLAY-$ts_hook - [0:0]$TS_NL"
  # As many as are wanted, before the rules of others.
  while [ "$ts_hooks" != "$ts_b" ]; do
    case $ts_b in
      "$ts_hooks"*) TS_ENDS="${TS_ENDS}-I $ts_a -j TSPLAY-$ts_hook$TS_NL" ts_hooks=$ts_hooks${ts_hooks:+$TS_NL}hook ;;
      *)
        while [ -n "$ts_hooks" ]; do
          TS_ENDS="${TS_ENDS}-D $ts_a -j TSPLAY-$ts_hook$TS_NL" ts_hooks=${ts_hooks%hook} ts_hooks=${ts_hooks%"$TS_NL"}
        done
        ;;
    esac
  done
  [ -n "$ts_jumps${2-}" ] || TS_ENDS="${TS_ENDS}-X TSPLAY-$ts_hook$TS_NL"
}

ts_nft_way() {
  ts_a="$ts_table-$ts_hook"
  if [ -n "$ts_hooks" ] && [ "$ts_hooks" != "$1" ] || [ -z "$ts_jumps${2-}" ]; then
    TS_CHAINS="${TS_CHAINS}flush chain $ts_ip tsplay $ts_a${TS_NL}delete chain $ts_ip tsplay $ts_a$TS_NL"
    [ -n "$ts_jumps${2-}" ] || return 0
  fi
  case $1 in
    hook) ts_nft_hook "$ts_place"; ts_b="{ $TS_HOOK; policy accept; }" ;;
    '') ts_b='' ;;
    *) ts_b="{ $1 }" ;;
  esac
  TS_CHAINS="${TS_CHAINS}add table $ts_ip tsplay${TS_NL}add chain $ts_ip tsplay $ts_a $ts_b${TS_NL}flush chain $ts_ip tsplay $ts_a$TS_NL"
}

# ts_put_chain NAME: the chain is there and empty. ts_drop_chain HOOK-NAME: it is not there.
ts_put_chain() {
  case $TS_FIREWALL in
    nft)
      ts_a="chain $ts_ip tsplay $ts_table-$ts_hook-$1$TS_NL"
      TS_CHAINS="add table $ts_ip tsplay${TS_NL}add ${ts_a}flush $ts_a$TS_CHAINS"
      ;;
    *) TS_CHAINS="$TS_CHAINS:TSPLAY-$ts_hook-$1 - [0:0]$TS_NL" ;;
  esac
}
ts_drop_chain() {
  case $TS_FIREWALL in
    nft) TS_ENDS="${TS_ENDS}flush chain $ts_ip tsplay $ts_table-$1${TS_NL}delete chain $ts_ip tsplay $ts_table-$1$TS_NL" ;;
    *) TS_CHAINS="$TS_CHAINS:TSPLAY-$1 - [0:0]$TS_NL" TS_ENDS="${TS_ENDS}-X TSPLAY-$1$TS_NL" ;;
  esac
}

# ts_put_rule CHAIN RULE
ts_put_rule() {
  case $TS_FIREWALL in
    nft) TS_RULES="${TS_RULES}add rule $ts_ip tsplay $ts_table-$1 $2$TS_NL" ;;
    *) TS_RULES="${TS_RULES}-A TSPLAY-$1 $2$TS_NL" ;;
  esac
}

# Each table of iptables has a part of its own.
ts_script_table() {
  [ -z "$TS_CHAINS$TS_RULES$TS_ENDS" ] ||
    TS_SCRIPT="$TS_SCRIPT*$ts_table$TS_NL$TS_CHAINS$TS_RULES${TS_ENDS}COMMIT$TS_NL"
  TS_CHAINS='' TS_RULES='' TS_ENDS=''
}

# ts_commit FAMILY: all of it or nothing.
ts_commit() {
  TS_SCRIPT=$TS_SCRIPT$TS_CHAINS$TS_RULES$TS_ENDS
  [ -n "$TS_SCRIPT" ] || return 0
  if [ "$TS_FIREWALL" = nft ]; then
    printf '%s' "$TS_SCRIPT" | nft -f -
  else
    ts_iptables_program "${TS_FIREWALL#iptables-}" "$1" restore
    printf '%s' "$TS_SCRIPT" | "$TS_PROGRAM" -w 10 --noflush
  fi
}

# ts_nft_leave FAMILY: where nothing is left in our table, it goes.
ts_nft_leave() {
  ts_a=$(ts_firewall "$1") && ts_tables=$(nft list tables) || return
  [ "$ts_a" = nft ] || return 0
  case $TS_NL$ts_tables$TS_NL in
    *"${TS_NL}table $ts_ip tsplay$TS_NL"*) nft delete table "$ts_ip" tsplay ;;
  esac
}

# ---- rules -------------------------------------------------------------------------------------------------

# ts_rule_iptables FAMILY WORDS..., ts_rule_nft FAMILY WORDS...: TS_RULE is a rule of ours in the words of the backend.
# Each word is followed by its value or values; "not" stands before one that is turned round.
ts_rule_iptables() {
  ts_open='' ts_close='' ts_not='' TS_RULE=''
  [ "$1" = 4 ] || ts_open='[' ts_close=']'
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      not) ts_not='! '; shift; continue ;;
      iif) ts_a="$ts_not-i $2" ;;
      oif) ts_a="$ts_not-o $2" ;;
      saddr) ts_a="$ts_not-s $2" ;;
      daddr) ts_a="$ts_not-d $2" ;;
      sset) ts_a="-m set $ts_not--match-set TSPLAY-$2 src" ;;
      dset) ts_a="-m set $ts_not--match-set TSPLAY-$2 dst" ;;
      ssetport) ts_a="-m set $ts_not--match-set TSPLAY-$2 src,src" ;;
      dsetport) ts_a="-m set $ts_not--match-set TSPLAY-$2 dst,dst" ;;
      proto) ts_a="-p $2" ;;
      sport | dport)
        ts_ranges "$2" :
        case $TS_RANGES in *,*) ts_a="-m multiport --${1}s $TS_RANGES" ;; *) ts_a="--$1 $TS_RANGES" ;; esac
        ;;
      dscp) ts_a="-m dscp --dscp $2" ;;
      uid) ts_a="-m owner --uid-owner $2" ;;
      mark) ts_a="-m mark $ts_not--mark $2/$3"; shift ;;
      ctmark) ts_a="-m connmark $ts_not--mark $2/$3"; shift ;;
      ctstate) ts_a="-m conntrack --ctstate $2" ;;
      ctdir) ts_a="-m conntrack --ctdir $2" ;;
      dtype) ts_a="-m addrtype $ts_not--dst-type $2" ;;
      masquerade) ts_a='-j MASQUERADE'; [ "$2" = - ] || ts_a="$ts_a --to-ports $2" ;;
      snat | dnat)
        case $1 in snat) ts_a='-j SNAT --to-source' ;; *) ts_a='-j DNAT --to-destination' ;; esac
        case $3 in -) ts_a="$ts_a $2" ;; *) ts_a="$ts_a $ts_open$2$ts_close:$3" ;; esac
        shift
        ;;
      setmark) ts_a="-j MARK --set-xmark $2/$3"; shift 2 ;;
      setctmark) ts_a="-j CONNMARK --set-xmark $2/$3"; shift 2 ;;
    esac
    TS_RULE="$TS_RULE${TS_RULE:+ }$ts_a" ts_not=''
    shift 2
  done
}

ts_rule_nft() {
  ts_open='' ts_close='' ts_not='' ts_is='== ' ts_proto=th TS_RULE=''
  [ "$1" = 4 ] || ts_open='[' ts_close=']'
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      not) ts_not='!= ' ts_is='!= '; shift; continue ;;
      iif) ts_a="iifname $ts_not\"$2\"" ;;
      oif) ts_a="oifname $ts_not\"$2\"" ;;
      saddr | daddr) ts_a="$ts_ip $1 $ts_not$2" ;;
      sset | dset) ts_a="$ts_ip ${1%set}addr $ts_not@TSPLAY-$2" ;;
      ssetport | dsetport) ts_a="$ts_ip ${1%setport}addr . meta l4proto . th ${1%setport}port $ts_not@TSPLAY-$2" ;;
      proto) ts_a="meta l4proto $2" ts_proto=$2 ;;
      sport | dport)
        ts_ranges "$2" -
        case $TS_RANGES in *,*) ts_a="$ts_proto $1 { $TS_RANGES }" ;; *) ts_a="$ts_proto $1 $TS_RANGES" ;; esac
        ;;
      dscp) ts_a="$ts_ip dscp $2" ;;
      uid) case $2 in [0-9]*) ts_a="meta skuid $2" ;; *) ts_a="meta skuid \"$2\"" ;; esac ;;
      mark) ts_a="meta mark & $3 $ts_is$2"; shift ;;
      ctmark) ts_a="ct mark & $3 $ts_is$2"; shift ;;
      ctstate) ts_a='ct state new' ;;
      ctdir) case $2 in ORIGINAL) ts_a='ct direction original' ;; *) ts_a='ct direction reply' ;; esac ;;
      dtype) ts_a="fib daddr type ${ts_not}local" ;;
      masquerade) ts_a=masquerade; [ "$2" = - ] || ts_a="$ts_a to :$2" ;;
      snat | dnat)
        case $2 in *-*) ts_a="$ts_open${2%-*}$ts_close-$ts_open${2#*-}$ts_close" ;; *) ts_a=$ts_open$2$ts_close ;; esac
        case $3 in -) ts_a="$1 to $ts_a" ;; *) ts_a="$1 to $ts_a:$3" ;; esac
        shift
        ;;
      setmark | setctmark)
        case $1 in setmark) ts_a='meta mark' ;; *) ts_a='ct mark' ;; esac
        case $4 in 0x0) ts_a="$ts_a set $2" ;; *) ts_a="$ts_a set $ts_a & $4 | $2" ;; esac
        shift 2
        ;;
    esac
    TS_RULE="$TS_RULE${TS_RULE:+ }$ts_a" ts_not='' ts_is='== '
    shift 2
  done
}

# ts_ranges LIST SIGN: TS_RANGES are ports and ranges of them, with this sign between the ends of each.
ts_ranges() {
  TS_RANGES=$1
  [ "$2" != - ] || return 0
  while :; do
    case $TS_RANGES in *-*) TS_RANGES=${TS_RANGES%%-*}:${TS_RANGES#*-} ;; *) break ;; esac
  done
}
