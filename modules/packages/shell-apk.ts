import { sh, type Sh } from '../../src/steps/index.ts';

/**
 * Alpine Linux. What was asked for stands in /etc/apk/world; apk takes away by itself what nothing there needs any more.
 *
 * @see https://man.archlinux.org/man/extra/apk-tools/apk.8.en
 */
export const apk: Sh = sh`
# Those that are installed, as name-version; what only others need is not here because of us.
pkg_apk_state() {
  [ $# -gt 0 ] || return 0
  [ -r /lib/apk/db/installed ] || [ -r /usr/lib/apk/db/installed ] || { printf 'the list of packages of apk cannot be read\n' >&2; return 1; }
  apk info -e -v "$@" 2>/dev/null | pkg_apk_split
}
# name-version-rN, a line for each, as fields.
pkg_apk_split() { sed -n "s/^\(..*\)-\([^-]*-r[0-9][0-9]*\)\$/\1$TS_TAB\2\${TS_TAB}installed$TS_TAB/p"; }
pkg_apk_all() { apk info -v 2>/dev/null | pkg_apk_split; }
# Names that installed packages provide stand in its own list, behind p:.
pkg_apk_provided() {
  list=/lib/apk/db/installed
  [ -r "$list" ] || list=/usr/lib/apk/db/installed
  awk '/^p:/ { sub(/^p:/, ""); for (i = 1; i <= NF; i++) { name = $i; sub(/[=<>~].*/, "", name); print name } }' "$list"
}
pkg_apk_is_provided() { ts_has "$ts_pkg_name" "$TS_ANSWER"; }
# name-version < newer version
pkg_apk_candidates() {
  list=$(apk version -l '<') || return
  printf '%s\n' "$list" | awk '$2 == "<" { name = $1; sub(/-[^-]*-r[0-9]+$/, "", name); print name "\t" $3 }'
}
# What each would be installed in. Below its name stand versions, and below these where they can be had: a tag before the
# repository says that it is only used where it is named.
pkg_apk_available() {
  list=$(apk policy "$@" 2>/dev/null) || return
  printf '%s\n' "$list" | awk '
    /^[^ ].* policy:$/ { name = $1; next }
    /^  [^ ].*:$/ { version = $1; sub(/:$/, "", version); next }
    $1 !~ /^@/ && $1 !~ /db\/installed$/ { found[name] = version }
    END { for (name in found) if (name != "") print name "\t" found[name] }'
}
pkg_apk_holds() { :; }
pkg_apk_index() {
  set +f
  if [ -z "$ts_pkg_age" ] && [ "$TS_MODE" != check ]; then printf '0\n'; return; fi
  pkg_age /var/cache/apk/APKINDEX* /etc/apk/cache/APKINDEX* || return
  pkg_say_age /etc/apk/repositories /etc/apk/repositories.d /etc/apk/repositories.d/*
}
pkg_apk_update() { apk --wait 120 update; }
# A pattern at the end of a version is its fuzzy form.
pkg_apk_word() {
  case $2 in
    '') printf '%s' "$1" ;;
    *\*) set -- "$1" "\${2%\*}"; printf '%s' "$1~\${2%.}" ;;
    *) printf '%s' "$1=$2" ;;
  esac
}
# shellcheck disable=SC2086 # lists of names
pkg_apk_run() {
  if [ -n "$words" ]; then
    apk --wait "$limit" add --upgrade $words
  elif pkg_flag purge; then
    apk --wait "$limit" del --purge $removes
  else
    apk --wait "$limit" del $removes
  fi
}
# shellcheck disable=SC2086 # lists of names
pkg_apk_back() {
  wanted=''
  for name in $installs; do
    case "$came " in *" $name "*) wanted="$wanted $name" ;; esac
  done
  [ -z "$wanted" ] || apk --wait "$limit" del $wanted || return
  wanted=''
  for name in $removes; do
    case "$gone_names " in *" $name "*) wanted="$wanted $name" ;; esac
  done
  [ -z "$wanted" ] || apk --wait "$limit" add $wanted
}
`;
