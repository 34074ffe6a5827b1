# shellcheck shell=sh
# Programs that must be on the host.

# ts_distribution: TS_IDS is what this is, and what that is like. Not sourced: what a host says is no code.
ts_distribution() {
  TS_IDS='' ts_id='' ts_like=''
  [ -r /etc/os-release ] || return 0
  while IFS='=' read -r ts_key ts_word; do
    ts_word=${ts_word#[\"\']} ts_word=${ts_word%[\"\']}
    case $ts_key in ID) ts_id=$ts_word ;; ID_LIKE) ts_like=$ts_word ;; esac
  done </etc/os-release
  TS_IDS="$ts_id $ts_like"
}

# ts_tool PACKAGES STEP NAME...: one of these programs must be there. PACKAGES is a list of distribution=package, the
# first one being the fallback. STEP, if there is one, has a reading half that says whether this host needs one.
ts_tool() {
  ts_go || return 0
  # Shells remember where a program was, though it may have gone since.
  hash -r
  ts_packages=$1 ts_step=$2 ts_names=''
  shift 2
  for ts_a in "$@"; do
    if command -v "$ts_a" >/dev/null 2>&1; then ts_over; return 0; fi
    ts_names="$ts_names${ts_names:+ or }$ts_a"
  done
  if [ -n "$ts_step" ]; then
    ts_read "$ts_step" 1
    case $TS_S in
      absent) ts_over; return 0 ;;
      unreadable) ts_failed "$ts_step" "cannot tell whether the program $ts_names is needed"; ts_over; return 0 ;;
    esac
  fi
  ts_over
  ts_distribution
  ts_package=''
  for ts_id in $TS_IDS; do
    for ts_pair in $ts_packages; do
      [ -n "$ts_package" ] || [ "${ts_pair%%=*}" != "$ts_id" ] || ts_package=${ts_pair#*=}
    done
  done
  [ -n "$ts_package" ] || ts_package=${ts_packages%% *} ts_package=${ts_package#*=}
  if ts_may_come; then
    ts_open_end "the program $ts_names is not installed, unless an earlier task would do that"
    return 0
  fi
  TS_T=failed TS_FAIL=1
  ts_frame "missing" "$ts_names" "$ts_package" "${TS_IDS%% *}"
}
