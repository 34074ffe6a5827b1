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
pkg_pacman_index() {
  set +f
  age=$(pkg_age /var/lib/pacman/sync/*.db) || return
  if [ "$age" != none ] && pkg_newer /etc/pacman.conf /etc/pacman.d/*; then printf 'changed\n'; else printf '%s\n' "$age"; fi
}
pkg_pacman_update() { pacman -Sy --noconfirm; }
pkg_pacman_word() { printf '%s' "$1"; }
# shellcheck disable=SC2086 # lists of names
pkg_pacman_run() {
  if [ -n "$words" ]; then
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
