import { sh, type Sh } from '../../src/steps/index.ts';

/** Which version is wanted, whether the one that is there will do, and what keeps it from being another one. */
export const versions: Sh = sh`
# pkg_can_range: can versions be compared here?
pkg_can_range() {
  case $ts_pkg in
    apt) pkg_ask pkg_fits ;;
    *)
      printf 'of %s, versions are asked for by one version or a pattern, and not by a range such as %s\n' "$ts_pkg" "$ts_pkg_version" >&2
      return 1
      ;;
  esac
}

# pkg_has_version: is this the version that is wanted, which may be a pattern? That of rpm may leave out the release.
pkg_has_version() {
  case $ts_pkg_version in
    '') return 0 ;;
    [\<\>!]*) pkg_ask pkg_fits && ts_has "$ts_pkg_name $ts_pkg_version" "$TS_ANSWER"; return ;;
  esac
  # shellcheck disable=SC2254 # a pattern
  case $ts_pkg_is in $ts_pkg_version) return 0 ;; esac
  case $ts_pkg in dnf | yum | zypper) ;; *) return 1 ;; esac
  # shellcheck disable=SC2254 # a pattern
  case \${ts_pkg_is%-*} in $ts_pkg_version) return 0 ;; *) return 1 ;; esac
}

# pkg_choose: ts_pkg_exact is what is to be installed, of a range the best version that there is. Status 1: there is none.
pkg_choose() {
  ts_pkg_exact=$ts_pkg_version
  case $ts_pkg_version in [\<\>!]*) ;; *) return 0 ;; esac
  pkg_index && pkg_ask pkg_choices || return 2
  if ts_find "$ts_pkg_name $ts_pkg_version" "$TS_ANSWER"; then ts_pkg_exact=\${TS_LINE#*"$TS_TAB"}; return 0; fi
  pkg_tell '' "no version of $ts_pkg_name that this host could install is $ts_pkg_version$ts_pkg_stale" unknown nothing ''
  return 1
}

# pkg_kept: somebody has said that it stays as it is, and this task says nothing of that.
pkg_kept() {
  [ "$ts_pkg_held$ts_pkg_hold" = yes ] || return 1
  pkg_tell '' "$ts_pkg_name is held at $ts_pkg_is; say hold: true to keep it so and change its version all the same" unknown nothing ''
}
`;
