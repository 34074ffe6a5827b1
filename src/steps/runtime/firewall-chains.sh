# shellcheck shell=sh
# The chains of a task, and the way from a hook to them: what they are, and making them so.

# ---- the chains of a task ----------------------------------------------------------------------------------

# ts_chains LISTING FAMILY NAME: says what the chains of a task are. If the kernel lists them as it did when we had
# made them, that is what they were made from; else what it lists, after the name of the backend.
ts_chains() {
  ts_slice "$1" "$3"
  [ -n "$TS_SLICE" ] || return 0
  if ts_recall "$2-$3" && [ "$TS_LISTED" = "$TS_SLICE" ]; then ts_say "$TS_MADE"; else ts_say "$TS_SLICE"; fi
}

# ts_slice LISTING NAME: TS_SLICE is all that is listed of a task's chains: for each its place and number, and its rules.
ts_slice() {
  TS_SLICE=''
  case $1 in *" $2$TS_TAB"*) ;; *) return 0 ;; esac
  for ts_place in 'nat PRE' 'nat OUT' 'nat POST' 'mangle PRE' 'mangle OUT' 'mangle POST'; do
    ts_number='' ts_rules=''
    case $1 in *"$TS_NL$ts_place $2$TS_TAB"*) ;; *) continue ;; esac
    IFS=$TS_NL
    for ts_line in $1; do
      case $ts_line in
        "$ts_place $2$TS_TAB"?*) ts_rules="$ts_rules  ${ts_line#*"$TS_TAB"}$TS_NL" ;;
        "$ts_place$TS_TAB"jump\ *" $2") [ -n "$ts_number" ] || ts_number=${ts_line#*jump } ;;
      esac
    done
    unset IFS
    TS_SLICE="$TS_SLICE$ts_place ${ts_number%% *}$TS_NL$ts_rules"
  done
  [ -z "$TS_SLICE" ] || TS_SLICE=${1%%"$TS_NL"*}$TS_NL${TS_SLICE%"$TS_NL"}
}

# What a task's chains were made from, and what the kernel listed then: firewall/FAMILY-NAME.
ts_recall() {
  ts_home
  TS_MADE='' TS_LISTED='' ts_a=''
  [ -e "$TS_HOME/firewall/$1" ] || return 1
  while IFS= read -r ts_line; do ts_a=$ts_a$ts_line$TS_NL; done <"$TS_HOME/firewall/$1" || return 1
  TS_MADE=${ts_a%%"$TS_NL--$TS_NL"*} TS_LISTED=${ts_a#*"$TS_NL--$TS_NL"} TS_LISTED=${TS_LISTED%"$TS_NL"}
}

# By a rename, so that no half of one is ever read.
ts_remember() { # KEY MADE LISTED
  ts_home
  (
    umask 077
    { [ -d "$TS_HOME/firewall" ] || mkdir -p "$TS_HOME/firewall"; } &&
      printf '%s\n--\n%s\n' "$2" "$3" >"$TS_HOME/firewall.new" && mv -f "$TS_HOME/firewall.new" "$TS_HOME/firewall/$1" &&
      printf '%s\n' "$TS_FIREWALL" >"$TS_HOME/firewall/backend"
  )
}

# ts_set_chains VALUE LISTING FAMILY NAME: the chains of a task shall be these, all at once. VALUE is as ts_chains prints
# it: rules in words of ours, or in those of the backend.
ts_set_chains() {
  ts_scripted "$1" "$2" "$3" rules || return
  for ts_table in nat mangle; do
    for ts_hook in PRE OUT POST; do ts_set_chain "$@" || return; done
    [ "$TS_FIREWALL" = nft ] || ts_script_table
  done
  ts_commit "$3" || return
  ts_home
  case $1 in
    rules*)
      ts_a=$(ts_firewall "$3") || return
      ts_slice "$ts_a" "$4"
      ts_remember "$3-$4" "$1" "$TS_SLICE"
      ;;
    *)
      [ ! -e "$TS_HOME/firewall/$3-$4" ] || rm -f "$TS_HOME/firewall/$3-$4" || return
      [ "$TS_FIREWALL" != nft ] || ts_nft_leave "$3"
      ;;
  esac
}

# ts_scripted VALUE LISTING FAMILY WORD: begins a script for the backend that the VALUE must be for.
ts_scripted() {
  TS_FIREWALL=${2%%"$TS_NL"*} TS_SCRIPT='' TS_CHAINS='' TS_RULES='' TS_ENDS=''
  case $3 in 4) ts_ip=ip ;; *) ts_ip=ip6 ;; esac
  case ${1%%"$TS_NL"*} in '' | "$4" | "$TS_FIREWALL") return 0 ;; esac
  printf '%s\n' "this was a state of ${1%%"$TS_NL"*}, and the host uses $TS_FIREWALL now" >&2
  return 1
}

