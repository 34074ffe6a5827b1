# shellcheck shell=sh
# Chains of the packet filter, by nft or by either kind of iptables: whichever this host uses. The kinds are rule sets
# of their own in the kernel, so one host has one of them, and rules that tsplay has made already keep it there.
#
# A task has at most one chain for each place, which is a table and a hook: nat PRE, nat OUT, nat POST, mangle PRE,
# mangle OUT. Our own chain of the hook calls the chains of tasks, in the order of their numbers.
#
# A listing is the backend, then a fact a line, PLACE<tab>TEXT:
#   nat POST:     hook           the hook calls our chain of it; with nft, else what it is instead
#   nat POST                     our chain of the hook is there
#   nat POST      jump 100 lan   and calls the chain of a task
#   nat POST      TEXT           and has a rule of somebody else
#   nat POST lan                 the chain of a task is there
#   nat POST lan  TEXT           and has a rule, in the words of the backend
#   -             TEXT           something else in our table (nft)

# ts_firewall FAMILY(4|6): prints the listing.
ts_firewall() {
  ts_tables='' ts_saved=''
  ts_firewall_known || return
  printf '%s\n' "$TS_FIREWALL"
  case $TS_FIREWALL in
    nft) ts_nft_list "$1" ;;
    *) ts_iptables_list "$1" ;;
  esac
}

# ts_firewall_is BACKEND...: is it one of these? 0 yes, 1 no.
ts_firewall_is() {
  ts_firewall_known || return
  ts_among "$TS_FIREWALL" "$*"
}

# ts_firewall_known: TS_FIREWALL is the backend, which the queries that hold listings say if there was one before.
ts_firewall_known() {
  ts_a=${ts_query_firewall4:-${ts_query_firewall6-}}
  TS_FIREWALL=${ts_a%%"$TS_NL"*}
  [ -n "$TS_FIREWALL" ] || ts_firewall_as_before || ts_firewall_find
}

# ts_firewall_as_before: what it was when rules were made holds while there are any of ours. Finding out anew takes many
# processes; this one lists what is asked for anyway.
ts_firewall_as_before() {
  ts_home
  { read -r TS_FIREWALL <"$TS_HOME/firewall/backend"; } 2>/dev/null || return 1
  case $TS_FIREWALL in
    nft)
      ts_tables=$(nft list tables 2>/dev/null)
      case $TS_NL$ts_tables$TS_NL in *"${TS_NL}table ip tsplay$TS_NL"* | *"${TS_NL}table ip6 tsplay$TS_NL"*) return 0 ;; esac
      ;;
    iptables-nft | iptables-legacy)
      ts_iptables_program "${TS_FIREWALL#iptables-}" 4 save
      ts_saved=$("$TS_PROGRAM" 2>&1)
      case $ts_saved in *"$TS_NL:TSPLAY-"*) return 0 ;; esac
      ;;
  esac
  TS_FIREWALL='' ts_tables='' ts_saved=''
  return 1
}

# ts_firewall_find: TS_FIREWALL is the backend of this host: that of rules of ours; else nft if somebody uses it
# natively; else the iptables that has rules; else the iptables that is the default one; else nft.
ts_firewall_find() {
  TS_FIREWALL='' ts_kind='' ts_legacy='' ts_through=''
  if command -v nft >/dev/null 2>&1 && ts_tables=$(nft list tables 2>/dev/null); then
    TS_FIREWALL=nft
    case $TS_NL$ts_tables$TS_NL in
      *"${TS_NL}table ip tsplay$TS_NL"* | *"${TS_NL}table ip6 tsplay$TS_NL"*) return 0 ;;
    esac
  fi
  if command -v iptables >/dev/null 2>&1; then
    case $(iptables -V) in *nf_tables*) ts_kind=nft ;; *) ts_kind=legacy ;; esac
  fi
  # Asking for a table of the legacy kind would make it; these are there.
  for ts_a in /proc/net/ip_tables_names /proc/net/ip6_tables_names; do
    if { read -r ts_b <"$ts_a"; } 2>/dev/null && [ -n "$ts_b" ]; then ts_legacy=$(ts_iptables_rules legacy); break; fi
  done
  case $TS_FIREWALL$ts_tables in
    *'table ip '* | *'table ip6 '* | '') ts_through=$(ts_iptables_rules nft) ;;
  esac
  case $ts_legacy in *:TSPLAY-*) TS_FIREWALL=iptables-legacy; return 0 ;; esac
  case $ts_through in *:TSPLAY-*) TS_FIREWALL=iptables-nft; return 0 ;; esac
  if [ -n "$TS_FIREWALL" ] && ts_nft_native; then return 0; fi
  case $TS_NL$ts_legacy in *"$TS_NL-A "*) TS_FIREWALL=iptables-legacy; return 0 ;; esac
  [ -z "$ts_kind" ] || TS_FIREWALL=iptables-$ts_kind
  [ -n "$TS_FIREWALL" ] && return 0
  echo 'neither nft nor iptables works here' >&2
  nft list tables >&2
  return 2
}

