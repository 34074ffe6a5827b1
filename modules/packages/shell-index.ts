import { sh, type Sh } from '../../src/steps/index.ts';

/** Functions about the index of packages that a manager has, and its age. */
export const packageIndex: Sh = sh`# pkg_index: brings the index up to date where it has to be, or in a check says in ts_pkg_stale why it may be out of date.
pkg_index() {
  ts_pkg_stale=''
  pkg_ask pkg_index || return
  ts_pkg_index=$TS_ANSWER
  case $TS_ANSWER in
    none) ts_pkg_stale=', since this host has no package index yet' ;;
    changed) ts_pkg_stale=', since its repositories have changed after the package index was made' ;;
    *)
      # What this run has just brought is not fetched again, whatever its age may be.
      [ -n "$ts_pkg_age" ] && [ "$TS_ANSWER" -gt "$((ts_pkg_age + 15))" ] || return 0
      ts_pkg_stale=", since the package index is $TS_ANSWER s old"
      ;;
  esac
  [ "$TS_MODE" != check ] || return 0
  if ! pkg_patiently 120 "pkg_\${ts_pkg}_update" </dev/null >&2 3>&-; then
    printf 'the package index could not be brought up to date\n' >&2
    return 1
  fi
  ts_pkg_stale='' TS_QUERIED=''
}

# pkg_ask_index QUERY: as pkg_ask, but where there is no index a check does not make whoever is asked fetch one.
pkg_ask_index() { if [ "$TS_MODE$ts_pkg_index" = checknone ]; then TS_ANSWER=''; else pkg_ask "$1"; fi; }

# pkg_age FILE...: age is how many seconds ago the newest was changed, or none if there is none.
pkg_age() {
  ts_pkg_newest='' age=none
  for ts_pkg_file in "$@"; do
    [ -e "$ts_pkg_file" ] || continue
    # shellcheck disable=SC3013 # all shells have it
    if [ -z "$ts_pkg_newest" ] || [ "$ts_pkg_file" -nt "$ts_pkg_newest" ]; then ts_pkg_newest=$ts_pkg_file; fi
  done
  [ -n "$ts_pkg_newest" ] || return 0
  ts_pkg_then=$(stat -c %Y -- "$ts_pkg_newest") && ts_pkg_now=$(date +%s) && age=$((ts_pkg_now - ts_pkg_then))
}
# pkg_newer FILE...: is one of these newer than ts_pkg_newest?
pkg_newer() {
  for ts_pkg_file in "$@"; do
    # shellcheck disable=SC3013 # all shells have it
    if [ "$ts_pkg_file" -nt "$ts_pkg_newest" ]; then return 0; fi
  done
  return 1
}
# pkg_say_age FILE...: prints age, or that one of these is newer than what it was told of.
pkg_say_age() { if [ "$age" != none ] && pkg_newer "$@"; then printf 'changed\n'; else printf '%s\n' "$age"; fi; }
`;
