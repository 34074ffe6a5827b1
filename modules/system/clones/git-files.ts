import { library, type Library, sh } from '../../../src/steps/index.ts';

/**
 * What can be read of a clone without git, so that many that are as they should be cost no process. Whatever is not as plain
 * as git itself writes it is left to git: status 1 says so.
 *
 * @see https://git-scm.com/docs/gitrepository-layout
 */
export const cloneFiles: Library = library(
  'clones',
  sh`# clones_line FILE: ts_clone_line is its first line.
clones_line() { { IFS= read -r ts_clone_line <"$1"; } 2>/dev/null; }
# clones_at PATH REMOTE: is the commit that is checked out the one at the end of REMOTE? Of a branch in a file of its own,
# which counts before any that are packed.
clones_at() {
  [ -d "$1/.git" ] && clones_line "$1/.git/HEAD" || return 1
  case $ts_clone_line in
    'ref: refs/heads/'*) clones_line "$1/.git/\${ts_clone_line#ref: }" || return 1 ;;
  esac
  [ "$ts_clone_line" = "\${2##* }" ]
}
# clones_origin PATH URL: is this the address of origin, the only one, and would git find no other?
clones_origin() {
  [ -z "\${GIT_CONFIG_COUNT-}\${GIT_CONFIG_PARAMETERS-}" ] && [ -d "$1/.git" ] && [ -r "$1/.git/config" ] || return 1
  ts_clone_within='' ts_clone_found=''
  while read -r ts_clone_line; do
    case $ts_clone_line in
      '[remote "origin"]') ts_clone_within=yes ;;
      '['*[Oo][Rr][Ii][Gg][Ii][Nn]* | '['[Ii][Nn][Cc][Ll][Uu][Dd][Ee]* | [Ww][Oo][Rr][Kk][Tt][Rr][Ee][Ee][Cc][Oo][Nn][Ff][Ii][Gg]*) return 1 ;;
      '['*) ts_clone_within='' ;;
      [Uu][Rr][Ll]*)
        [ -n "$ts_clone_within" ] || continue
        [ -z "$ts_clone_found" ] && [ "$ts_clone_line" = "url = $2" ] || return 1
        ts_clone_found=yes
        ;;
    esac
  done <"$1/.git/config"
  case $2 in *[\\\"\#\;]*) return 1 ;; esac
  [ -n "$ts_clone_found" ]
}
# clones_say_origin PATH URL: the address, as it is asked for where that can be seen; what may be a password is not shown.
clones_say_origin() {
  if clones_origin "$1" "$2"; then ts_say "$2"; return 0; fi
  ts_clone_line=$(git -C "$1" config --get remote.origin.url) || return
  [ "$ts_clone_line" = "$2" ] || clones_mask
  ts_say "$ts_clone_line"
}
# clones_mask: takes who asks out of ts_clone_line, where that is, or has, a secret.
clones_mask() {
  case $ts_clone_line in *://*@*) ;; *) return 0 ;; esac
  ts_clone_within=\${ts_clone_line#*://} ts_clone_within=\${ts_clone_within%%/*}
  case $ts_clone_line in
    http://* | https://*) case $ts_clone_within in *@*) ;; *) return 0 ;; esac ;;
    *) case $ts_clone_within in *:*@*) ;; *) return 0 ;; esac ;;
  esac
  ts_clone_found="\${ts_clone_line%%://*}://***@"
  ts_clone_line=$ts_clone_found\${ts_clone_line#*"\${ts_clone_within%@*}"@}
}
# clones_set_origin PATH URL SAVED: the one before is kept in a file if it is not shown, and comes from there.
clones_set_origin() {
  case $2 in
    *://'***@'*) clones_put_origin "$1" "$3"; return ;;
  esac
  ts_clone_line=$(git -C "$1" config --get remote.origin.url) || ts_clone_line=''
  ( umask 077; printf '%s\n' "$ts_clone_line" >"$3" ) || return
  git -C "$1" remote set-url origin "$2" 2>/dev/null || git -C "$1" remote add origin "$2"
}
# clones_put_origin PATH FILE: the address that stands in the file, in the arguments of no program.
clones_put_origin() {
  IFS= read -r ts_clone_line <"$2" && ts_clone_within=$(git -C "$1" rev-parse --git-path config) || return
  cd "$1" || return
  ts_clone_found=$(URL=$ts_clone_line awk '/^[ \t]*\[/ { within = index($0, "[remote \"origin\"]") }
within && /^[ \t]*url[ \t]*=/ { $0 = "\turl = " ENVIRON["URL"] }
{ print }' "$ts_clone_within" && printf .) || return
  printf '%s' "\${ts_clone_found%.}" >"$ts_clone_within"
}`,
);
