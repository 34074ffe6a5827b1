import { library, sh } from '../../../src/steps/index.ts';
import { unarchiveLists } from './unarchive-lists.ts';
import { unarchiveMembers } from './unarchive-members.ts';
import { unarchiveMoves } from './unarchive-moves.ts';

/** Symbolic links that lead out of the folder, or may: up again after going down is one more name of somewhere else. */
const leadsOut = sh`BEGIN { FS = "\t" }
$1 !~ /^a/ { next }
{
  depth = split($4, above, "/") - 1
  count = split($3, parts, "/")
  bad = $3 ~ /^\//
  down = 0
  for (n = 1; n <= count; n++) {
    if (parts[n] == "..") { if (down || --depth < 0) bad = 1 }
    else if (parts[n] != "" && parts[n] != ".") down = 1
  }
  if (bad) print $4 " -> " $3
}`;

/** What unpacking reads and does. */
export const unarchiveShell = library(
  'unarchive',
  sh`${unarchiveLists}

# unarchive_begin, then the archive as file archive, unarchive_all, unarchive_end STATUS: unpacks into a private folder within
# folder, and moves what differs to its place once all of it has been looked at. Expects folder, key, spec, digest, format,
# strip, links, exclude, only, owner, file_mode and folder_mode.
unarchive_begin() {
  work=$folder/.tsplay-$key~
  rm -rf -- "$work" && ( umask 077; mkdir -- "$work" "$work/all" )
}
unarchive_end() {
  cd / && rm -rf -- "$work"
  exit "$1"
}
unarchive_all() {
  is=$(sha256sum <"$archive") || return
  is=\${is%% *}
  if [ -n "$digest" ] && [ "$is" != "$digest" ]; then
    printf 'the archive has the sha256 %s, which is not the declared %s: nothing is unpacked\n' "$is" "$digest" >&2
    return 1
  fi
  unarchive_names && unarchive_extract || return
  root=$work/all
  unarchive_strip && cd -- "$root" && unarchive_sound || return
  [ -z "$owner" ] || chown -hR -- "$owner" . || return
  [ -z "$file_mode" ] || find . -type f -exec chmod "$file_mode" {} + || return
  [ -z "$folder_mode" ] || find . ! -name . -type d -exec chmod "$folder_mode" {} + || return
  paths=$(find . ! -name . | sed 's|^\./||' | sort) && new=$(unarchive_seen "$paths") || return
  out=''
  [ "$links" = any ] || out=$(printf '%s\n' "$new" | awk '${leadsOut}') || return
  [ -z "$out" ] || { printf 'the archive has symbolic links that lead out of the folder: %s\n' "$out" >&2; return 1; }
  unarchive_put ''
}

${unarchiveMembers}

${unarchiveMoves}`,
);
