import { sh } from '../../src/steps/index.ts';

/**
 * Starts, stops, enables and masks units by whatever manages them. What has been started is looked at again after a
 * second: a service that dies at once would else count as one that runs.
 */
export const controlFunctions = sh`# units_set_state WISH OWNER UNIT STATE [MARK]: running or stopped. MARK: tells the restart to come that it has just been started.
units_set_state() {
  case $4 in
    running)
      units_act "$1" "$2" "$3" start || return
      [ -z "\${5-}" ] || : >"$TS_DIR/started-$5"
      ;;
    *) units_act "$1" "$2" "$3" stop ;;
  esac
}
# units_again WISH OWNER UNIT ACTION MARK: restart or reload, unless it has just been started.
units_again() {
  if [ -e "$TS_DIR/started-$5" ]; then rm -f -- "$TS_DIR/started-$5"; return; fi
  units_act "$1" "$2" "$3" "$4"
}
# units_act WISH OWNER UNIT start|stop|restart|reload|reload-or-restart|try-restart|try-reload
units_act() {
  units_manager "$1"
  case $ts_manager in
    systemd) units_act_systemd "$2" "$3" "$4" ;;
    openrc) units_act_script "\${3%.service}" "$4" rc-service ;;
    sysvinit) units_act_script "\${3%.service}" "$4" units_script ;;
  esac
}
units_act_systemd() {
  ts_shown=$(units_ctl "$1" show -p Id -p LoadState -p NeedDaemonReload -p ActiveState -p Type -p NRestarts -- "$2") || return
  case $ts_shown in
    *LoadState=not-found* | *NeedDaemonReload=yes*) units_ctl "$1" daemon-reload || return ;;
  esac
  ts_restarts=\${ts_shown#*NRestarts=} ts_restarts=\${ts_restarts%%[!0-9]*}
  case $3$ts_shown in
    try-*ActiveState=inactive* | try-*ActiveState=failed*) return 0 ;;
    try-reload*) units_ctl "$1" reload-or-restart -- "$2" ;;
    *) units_ctl "$1" "$3" -- "$2" ;;
  esac || { units_last_words "$1" "$2"; return 1; }
  case $3 in stop) return 0 ;; esac
  case $ts_shown in *Type=simple* | *Type=exec* | *Type=idle* | *Type=forking*) sleep 1 ;; esac
  ts_now=$(units_ctl "$1" show -p ActiveState -p SubState -p Result -p ExecMainStatus -p NRestarts -- "$2") || return
  ts_again=\${ts_now#*NRestarts=} ts_again=\${ts_again%%[!0-9]*}
  case $ts_now in
    *ActiveState=active*)
      case $ts_now in *NRestarts=*) ;; *) return 0 ;; esac
      if [ "$ts_again" = 0 ] || [ "$ts_again" = "$ts_restarts" ]; then return 0; fi
      ;;
    *Result=success*)
      case $ts_shown$3 in *Type=oneshot*restart | *Type=oneshot*reload*) return 0 ;; esac
      ;;
  esac
  ts_status=\${ts_now#*ExecMainStatus=} ts_status=\${ts_status%%[!0-9]*}
  ts_result=\${ts_now#*Result=} ts_result=\${ts_result%%[!a-z-]*}
  ts_sub=\${ts_now#*SubState=} ts_sub=\${ts_sub%%[!a-z-]*}
  case $ts_shown in
    *Type=oneshot*)
      printf '%s has run and ended, as a unit of Type=oneshot does without RemainAfterExit=yes: it is never running\n' "$2" >&2
      ;;
    *) printf '%s did not stay up: it is %s (%s), its main process ended with status %s\n' "$2" "$ts_sub" "$ts_result" "$ts_status" >&2 ;;
  esac
  units_last_words "$1" "$2"
  return 1
}
# units_last_words OWNER UNIT: the last lines that it has left in the journal.
units_last_words() {
  command -v journalctl >/dev/null || return 0
  if [ -z "$1" ]; then set -- -u "$2"; else set -- "--user-unit=$2" "_UID=$(id -u -- "$1")"; fi
  journalctl -q --no-pager -n 10 -o short "$@" >&2
}
# units_act_script NAME ACTION RUNNER
units_act_script() {
  case $2 in
    try-*) "$3" "$1" status >/dev/null 2>&1 || return 0 ;;
  esac
  case $2 in
    reload-or-restart | try-reload) "$3" "$1" reload || "$3" "$1" restart ;;
    try-restart) "$3" "$1" restart ;;
    *) "$3" "$1" "$2" ;;
  esac || return
  case $2 in stop) return 0 ;; esac
  sleep 1
  ts_said=$("$3" "$1" status 2>&1)
  case $?$ts_said in
    0*) return 0 ;;
    # An init script that cannot be asked.
    [123]*[Uu]sage*) return 0 ;;
  esac
  printf '%s did not stay up: %s\n' "$1" "$ts_said" >&2
  return 1
}
# units_set_enabled WISH OWNER UNIT STATE: enabled, enabled in LEVEL,LEVEL, enabled until reboot, disabled or without links.
units_set_enabled() {
  units_manager "$1"
  case $ts_manager in
    systemd) units_enable_systemd "$2" "$3" "$4" ;;
    openrc) units_enable_openrc "\${3%.service}" "$4" ;;
    sysvinit) units_enable_sysvinit "\${3%.service}" "$4" ;;
  esac
}
units_enable_systemd() {
  # Of a unit with several names systemctl enables only the first.
  ts_unit=$(units_ctl "$1" show -p Id --value -- "$2") || return
  case $3 in
    enabled) units_ctl "$1" enable -- "$ts_unit" ;;
    'enabled until reboot') units_ctl "$1" disable -- "$ts_unit" && units_ctl "$1" --runtime enable -- "$ts_unit" ;;
    *) units_ctl "$1" disable -- "$ts_unit" && units_until_reboot "$1" disable "$ts_unit" ;;
  esac
}
# units_until_reboot OWNER VERB UNIT: the same of what holds until the next boot, where systemd still tells of that.
units_until_reboot() {
  ts_left=$(units_ctl "$1" show -p UnitFileState --value -- "$3") || return
  case $ts_left in *-runtime) units_ctl "$1" --runtime "$2" -- "$3" ;; esac
}
units_enable_openrc() {
  case $2 in
    enabled) rc-update -q add "$1" default ;;
    'enabled in '*)
      IFS=,
      for ts_level in \${2#enabled in }; do unset IFS; rc-update -q add "$1" "$ts_level" || return; done
      unset IFS
      ;;
    *)
      set +f
      for ts_link in /etc/runlevels/*/"$1"; do
        [ -h "$ts_link" ] || continue
        ts_link=\${ts_link%/*}
        rc-update -q del "$1" "\${ts_link##*/}" || return
      done
      ;;
  esac
}
units_enable_sysvinit() {
  if command -v update-rc.d >/dev/null; then
    case $2 in
      enabled) update-rc.d "$1" defaults && update-rc.d "$1" enable ;;
      'without links') update-rc.d -f "$1" remove ;;
      *) update-rc.d "$1" disable ;;
    esac
  elif command -v chkconfig >/dev/null; then
    case $2 in
      enabled) chkconfig "$1" on ;;
      'without links') chkconfig --del "$1" ;;
      *) chkconfig "$1" off ;;
    esac
  else
    echo 'neither update-rc.d nor chkconfig is on this host' >&2
    return 1
  fi
}
# units_set_masked WISH OWNER UNIT STATE
units_set_masked() {
  units_manager "$1"
  if [ "$ts_manager" != systemd ]; then echo 'only systemd has masks' >&2; return 1; fi
  case $4 in
    masked) units_ctl "$2" mask -- "$3" ;;
    'masked until reboot') units_ctl "$2" unmask -- "$3" && units_ctl "$2" --runtime mask -- "$3" ;;
    *) units_ctl "$2" unmask -- "$3" && units_until_reboot "$2" unmask "$3" ;;
  esac
}`;