# Tables that iptables has made through nft bear its names, and are in a form that it can read.
ts_nft_native() {
  IFS=$TS_NL
  for ts_a in $ts_tables; do
    case ${ts_a#table } in
      'ip io.systemd.nat' | 'ip6 io.systemd.nat') ;;
      'arp filter' | 'bridge filter' | 'bridge nat' | 'bridge broute') ;;
      'ip filter' | 'ip nat' | 'ip mangle' | 'ip raw' | 'ip security' | 'ip6 filter' | 'ip6 nat' | 'ip6 mangle' | 'ip6 raw' | 'ip6 security')
        case $ts_through in '' | *'# Table '*incompatible*) unset IFS; return 0 ;; esac
        ;;
      *) unset IFS; return 0 ;;
    esac
  done
  unset IFS
  return 1
}

# ts_iptables_rules KIND(nft|legacy): all rules of both families by this kind of iptables, if it is here.
ts_iptables_rules() {
  for ts_a in 4 6; do
    ts_iptables_program "$1" "$ts_a" save
    case $TS_PROGRAM in
      *-"$1"-save) ;;
      *) [ "$ts_kind" = "$1" ] && command -v "$TS_PROGRAM" >/dev/null 2>&1 || continue ;;
    esac
    "$TS_PROGRAM"
  done 2>&1
}

# ts_iptables_program KIND FAMILY VERB(save|restore): TS_PROGRAM is the program, which may have a name without its kind.
ts_iptables_program() {
  case $2 in 4) TS_PROGRAM=iptables ;; *) TS_PROGRAM=ip6tables ;; esac
  if command -v "$TS_PROGRAM-$1-$3" >/dev/null 2>&1; then TS_PROGRAM=$TS_PROGRAM-$1-$3; else TS_PROGRAM=$TS_PROGRAM-$3; fi
}

# ---- listings ----------------------------------------------------------------------------------------------

# ts_place_of TABLE NAME: TS_PLACE is the place and the task of the chain TSPLAY-NAME, or tsplay's NAME of nft.
ts_place_of() {
  case $2 in
    PRE | OUT | POST) TS_PLACE="$1 $2" ;;
    PRE-?* | OUT-?* | POST-?*) TS_PLACE="$1 ${2%%-*} ${2#*-}" ;;
    *) return 1 ;;
  esac
}

# ts_told PLACE TEXT
ts_told() { printf '%s\t%s\n' "$1" "$2"; }

# ts_jump RULE NUMBER TASK AGAIN: prints a rule of our chain of a hook, as a jump if AGAIN, made from both, is the same.
ts_jump() {
  case "$1 $2" in "$4 "*[!0-9]* | "$4 ") ;; "$4 "*) ts_told "$TS_PLACE" "jump $2 $3"; return 0 ;; esac
  ts_told "$TS_PLACE" "$1"
}

