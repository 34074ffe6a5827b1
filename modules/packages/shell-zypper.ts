import { sh, type Sh } from '../../src/steps/index.ts';

/**
 * openSUSE and SLES.
 *
 * @see https://en.opensuse.org/SDB:Zypper_manual
 */
export const zypper: Sh = sh`
pkg_zypper_state() { pkg_rpm_state "$@"; }
pkg_zypper_all() { pkg_rpm_all; }
pkg_zypper_provided() { pkg_rpm_provided "$@"; }
pkg_zypper_is_provided() { pkg_rpm_is_provided; }
# Whoever only looks waits for the lock, too. In a check by the index that is here.
pkg_zypper_look() {
  [ "$TS_MODE" != check ] || set -- --no-refresh "$@"
  ZYPP_LOCK_TIMEOUT=$ts_pkg_patience zypper --non-interactive --quiet "$@"
}
# A table with columns between bars.
pkg_zypper_candidates() {
  list=$(pkg_zypper_look list-updates --all) || return
  printf '%s\n' "$list" | awk -F ' *[|] *' 'NF > 5 && $1 != "S" { print $3 "\t" $5 }'
}
pkg_zypper_holds() {
  list=$(pkg_zypper_look locks) || return
  printf '%s\n' "$list" | awk -F ' *[|] *' 'NF > 2 && $1 != "#" { print $2 }'
}
# What each would be installed in: a table as above, the newest first. Status 104 says that there are none.
pkg_zypper_available() {
  list=$(pkg_zypper_look search --details --match-exact --type package "$@")
  case $? in 0 | 104) ;; *) return 1 ;; esac
  printf '%s\n' "$list" | awk -F ' *[|] *' 'NF > 5 && $1 != "S" && !told[$2]++ { print $2 "\t" $4 }'
}
# What it has looked for again, though it was as before, it touches; that of what is installed is no index.
pkg_zypper_index() {
  set +f
  if [ -z "$ts_pkg_age" ] && [ "$TS_MODE" != check ]; then printf '0\n'; return; fi
  pkg_age /var/cache/zypp/solv/[!@]*/solv /var/cache/zypp/raw/*/repodata/repomd.xml || return
  pkg_say_age /etc/zypp/repos.d /etc/zypp/repos.d/*
}
pkg_zypper_update() { ZYPP_LOCK_TIMEOUT=120 zypper --non-interactive --quiet refresh; }
# It knows no patterns: the newest version that fits, with or without its release.
pkg_zypper_word() {
  case $2 in
    *[*?]*)
      list=$(ZYPP_LOCK_TIMEOUT=$limit zypper --non-interactive --quiet search --details --match-exact --type package "$1")
      for fits in $(printf '%s\n' "$list" | awk -F ' *[|] *' 'NF > 5 && $1 != "S" { print $4 }'); do
        # shellcheck disable=SC2254 # a pattern
        case $fits in $2) set -- "$1" "$fits"; break ;; esac
        # shellcheck disable=SC2254 # a pattern
        case \${fits%-*} in $2) set -- "$1" "$fits"; break ;; esac
      done
      ;;
  esac
  printf '%s' "$1\${2:+=$2}"
}
# shellcheck disable=SC2086 # lists of names
pkg_zypper_run() {
  ZYPP_LOCK_TIMEOUT=$limit
  export ZYPP_LOCK_TIMEOUT
  [ -z "$unholds$held" ] || zypper --non-interactive --quiet removelock $unholds $held || return
  if [ -n "$words" ]; then
    set -- zypper --non-interactive install --auto-agree-with-licenses
    if pkg_flag no-recommends; then set -- "$@" --no-recommends; fi
    if pkg_flag recommends; then set -- "$@" --recommends; fi
    if pkg_flag downgrade; then set -- "$@" --oldpackage; fi
    if pkg_flag cascade; then set -- "$@" --force-resolution; fi
    "$@" -- $words
    pkg_zypper_done || return
  elif [ -n "$removes" ]; then
    pkg_rpm_alone || return
    set -- zypper --non-interactive remove
    if pkg_flag autoremove; then set -- "$@" --clean-deps; fi
    "$@" -- $removes
    pkg_zypper_done || return
  fi
  [ -z "$holds$held" ] || zypper --non-interactive --quiet addlock $holds $held
}
# Done, though a restart of the host or of zypper is advised.
pkg_zypper_done() { case $? in 0 | 102 | 103) return 0 ;; *) return 1 ;; esac; }
# shellcheck disable=SC2086 # lists of names
pkg_zypper_back() {
  ZYPP_LOCK_TIMEOUT=$limit
  export ZYPP_LOCK_TIMEOUT
  [ -z "$holds" ] || zypper --non-interactive --quiet removelock $holds || return
  [ -z "$came" ] || pkg_patiently "$limit" /usr/bin/rpm -e $came || return
  if [ -n "$gone" ]; then
    zypper --non-interactive install --no-recommends --oldpackage -- $gone
    pkg_zypper_done || return
  fi
  [ -z "$unholds" ] || zypper --non-interactive --quiet addlock $unholds
}
`;