# What is wanted at a place, what is there, and the difference.
ts_set_chain() {
  ts_place="$ts_table $ts_hook" ts_wanted='' ts_number='' ts_new='' ts_inside=''
  IFS=$TS_NL
  for ts_line in $1; do
    case $ts_line in
      '  '*) [ -z "$ts_inside" ] || ts_new=$ts_new${ts_line#  }$TS_NL ;;
      "$ts_place "*) ts_inside=1 ts_wanted=1 ts_number=${ts_line#"$ts_place "} ;;
      *) ts_inside='' ;;
    esac
  done
  unset IFS
  ts_way_of "$2" "$ts_place" "$4" "$ts_number"
  case $TS_NL$2 in *"$TS_NL$ts_place $4$TS_TAB"*) ts_there=1 ;; *) ts_there='' ;; esac
  [ -n "$ts_wanted$ts_there" ] || return 0
  if [ -z "$ts_jumps" ]; then
    case $1 in
      # With its last jump a chain goes, but not by an undo: others have emptied it then.
      '' | rules*) case $TS_NL$2 in *"$TS_NL$ts_place$TS_TAB"*) ts_put_way '' ;; esac ;;
      *) [ -z "$ts_before" ] || ts_put_way "$ts_hooks" always ;;
    esac
  elif [ "$ts_jumps$ts_hooks" != "${ts_before}hook" ]; then
    ts_put_way hook
  fi
  if [ -n "$ts_wanted" ]; then
    ts_put_chain "$4"
    ts_words=''
    case $1 in rules*) ts_words=1 ;; esac
    IFS=$TS_NL
    for ts_line in $ts_new; do
      unset IFS
      if [ -n "$ts_words" ]; then
        # shellcheck disable=SC2086 # words of ours; globbing is off
        "ts_rule_${TS_FIREWALL%%-*}" "$3" $ts_line
      else
        TS_RULE=$ts_line
      fi
      ts_put_rule "$ts_hook-$4" "$TS_RULE"
    done
    unset IFS
  else
    ts_drop_chain "$ts_hook-$4"
  fi
}

# ts_way_of LISTING PLACE TASK NUMBER: ts_hooks is how the hook calls our chain, ts_before what that does, ts_jumps what it
# shall do: jump to the tasks that it knows, and to TASK at its NUMBER or, without one, not.
ts_way_of() {
  ts_hooks='' ts_before='' ts_jumps='' ts_own=''
  IFS=$TS_NL
  for ts_line in $1; do
    case $ts_line in
      "$2:$TS_TAB"*) ts_hooks=$ts_hooks${ts_hooks:+$TS_NL}${ts_line#*"$TS_TAB"} ;;
      "$2$TS_TAB"jump\ *)
        ts_jump=${ts_line#*"$TS_TAB"}
        ts_before=$ts_before$ts_jump$TS_NL
        case $ts_jump in *" $3") continue ;; esac
        ts_a=${ts_jump#jump } ts_a=${ts_a%% *}
        if [ -n "$4" ] && [ -z "$ts_own" ] && [ "$ts_a" -gt "$4" ]; then
          ts_jumps="${ts_jumps}jump $4 $3$TS_NL" ts_own=1
        fi
        ts_jumps=$ts_jumps$ts_jump$TS_NL
        ;;
      "$2$TS_TAB"?*) ts_before=$ts_before${ts_line#*"$TS_TAB"}$TS_NL ;;
    esac
  done
  unset IFS
  [ -z "$4" ] || [ -n "$ts_own" ] || ts_jumps="${ts_jumps}jump $4 $3$TS_NL"
}

# ---- the way from a hook -----------------------------------------------------------------------------------

# ts_way LISTING TABLE HOOK: says whole if the hook calls our chain once, and that calls tasks in order and has nothing
# else; else what there is.
ts_way() {
  ts_place="$2 $3" ts_hooks='' ts_lines='' ts_there='' ts_wrong='' ts_last=0
  IFS=$TS_NL
  for ts_line in $1; do
    case $ts_line in
      "$ts_place:$TS_TAB"*) ts_hooks=$ts_hooks${ts_hooks:+$TS_NL}${ts_line#*"$TS_TAB"} ;;
      "$ts_place$TS_TAB") ts_there=1 ;;
      "$ts_place$TS_TAB"*)
        ts_line=${ts_line#*"$TS_TAB"}
        case $ts_line in
          jump\ *)
            ts_a=${ts_line#jump }
            case $ts_lines in *" ${ts_a#* }$TS_NL"*) ts_wrong=1 ;; esac
            [ "${ts_a%% *}" -ge "$ts_last" ] || ts_wrong=1
            ts_last=${ts_a%% *}
            ;;
          *) ts_wrong=1 ;;
        esac
        ts_lines="$ts_lines  $ts_line$TS_NL"
        ;;
    esac
  done
  unset IFS
  [ -n "$ts_there$ts_hooks" ] || return 0
  if [ "$ts_hooks$ts_wrong" = hook ]; then
    ts_say whole
  else
    ts_lines="${1%%"$TS_NL"*}$TS_NL${ts_hooks:+$ts_hooks$TS_NL}$ts_lines"
    ts_say "${ts_lines%"$TS_NL"}"
  fi
}

# ts_set_way VALUE LISTING FAMILY TABLE HOOK
ts_set_way() {
  ts_scripted "$1" "$2" "$3" whole || return
  ts_table=$4 ts_hook=$5 ts_place="$4 $5"
  ts_way_of "$2" "$ts_place" '' ''
  case $1 in
    whole)
      ts_jumps=$(printf '%s' "$ts_jumps" | sort -u -k3 | sort -s -n -k2,2)
      ts_jumps=$ts_jumps${ts_jumps:+$TS_NL}
      ts_put_way hook always
      ;;
    '')
      if [ -n "$ts_jumps" ]; then
        echo 'tasks that came later have their chains there' >&2
        return 1
      fi
      ts_put_way ''
      ;;
    *)
      ts_jumps='' ts_wanted=''
      IFS=$TS_NL
      for ts_line in ${1#*"$TS_NL"}; do
        case $ts_line in
          '  '*) ts_jumps=$ts_jumps${ts_line#  }$TS_NL ;;
          *) ts_wanted=$ts_wanted${ts_wanted:+$TS_NL}$ts_line ;;
        esac
      done
      unset IFS
      ts_put_way "$ts_wanted" always
      ;;
  esac
  [ "$TS_FIREWALL" = nft ] || ts_script_table
  ts_commit "$3" || return
  [ "$TS_FIREWALL$1" != nft ] || ts_nft_leave "$3"
}