ts_iptables_list() { # FAMILY
  ts_iptables_program "${TS_FIREWALL#iptables-}" "$1" save
  # Warnings about the other kind need not go to anybody, ...
  case $1$ts_saved in
    4?*) ts_text=$ts_saved ;;
    *) ts_text=$("$TS_PROGRAM" 2>&1) || { "$TS_PROGRAM" >/dev/null; return 2; } ;;
  esac
  # ... and thousands of rules of others not through the shell.
  if [ "${#ts_text}" -gt 50000 ]; then ts_text=$(printf '%s\n' "$ts_text" | grep -e '^\*' -e TSPLAY); fi
  ts_table=''
  IFS=$TS_NL
  for ts_line in $ts_text; do
    case $ts_line in
      '*'*) ts_table=${ts_line#?} ;;
      '-A PREROUTING -j TSPLAY-PRE') ts_told "$ts_table PRE:" hook ;;
      '-A OUTPUT -j TSPLAY-OUT') ts_told "$ts_table OUT:" hook ;;
      '-A POSTROUTING -j TSPLAY-POST') ts_told "$ts_table POST:" hook ;;
      ':TSPLAY-'*)
        ts_a=${ts_line#:TSPLAY-}
        ts_place_of "$ts_table" "${ts_a%% *}" && ts_told "$TS_PLACE" ''
        ;;
      '-A TSPLAY-'*)
        ts_a=${ts_line#-A TSPLAY-}
        ts_place_of "$ts_table" "${ts_a%% *}" || continue
        case $TS_PLACE in
          *' '*' '*) ts_told "$TS_PLACE" "${ts_a#* }" ;;
          *)
            ts_rule=${ts_a#* } ts_to="-j TSPLAY-${TS_PLACE#* }-"
            ts_a=${ts_rule#-m comment --comment } ts_a=${ts_a%% *} ts_b=${ts_rule##*"$ts_to"}
            ts_jump "$ts_rule" "$ts_a" "$ts_b" "-m comment --comment $ts_a $ts_to$ts_b"
            ;;
        esac
        ;;
    esac
  done
  unset IFS
}

ts_nft_list() { # FAMILY
  case $1 in 4) ts_ip=ip ;; *) ts_ip=ip6 ;; esac
  [ -n "$ts_tables" ] || ts_tables=$(nft list tables) || return 2
  case $TS_NL$ts_tables$TS_NL in *"${TS_NL}table $ts_ip tsplay$TS_NL"*) ;; *) return 0 ;; esac
  ts_text=$(nft -st list table "$ts_ip" tsplay) || return 2
  TS_PLACE='' 
  IFS=$TS_NL
  for ts_line in $ts_text; do
    ts_line=${ts_line#"$TS_TAB"}
    case $ts_line in
      "$TS_TAB"*)
        ts_line=${ts_line#"$TS_TAB"}
        case $TS_PLACE in
          - | '') ;;
          *' '*' '*) ts_told "$TS_PLACE" "$ts_line" ;;
          *)
            case $ts_line in
              "type "*" hook "*)
                ts_nft_hook "$TS_PLACE"
                case $ts_line in
                  "$TS_HOOK; policy accept;" | "${TS_HOOK% *} $ts_named; policy accept;") ts_line=hook ;;
                esac
                ts_told "$TS_PLACE:" "$ts_line"
                ;;
              *)
                ts_to="jump ${TS_PLACE% *}-${TS_PLACE#* }-"
                ts_b=${ts_line#"$ts_to"} ts_b=${ts_b%% *}
                ts_a=${ts_line#"$ts_to$ts_b comment \""} ts_a=${ts_a%\"}
                ts_jump "$ts_line" "$ts_a" "$ts_b" "$ts_to$ts_b comment \"$ts_a\""
                ;;
            esac
            ;;
        esac
        ;;
      'chain nat-'* | 'chain mangle-'*)
        ts_a=${ts_line#chain } ts_a=${ts_a%' {'}
        if ts_place_of "${ts_a%%-*}" "${ts_a#*-}"; then ts_told "$TS_PLACE" ''; else TS_PLACE=-; ts_told - "$ts_line"; fi
        ;;
      'table '* | '}') ;;
      *) TS_PLACE=-; ts_told - "$ts_line" ;;
    esac
  done
  unset IFS
}

# ts_nft_hook PLACE: TS_HOOK is what makes a chain that of the hook, ts_named how nft may call its priority.
ts_nft_hook() {
  case $1 in
    'nat PRE') TS_HOOK='type nat hook prerouting priority -100' ts_named=dstnat ;;
    'nat OUT') TS_HOOK='type nat hook output priority -100' ts_named=dstnat ;;
    'nat POST') TS_HOOK='type nat hook postrouting priority 100' ts_named=srcnat ;;
    'mangle PRE') TS_HOOK='type filter hook prerouting priority -150' ts_named=mangle ;;
    'mangle OUT') TS_HOOK='type route hook output priority -150' ts_named=mangle ;;
    *) TS_HOOK='type filter hook postrouting priority -150' ts_named=mangle ;;
  esac
}
