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
# clones_say_origin PATH URL: the address, as it is asked for where that can be seen.
clones_say_origin() {
  if clones_origin "$1" "$2"; then ts_say "$2"; return 0; fi
  ts_clone_line=$(git -C "$1" config --get remote.origin.url) || return
  ts_say "$ts_clone_line"
}`,
);
