import { sh, type Sh } from '../../src/steps/index.ts';

/**
 * Arch Linux.
 *
 * @see https://man.archlinux.org/man/pacman.8.en
 */
export const pacman: Sh = sh`
pkg_pacman_state() {
  [ $# -gt 0 ] || return 0
  list=$(pacman -Q "$@" 2>&1)
  case $TS_NL$list in *"\${TS_NL}error: failed"* | *"\${TS_NL}error: could not"*) printf '%s\n' "$list" >&2; return 1 ;; esac
  printf '%s\n' "$list" | sed -n "s/^\([^ :]*\) \([^ ]*\)\$/\1$TS_TAB\2\${TS_TAB}installed$TS_TAB/p"
}
pkg_pacman_all() { pacman -Q | sed "s/ \(.*\)/$TS_TAB\1\${TS_TAB}installed/"; }
# Names that nothing installed satisfies; its status is 127 where there are any.
pkg_pacman_provided() {
  pacman -T "$@"
  case $? in 0 | 127) return 0 ;; *) return 1 ;; esac
}
pkg_pacman_is_provided() { ! ts_has "$ts_pkg_name" "$TS_ANSWER"; }
# name version -> newer version; its status is 1 where there are none, too.
pkg_pacman_candidates() { pacman -Qu 2>/dev/null | sed -n "s/^\([^ ]*\) [^ ]* -> \([^ ]*\).*/\1$TS_TAB\2/p"; }
pkg_pacman_holds() { :; }
# What each would be installed in. Of those that it does not know it says so, by its status too.
pkg_pacman_available() {
  pacman -Si "$@" 2>/dev/null | awk '$1 == "Name" { name = $3 } $1 == "Version" && !told[name]++ { print name "\t" $3 }'
}
# The files of the index have the times of the server; their folder is written to whenever they are asked for.
pkg_pacman_index() {
  set +f
  pkg_age /var/lib/pacman/sync/*.db || return
  [ "$age" = none ] || pkg_age /var/lib/pacman/sync || return
  pkg_say_age /etc/pacman.conf /etc/pacman.d /etc/pacman.d/*
}
pkg_pacman_update() { pacman -Sy --noconfirm; }
# A pattern is left out: there is one version only.
pkg_pacman_word() { case $2 in *[*?]*) printf '%s' "$1" ;; *) printf '%s' "$1\${2:+=$2}" ;; esac; }
# Is what would be installed older than what is there? It asks nobody.
# shellcheck disable=SC2086 # a list of names
pkg_pacman_older() {
  ts_pkg_is=$(pacman -Q $installs 2>/dev/null) || return 1
  ts_pkg_will=$(pacman -Spdd --print-format %v $words 2>/dev/null) || return 1
  [ "$(vercmp "\${ts_pkg_will##*"$TS_NL"}" "\${ts_pkg_is##* }")" = -1 ]
}
# shellcheck disable=SC2086 # lists of names
pkg_pacman_run() {
  if [ -n "$words" ]; then
    if ! pkg_flag downgrade && [ -n "$exactly" ] && pkg_pacman_older; then pkg_stays_newer; return; fi
    pkg_patiently "$limit" pacman -S --noconfirm --noprogressbar $words
    return
  fi
  set -- pkg_patiently "$limit" pacman -R --noconfirm --noprogressbar
  if pkg_flag purge; then set -- "$@" --nosave; fi
  if pkg_flag cascade; then set -- "$@" --cascade; fi
  if pkg_flag autoremove; then set -- "$@" --recursive; fi
  "$@" $removes
}
# shellcheck disable=SC2086 # lists of names
pkg_pacman_back() {
  [ -z "$came" ] || pkg_patiently "$limit" pacman -R --noconfirm --noprogressbar $came || return
  [ -z "$gone" ] || pkg_patiently "$limit" pacman -S --noconfirm --noprogressbar $gone
}
`;
