import { sh } from '../../../src/steps/index.ts';

/**
 * Why an archive is not unpacked, by the lines of its verbose listing (part 1, none for zip) and those of its names (part 2):
 * one reason, and some of the names that it is about.
 */
const unsound = sh`function bad(why, name) {
  if (reason == "") reason = why
  if (reason == why && ++named <= 5) some = some "\n" name
}
part == 1 {
  kind[++kinds] = substr($0, 1, 1)
  if ($0 !~ /^[A-Za-z-][rwxsStT-]+[.+]? /) bad("names with tabs or newlines:", $0)
  else if ($0 ~ /^[bcps]/) bad("devices, pipes or sockets:", $0)
  else if ($0 ~ /^[^l].*( -> | link to )(\/|(.*\/)?[.][.](\/|$))/) bad("hard links that lead out of the folder:", $0)
  next
}
{
  path[++count] = $0
  plain = $0
  gsub(/\\\\/, "", plain)
  if ($0 ~ /^\// || $0 ~ /(^|\/)[.][.](\/|$)/) bad("names that lead out of the folder:", $0)
  if (kinds && plain ~ /\\[nt]/) bad("names with tabs or newlines:", $0)
  folder = kind[count] == "d" || $0 ~ /\/$/
  sub(/^([.]?\/)+/, "", path[count])
  while (gsub(/\/[.]?\//, "/", path[count])) { }
  sub(/\/[.]?$/, "", path[count])
  if (!folder) solid[path[count]]
}
END {
  # The link may come before or after: no name is both that of a link or a file, and of a folder.
  for (n = 1; n <= count; n++)
    for (up = path[n]; sub(/\/[^\/]*$/, "", up); ) if (up in solid) { bad("members that would be written through a link or a file of its own:", path[n]); break }
  if (reason != "") print reason some
}`;

/** Reads an archive, refuses what is unsound in it, and unpacks it into a private folder. */
export const unarchiveMembers = sh`# The tar of the archive, to a command that reads all of it.
unarchive_open() {
  case $format in
    tar) cat <"$archive" ;;
    tar.gz) gzip -dc <"$archive" ;;
    tar.xz) xz -dc <"$archive" ;;
    tar.zst) zstd -qdc <"$archive" ;;
    tar.bz2) bzip2 -dc <"$archive" ;;
  esac || : >"$work/bad"
}
unarchive_tar() {
  unarchive_open | { tar "$@"; rc=$?; cat >/dev/null; exit "$rc"; } && [ ! -e "$work/bad" ]
}

# Refused before anything of it is written: what leads out of the folder, or might, and what is no file, folder or link.
unarchive_names() {
  : >"$work/kinds"
  : >"$work/said"
  if [ "$format" = zip ]; then
    ln -s -- "$archive" "$work/a.zip" || return
    unzip -Z1 "$work/a.zip" 2>/dev/null | unarchive_some names
    if [ ! -s "$work/names" ]; then
      unzip -l "$work/a.zip" >"$work/listed" 2>"$work/said" || { cat "$work/said" >&2; return 1; }
      sed -n 's/^ *[0-9][0-9]* *[^ ]* *[0-9:]* *\(.*[^ ]\) *$/\1/p' "$work/listed" | unarchive_some names
    fi
  else
    { unarchive_tar -tf - 2>"$work/said" || : >"$work/bad"; } | unarchive_some names
    if [ ! -e "$work/many" ] && [ -e "$work/bad" ]; then
      cat "$work/said" >&2
      echo "it is no archive of the format $format, or not all of one" >&2
      return 1
    fi
    { unarchive_tar -tvf - 2>/dev/null || :; } | unarchive_some kinds
  fi
  # Some say so and list what is left of the name.
  if grep -i 'removing leading' "$work/said" >/dev/null; then
    echo 'the archive has names that lead out of the folder' >&2
    return 1
  fi
  [ ! -e "$work/many" ] || { echo "the archive has more than $most members, which is refused" >&2; return 1; }
  bad=$(awk '${unsound}' part=1 "$work/kinds" part=2 "$work/names") || return
  [ -z "$bad" ] || { printf 'the archive has %s\n' "$bad" >&2; return 1; }
}

# unarchive_some FILE: as many lines as an archive may have names.
most=1000000
unarchive_some() {
  awk -v most="$most" -v many="$work/many" 'NR > most { print >many; exit } { print }' >"$work/$1"
}
unarchive_extract() {
  if [ "$format" = zip ]; then
    unzip -qo "$work/a.zip" -d "$work/all" >&2 || return
  else
    unarchive_tar -xof - --no-same-permissions -C "$work/all" || return
  fi
  bad=$(find "$work/all" -type f -links +1 -exec stat -c '%d:%i %h' {} + |
    awk '{ count[$1]++; links[$1] = $2 } END { for (one in count) if (count[one] != links[one]) print one }')
  [ -z "$bad" ] || { echo 'the archive has hard links to files that are not in it' >&2; return 1; }
  find "$work/all" ! -type l \( -perm -4000 -o -perm -2000 -o -perm -1000 \) -exec chmod ug-s,a-t {} +
}
unarchive_strip() {
  while [ "$strip" -gt 0 ]; do
    ts_entries_of "$root" || return
    one=\${TS_V%"$TS_NL"}
    if [ -z "$one" ] || [ "$one" != "\${one%"$TS_NL"*}" ] || [ -h "$one" ] || [ ! -d "$one" ]; then
      printf 'there is not one folder alone to strip, but:\n%s' "$TS_V" >&2
      return 1
    fi
    root=$one strip=$((strip - 1))
  done
}

# unarchive_sound: nothing but files, folders and links. What is left out goes.
unarchive_sound() {
  bad=$(find . ! -type f ! -type d ! -type l | head -n 5)
  [ -z "$bad" ] || { printf 'the archive has devices, pipes or sockets: %s\n' "$bad" >&2; return 1; }
  bad=$(find . \( -name "*$TS_NL*" -o -name "*$TS_TAB*" \) | head -n 5)
  [ -z "$bad" ] || { printf 'the archive has names with tabs or newlines: %s\n' "$bad" >&2; return 1; }
  [ -n "$exclude$only" ] || return 0
  export exclude only
  drop=$(find . ! -name . | sed 's|^\./||' | awk '(ENVIRON["exclude"] != "" && $0 ~ ENVIRON["exclude"]) ||
    (ENVIRON["only"] != "" && $0 !~ ENVIRON["only"])') || return
  [ -n "$drop" ] || return 0
  # Folders above what stays are not empty then, and stay too.
  printf '%s\n' "$drop" | tr '\n' '\0' | xargs -0 sh -c 'for one do if [ -h "$one" ] || [ ! -d "$one" ]; then rm -f -- "$one"; fi; done' sh &&
    printf '%s\n' "$drop" | sort -r | tr '\n' '\0' | { xargs -0 rmdir -- 2>/dev/null || :; }
}`;
