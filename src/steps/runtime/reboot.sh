# shellcheck shell=sh
# A reboot: a task that takes the host down, and finds in its next session, by the boot id, that it is back.

# ts_reboot_begun: has this task told the host to go down? TS_REBOOT is the file, among those of the run, that says from
# which boot; it stays.
ts_reboot_begun() {
  ts_home
  TS_REBOOT=$TS_HOME/runs/$TS_RUN/reboot-$TS_TASK
  [ -s "$TS_REBOOT" ]
}

# ts_reboot STEP SECONDS: takes the host down (gN), or finds that it is back.
ts_reboot() {
  read -r ts_boot </proc/sys/kernel/random/boot_id || return
  if ts_reboot_begun; then
    read -r ts_then <"$TS_REBOOT"
    [ "$ts_then" = "$ts_boot" ] || return 0
  elif [ -n "$TS_RESUMED" ] && [ "$TS_TASK" = "$TS_FROM" ]; then
    printf 'whether the host was rebooted cannot be told: %s has gone, as if it was kept in memory\n' "$TS_REBOOT" >&2
    return 1
  else
    ts_put "$TS_REBOOT" "$ts_boot" || return
    sync
    ( "g$1" ) >&2
    ts_rc=$?
    if [ "$ts_rc" != 0 ]; then rm -f "$TS_REBOOT"; return "$ts_rc"; fi
  fi
  # Who ends this shell ends the one above it, too; the connection goes then, or is cut.
  trap 'sleep 1; exit 141' HUP INT TERM
  ts_uptime
  ts_until=$((TS_NOW + $2))
  while [ "$TS_NOW" -lt "$ts_until" ]; do
    sleep 1
    ts_uptime
    read -r ts_then </proc/sys/kernel/random/boot_id
    [ "$ts_then" = "$ts_boot" ] || exit 141
  done
  rm -f "$TS_REBOOT"
  printf 'it was told to reboot %s s ago and is still up\n' "$2" >&2
  return 1
}
