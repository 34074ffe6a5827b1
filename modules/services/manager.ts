import { sh } from '../../src/steps/index.ts';

/** What starts and stops services on a host. */
export type Manager = 'systemd' | 'openrc' | 'sysvinit';

/**
 * Tells managers of services apart and asks each of them about many units at once. Every answer is a line: the unit, a
 * tab, and words `key=value` that mean the same whoever answers:
 *
 * - `there`: yes, no, bad (its file cannot be used), nobody (there is no manager to ask)
 * - `running`: yes, no, starting, stopping
 * - `enabled`: yes, no, unlinked (not even as one that is not started), runtime (until the reboot), or what keeps it from
 *   being enabled: static, indirect, generated, alias, transient, masked, bad
 * - `levels`: runlevels that start it, for OpenRC
 * - `masked`: yes, no, runtime
 * - `fresh`: no, where its file has been changed since it was read
 * - `reloads`: whether it can be told to read its configuration anew
 */
export const managerFunctions = sh`# units_manager WISH: ts_manager is what manages the services of this host.
units_manager() {
  ts_manager=$1
  [ "$1" = auto ] || return 0
  if [ -d /run/systemd/system ]; then
    ts_manager=systemd
  elif [ -d /run/openrc ] || command -v rc-service >/dev/null; then
    ts_manager=openrc
  elif [ -d /etc/init.d ]; then
    ts_manager=sysvinit
  else
    ts_manager=none
  fi
}
# units_ctl OWNER ARGS...: systemctl of the system, or of an account's own systemd.
units_ctl() {
  if [ -z "$1" ]; then shift; systemctl "$@"; return; fi
  ts_owner=$1 ts_folder=/run/user/$(id -u -- "$1") || return
  shift
  if [ "$(id -u)" = "\${ts_folder##*/}" ]; then
    XDG_RUNTIME_DIR=$ts_folder systemctl --user "$@"
  else
    runuser -u "$ts_owner" -- env "XDG_RUNTIME_DIR=$ts_folder" systemctl --user "$@"
  fi
}
# units_list WISH OWNER UNIT...
units_list() {
  units_manager "$1"
  ts_owner=$2
  shift 2
  if [ "$ts_manager" = none ]; then units_nobody 'neither_systemd_nor_OpenRC_nor_init_scripts' "$@"; return; fi
  if [ -n "$ts_owner" ]; then
    if [ "$ts_manager" != systemd ]; then units_nobody "units_of_accounts_need_systemd" "$@"; return; fi
    ts_uid_of=$(id -u -- "$ts_owner" 2>/dev/null) || { units_nobody "no_such_account" "$@"; return; }
    [ -S "/run/user/$ts_uid_of/systemd/private" ] || { units_nobody "not_running" "$@"; return; }
  fi
  "units_list_$ts_manager" "$@"
}
units_nobody() {
  ts_reason=$1
  shift
  for ts_unit do printf '%s\t there=nobody reason=%s \n' "$ts_unit" "$ts_reason"; done
}
units_list_systemd() {
  ts_shown=$(units_ctl "$ts_owner" show -p Id -p LoadState -p ActiveState -p UnitFileState -p NeedDaemonReload \
    -p CanReload -p SourcePath -- "$@") || return
  set -- "$@" .
  units_blank
  while IFS= read -r ts_line; do
    case $ts_line in
      '') units_row "$1"; shift; units_blank ;;
      Id=*) ts_id=\${ts_line#*=} ;;
      LoadState=*) ts_load=\${ts_line#*=} ;;
      ActiveState=*) ts_active=\${ts_line#*=} ;;
      UnitFileState=*) ts_enabled=\${ts_line#*=} ;;
      NeedDaemonReload=yes) ts_fresh=no ;;
      CanReload=*) ts_reloads=\${ts_line#*=} ;;
      SourcePath=*) ts_source=\${ts_line#*=} ;;
    esac
  done <<END
$ts_shown

END
}
units_blank() { ts_id='' ts_load=error ts_active='' ts_enabled='' ts_fresh=yes ts_reloads=no ts_source=''; }
units_row() {
  case $ts_load in
    loaded | masked) ts_there=yes ;;
    not-found) ts_there=no ;;
    *) ts_there=bad ;;
  esac
  case $ts_active in
    active | reloading | refreshing) ts_active=yes ;;
    activating) ts_active=starting ;;
    deactivating) ts_active=stopping ;;
    *) ts_active=no ;;
  esac
  ts_masked=no
  case $ts_load$ts_enabled in *masked-runtime) ts_masked=runtime ;; *masked*) ts_masked=yes ;; esac
  case $ts_enabled in
    enabled) ts_enabled=yes ;;
    disabled | linked | linked-runtime | '') ts_enabled=no ;;
    enabled-runtime) ts_enabled=runtime ;;
    masked*) ts_enabled=masked ;;
    # An init script: systemctl enables it by its links.
    generated) case $ts_source in /etc/init.d/*) units_links "\${ts_source##*/}" ;; esac ;;
  esac
  [ "$ts_enabled" != unlinked ] || ts_enabled=no
  printf '%s\t there=%s running=%s enabled=%s masked=%s fresh=%s reloads=%s id=%s manager=systemd \n' "$1" "$ts_there" \
    "$ts_active" "$ts_enabled" "$ts_masked" "$ts_fresh" "$ts_reloads" "\${ts_id:-$1}"
}
# units_links SCRIPT: ts_enabled by the links of runlevels.
units_links() {
  ts_enabled=unlinked
  set +f
  for ts_link in /etc/rc[2345].d/[SK][0-9][0-9]"$1"; do
    case $ts_link in
      */S*) [ ! -h "$ts_link" ] || { ts_enabled=yes; break; } ;;
      *) [ ! -h "$ts_link" ] || ts_enabled=no ;;
    esac
  done
  set -f
}
units_list_openrc() {
  ts_shown=$(rc-status -s) || return
  for ts_unit do
    ts_name=\${ts_unit%.service} ts_there=no ts_active=no ts_levels=''
    [ ! -x "/etc/init.d/$ts_name" ] || ts_there=yes
    # A script that has just come may not be listed yet.
    [ ! -h "/run/openrc/started/$ts_name" ] || ts_active=yes
    while read -r ts_line ts_bracket ts_state ts_rest; do
      [ "$ts_line" = "$ts_name" ] || continue
      ts_active=no
      case $ts_state in started | inactive) ts_active=yes ;; starting | stopping) ts_active=$ts_state ;; esac
    done <<END
$ts_shown
END
    set +f
    for ts_link in /etc/runlevels/*/"$ts_name"; do
      [ ! -h "$ts_link" ] || { ts_link=\${ts_link%/*} ts_levels=$ts_levels,\${ts_link##*/}; }
    done
    set -f
    ts_enabled=no
    [ -z "$ts_levels" ] || ts_enabled=yes
    printf '%s\t there=%s running=%s enabled=%s levels=%s masked=no fresh=yes reloads=yes id=%s manager=openrc \n' \
      "$ts_unit" "$ts_there" "$ts_active" "$ts_enabled" "\${ts_levels#,}" "$ts_name"
  done
}
units_list_sysvinit() {
  for ts_unit do
    ts_name=\${ts_unit%.service} ts_there=no ts_active=no
    if [ -x "/etc/init.d/$ts_name" ]; then ts_there=yes; units_status "$ts_name"; fi
    units_links "$ts_name"
    printf '%s\t there=%s running=%s enabled=%s masked=no fresh=yes reloads=yes id=%s manager=sysvinit \n' \
      "$ts_unit" "$ts_there" "$ts_active" "$ts_enabled" "$ts_name"
  done
}
# units_script NAME ACTION: an init script as at boot, without what this shell has in its environment.
units_script() {
  if command -v service >/dev/null; then service "$1" "$2"; else (cd / && "/etc/init.d/$1" "$2"); fi
}
# units_status NAME: ts_active by what its script says. One that does not know the question cannot be told.
units_status() {
  ts_said=$(units_script "$1" status 2>&1 </dev/null)
  case $?$ts_said in
    0*) ts_active=yes ;;
    [123]*[Uu]sage*) ts_active=unknown ;;
    [123]*) ts_active=no ;;
    *) ts_active=unknown ;;
  esac
}
# units_word UNIT LINES KEY: ts_word is its value in the line of the unit.
units_word() {
  ts_word=''
  ts_find "$1" "$2" || return 2
  case $TS_LINE in *" $3="*) ;; *) return 0 ;; esac
  ts_word=\${TS_LINE#*" $3="}
  ts_word=\${ts_word%% *}
}
# units_there UNIT LINES [unmasked]: is it there, and could it be started? Says why not.
units_there() {
  units_word "$1" "$2" masked || return
  if [ -n "\${3-}" ] && [ "$ts_word" != no ] && [ -n "$ts_word" ]; then
    ts_say 'it is masked; masked: false lifts that'
    return 1
  fi
  units_word "$1" "$2" there
  case $ts_word in
    yes) return 0 ;;
    no) return 1 ;;
    bad) ts_say 'its file cannot be used; systemctl status tells why'; return 1 ;;
  esac
  units_word "$1" "$2" reason
  case $ts_word in
    no_such_account) ts_say 'there is no such account' ;;
    not_running) ts_say 'no systemd of this account runs: it is not logged in and does not linger (loginctl enable-linger)' ;;
    units_of_accounts_need_systemd) ts_say 'units of accounts need systemd, which does not run here' ;;
    *) ts_say 'neither systemd nor OpenRC nor init scripts are here' ;;
  esac
  return 1
}
# units_asked UNIT LINES: is there somebody to ask about it? Says why not.
units_asked() {
  units_word "$1" "$2" there || return
  [ "$ts_word" != nobody ] || units_there "$1" "$2"
}
# units_can_enable UNIT LINES enabled|disabled: says why it cannot be enabled or disabled.
units_can_enable() {
  units_word "$1" "$2" id || return
  ts_id=$ts_word
  units_word "$1" "$2" enabled
  # By that link the unit has this name, and its name would go with it.
  case $3:$ts_word:$ts_id in
    *:"$1" | enabled:* | disabled:no:*) ;;
    *) [ ! -h "/etc/systemd/system/$1" ] || { ts_say "it is another name of $ts_id, which goes when that is disabled; use that one"; return 1; } ;;
  esac
  case $ts_word in
    yes | no | '' | unlinked | runtime | masked) return 0 ;;
    static) ts_say 'it has no [Install] section, so others start it; mask it to keep it from being started' ;;
    indirect) ts_say 'its [Install] section only names other units; enable these' ;;
    generated) ts_say 'systemd makes it at each boot from another file, such as /etc/fstab' ;;
    alias) ts_say 'it is another name of a unit; use that one' ;;
    *) ts_say "systemd calls it $ts_word" ;;
  esac
  return 1
}
# units_verify SIDE NAME CONTENT [NAME CONTENT]...: says what systemd finds wrong with these files together, where it has the
# program for that.
units_verify() {
  command -v systemd-analyze >/dev/null || return 0
  ts_said=$(units_verify_files "$@") && return
  ts_say "$ts_said"
  return 1
}
units_verify_files() {
  ts_side=$1 ts_names='' ts_folder=$(mktemp -d) || exit 0
  shift
  while [ $# -gt 0 ]; do
    printf '%s' "$2" >"$ts_folder/$1" || exit
    ts_names="$ts_names ./$1"
    shift 2
  done
  cd "$ts_folder" || exit
  # Faults of others that it depends on are not its own; old versions do not know the difference.
  # shellcheck disable=SC2086 # names of units have no blanks
  ts_said=$(XDG_RUNTIME_DIR=$ts_folder systemd-analyze "$ts_side" --man=no --recursive-errors=no verify $ts_names 2>&1)
  ts_status=$?
  case $ts_said in *'option '*recursive-errors*) ts_status=0 ;; esac
  rm -rf -- "$ts_folder"
  [ "$ts_status" = 0 ] || { printf '%s' "$ts_said" | sed "s|$ts_folder/||g"; exit 1; }
}
# units_say_state UNIT LINES WANT, units_say_enabled ..., units_say_masked ...: what is, in the words of what is wanted.
units_say_state() {
  units_word "$1" "$2" running || return
  case $3$ts_word in
    *unknown) return 3 ;;
    *yes | stoppedst*) ts_say running ;;
    *) ts_say stopped ;;
  esac
}
units_say_enabled() {
  units_word "$1" "$2" levels || return
  ts_levels=$ts_word
  units_word "$1" "$2" enabled
  case $3$ts_word in
    *yes) if [ "$3" = disabled ] && [ -n "$ts_levels" ]; then ts_say "enabled in $ts_levels"; else ts_say enabled; fi ;;
    enabledunlinked) ts_say 'without links' ;;
    *runtime) ts_say 'enabled until reboot' ;;
    *) ts_say disabled ;;
  esac
}
units_say_masked() {
  units_word "$1" "$2" masked || return
  case $ts_word in yes) ts_say masked ;; runtime) ts_say 'masked until reboot' ;; *) ts_say 'not masked' ;; esac
}`;
