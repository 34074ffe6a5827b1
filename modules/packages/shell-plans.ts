import { sh, type Sh } from '../../src/steps/index.ts';

/**
 * Functions that find out how it is with packages. Each manager has `pkg_MANAGER_state` and the like, which print lines of
 * fields between tabs: name, version, `installed`, `config-files` or something else that is neither, and `hold`.
 */
export const plans: Sh = sh`# pkg_manager NAME: ts_pkg is the package manager: that one, else the one of this distribution, else one that is here.
pkg_manager() {
  ts_pkg=$1
  [ -z "$1" ] || { pkg_has "$1" && return; printf 'there is no package manager %s on this host\n' "$1" >&2; return 1; }
  [ -n "\${ts_pkg_ids-}" ] || { ts_distribution; ts_pkg_ids="$TS_IDS default"; }
  for ts_pkg_id in $ts_pkg_ids; do
    case $ts_pkg_id in
      debian | ubuntu) ts_pkg_list=apt ;;
      suse | opensuse) ts_pkg_list=zypper ;;
      fedora | rhel | centos) ts_pkg_list='dnf yum' ;;
      alpine) ts_pkg_list=apk ;;
      arch) ts_pkg_list=pacman ;;
      default) ts_pkg_list='apt zypper dnf yum apk pacman' ;;
      *) ts_pkg_list='' ;;
    esac
    for ts_pkg in $ts_pkg_list; do pkg_has "$ts_pkg" && return; done
  done
  printf 'there is no package manager on this host that tsplay knows: apt, dnf, yum, zypper, apk or pacman\n' >&2
  return 1
}
pkg_has() { case $1 in apt) command -v apt-get ;; *) command -v "$1" ;; esac >/dev/null 2>&1; }

# pkg_of_host DISTRIBUTION=NAME...: ts_pkg_names are the names of this distribution, else those of its kind, else the default.
pkg_of_host() {
  ts_pkg_names=''
  [ -n "\${ts_pkg_ids-}" ] || { ts_distribution; ts_pkg_ids="$TS_IDS default"; }
  for ts_pkg_id in $ts_pkg_ids; do
    for ts_pkg_pair in "$@"; do
      [ "\${ts_pkg_pair%%=*}" != "$ts_pkg_id" ] || ts_pkg_names="$ts_pkg_names \${ts_pkg_pair#*=}"
    done
    [ -z "$ts_pkg_names" ] || return 0
  done
  printf 'names says nothing for this distribution (%s); give it names, or a default\n' "\${ts_pkg_ids%% *}" >&2
  return 1
}

# pkg_plan STATE VERSION HOLD(yes|no|) MANAGER LIMIT AGE DISTRIBUTION=NAME...: tells what differs. A line ends in what is to be
# done, with which package, and in which version.
pkg_plan() {
  ts_pkg_want=$1 ts_pkg_version=$2 ts_pkg_hold=$3 ts_pkg_forced=$4 ts_pkg_patience=$5 ts_pkg_age=$6
  pkg_manager "$4" || return 2
  shift 6
  pkg_of_host "$@" || return 2
  case $ts_pkg_version in [\<\>!]*) pkg_can_range || return 2 ;; esac
  ts_query "pkg_state\${ts_pkg_forced:+_$ts_pkg_forced}" || return 2
  for ts_pkg_name in $ts_pkg_names; do
    pkg_find || return 2
    case $ts_pkg_want in
      present | latest) pkg_plan_present ;;
      *) pkg_plan_absent ;;
    esac || return 2
  done
}

# pkg_tell IS WILL-BE (wall|unknown|) WHAT-TO-DO VERSION
pkg_tell() { ts_say "$1$TS_TAB$2$TS_TAB$3$TS_TAB$4$TS_TAB$ts_pkg_name$TS_TAB$5"; }

# pkg_ask QUERY: TS_ANSWER is what it says.
pkg_ask() {
  ts_query "$1\${ts_pkg_forced:+_$ts_pkg_forced}" || return 1
  eval "TS_ANSWER=\$ts_query_$1\${ts_pkg_forced:+_$ts_pkg_forced}"
}

# pkg_find: ts_pkg_is is the version of the package, ts_pkg_status how it is with it, ts_pkg_held whether it is held,
# ts_pkg_auto whether it is only there because others need it.
pkg_find() {
  ts_pkg_is='' ts_pkg_status='' ts_pkg_held=no ts_pkg_auto=''
  pkg_ask pkg_state || return 1
  case $TS_NL$TS_ANSWER in *"$TS_NL$ts_pkg_name$TS_TAB"*) ;; *) return 0 ;; esac
  IFS=$TS_NL
  for TS_LINE in $TS_ANSWER; do
    case $TS_LINE in "$ts_pkg_name$TS_TAB"*) ;; *) continue ;; esac
    ts_pkg_is=\${TS_LINE#*"$TS_TAB"} ts_pkg_status=\${ts_pkg_is#*"$TS_TAB"}
    ts_pkg_is=\${ts_pkg_is%%"$TS_TAB"*} ts_pkg_held=\${ts_pkg_status#*"$TS_TAB"}
    ts_pkg_status=\${ts_pkg_status%%"$TS_TAB"*}
    # What waits for triggers is there. Of several architectures the one that is.
    case $ts_pkg_status in triggers-*) ts_pkg_status=installed ;; esac
    [ "$ts_pkg_status" != not-installed ] || ts_pkg_status=''
    [ "$ts_pkg_status" != installed ] || break
  done
  unset IFS
  case $ts_pkg_held in *"$TS_TAB"*) ts_pkg_auto=\${ts_pkg_held#*"$TS_TAB"} ts_pkg_held=\${ts_pkg_held%%"$TS_TAB"*} ;; esac
  case $ts_pkg_held in hold) ts_pkg_held=yes ;; *) ts_pkg_held=no ;; esac
}

pkg_plan_present() {
  case $ts_pkg_status in
    installed)
      if ! pkg_has_version; then
        pkg_ask_held || return
        if pkg_kept; then return 0; fi
        pkg_choose
        case $? in 0) ;; 1) return 0 ;; *) return 1 ;; esac
        pkg_tell "$ts_pkg_name $ts_pkg_is" "$ts_pkg_name $ts_pkg_exact" wall install "$ts_pkg_exact"
      elif [ "$ts_pkg_want" = latest ]; then
        pkg_plan_latest || return
      fi
      pkg_plan_mark
      ;;
    '' | config-files)
      if [ -z "$ts_pkg_version" ] && [ "$ts_pkg_want" = present ] && pkg_provided; then return 0; fi
      pkg_plan_missing || return
      ;;
    *)
      pkg_choose
      case $? in 0) ;; 1) return 0 ;; *) return 1 ;; esac
      pkg_tell "$ts_pkg_name $ts_pkg_is, $ts_pkg_status" "$ts_pkg_name" wall install "$ts_pkg_exact"
      ;;
  esac
  pkg_plan_hold
}

# pkg_plan_mark: what somebody declares is there for itself: it does not go when those go that needed it.
pkg_plan_mark() {
  [ "$ts_pkg_auto" != auto ] || pkg_tell "$ts_pkg_name installed automatically" "$ts_pkg_name installed manually" '' manual ''
}

pkg_provided() { pkg_ask pkg_provided && "pkg_\${ts_pkg}_is_provided"; }

pkg_plan_missing() {
  pkg_index || return
  pkg_choose
  case $? in 0) ;; 1) return 0 ;; *) return 1 ;; esac
  ts_pkg_will=$ts_pkg_exact
  case $ts_pkg in
    apt)
      pkg_ask pkg_candidates || return
      ts_find "$ts_pkg_name" "$TS_ANSWER" || {
        pkg_tell '' "no package $ts_pkg_name is known to this host$ts_pkg_stale" unknown nothing ''
        return 0
      }
      ts_pkg_candidate=\${TS_LINE#*"$TS_TAB"}
      [ -n "$ts_pkg_will" ] || ts_pkg_will=$ts_pkg_candidate
      ;;
    *)
      pkg_ask_index pkg_available || return
      if ts_find "$ts_pkg_name" "$TS_ANSWER"; then
        [ -n "$ts_pkg_will" ] || ts_pkg_will=\${TS_LINE#*"$TS_TAB"}
      elif [ "$TS_MODE" = check ]; then
        pkg_tell '' "no package has the name $ts_pkg_name; whether one provides it cannot be told$ts_pkg_stale" unknown nothing ''
        return 0
      fi
      ;;
  esac
  pkg_tell '' "$ts_pkg_name\${ts_pkg_will:+ $ts_pkg_will}" '' install "$ts_pkg_exact"
}

pkg_plan_latest() {
  pkg_index && pkg_ask_index pkg_candidates || return
  ts_pkg_candidate=''
  if ts_find "$ts_pkg_name" "$TS_ANSWER"; then ts_pkg_candidate=\${TS_LINE#*"$TS_TAB"}; fi
  case $ts_pkg_candidate in
    '' | "$ts_pkg_is")
      [ -z "$ts_pkg_stale" ] ||
        pkg_tell '' "whether there is a newer $ts_pkg_name than $ts_pkg_is cannot be told$ts_pkg_stale" unknown nothing ''
      ;;
    *)
      pkg_ask_held || return
      pkg_kept || pkg_tell "$ts_pkg_name $ts_pkg_is" "$ts_pkg_name $ts_pkg_candidate" wall install ''
      ;;
  esac
}

# pkg_ask_held: ts_pkg_held where that does not stand beside the version.
pkg_ask_held() {
  case $ts_pkg in apt | apk | pacman) return 0 ;; esac
  pkg_ask pkg_holds || return
  case $TS_ANSWER in
    -) ts_pkg_held=never ;;
    *) if ts_has "$ts_pkg_name" "$TS_ANSWER"; then ts_pkg_held=yes; else ts_pkg_held=no; fi ;;
  esac
}

pkg_plan_hold() {
  [ -n "$ts_pkg_hold" ] || return 0
  case $ts_pkg in
    apk | pacman) printf '%s holds no packages; leave hold out on this host\n' "$ts_pkg" >&2; return 1 ;;
  esac
  pkg_ask_held || return
  case $ts_pkg_held$ts_pkg_hold in
    neveryes) printf 'hold needs the plugin versionlock of %s\n' "$ts_pkg" >&2; return 1 ;;
    noyes) pkg_tell "$ts_pkg_name not held" "$ts_pkg_name held" '' hold '' ;;
    yesno) pkg_tell "$ts_pkg_name held" "$ts_pkg_name not held" '' unhold '' ;;
  esac
}

pkg_plan_absent() {
  case $ts_pkg_status$ts_pkg_held in
    installedyes)
      pkg_tell '' "$ts_pkg_name is held, so it is not removed; take the hold away first" unknown nothing ''
      return 0
      ;;
  esac
  case $ts_pkg_status$ts_pkg_want in
    '' | absent | purged | config-filesabsent) ;;
    config-filespurged) pkg_tell "configuration of $ts_pkg_name" '' wall remove '' ;;
    *purged) pkg_tell "$ts_pkg_name $ts_pkg_is" '' wall remove '' ;;
    *) pkg_tell "$ts_pkg_name $ts_pkg_is" '' '' remove '' ;;
  esac
}
`;
