import { library, sh } from '../../../src/steps/index.ts';

/** What is told of paths: mode, owner, digest or target, and path, between tabs. Of a folder only that it is one. */
const seenAs = sh`BEGIN { FS = "\t" }
function plain(name) { sub(/^[.]\//, "", name); return name }
/: Permission denied$/ { print > "/dev/stderr"; bad = 2; exit }
!past && $0 == "" { past = 1; next }
!past {
  line = $0
  odd = sub(/^\\/, "", line)
  name = substr(line, 67)
  if (odd) gsub(/\\\\/, "\\", name)
  sum[plain(name)] = substr(line, 1, 64)
  next
}
NF < 4 { next }
$1 ~ /^4...$/ { print "d\t-\t-\t" plain($3); next }
$1 ~ /^8...$/ { print $1 "\t" $2 "\t" sum[plain($3)] "\t" plain($3); next }
$1 ~ /^a...$/ {
  to = substr($0, length($1 $2 $3) + 4)
  size = length($3)
  if (substr(to, 1, size + 4) == $3 " -> ") to = substr(to, size + 5)
  else to = substr(to, size + 8, length(to) - size - 8)
  print $1 "\t" $2 "\t" to "\t" plain($3)
  next
}
{ print $1 "\t" $2 "\t?\t" plain($3) }
END { exit bad }`;

/**
 * Whether what was unpacked is still so, for each list of it: key, stamp, how many parts, how many differ, some of them. First come
 * the paths that tasks of the play declare, and an empty line: what is there of these is theirs.
 */
const compared = sh`BEGIN { FS = "\t" }
function told() {
  if (key != "") print key "\t" stamp "\t" total "\t" differ "\t" some
  total = differ = 0
  some = ""
}
FNR == NR && !past { if ($0 == "") past = 1; else declared[$0]; next }
FNR == NR { seen[$4] = $1 "\t" $2 "\t" $3; next }
FNR == 1 { told(); key = FILENAME; sub(/.*\//, "", key); stamp = $0; next }
FNR == 2 { root = $0; next }
{
  total++
  if ((root "/" $4) in declared && (root "/" $4) in seen) next
  if (seen[root "/" $4] == $1 "\t" $2 "\t" $3) next
  if (++differ <= 5) some = some (some == "" ? "" : ", ") $4
  else if (differ == 6) some = some ", and others"
}
END { told() }`;

/**
 * What is to be done: sections of lines as they are told of paths, with an empty line between: what is in the folder, what
 * was unpacked before, what is to be there. What is left as it is stands in the environment as `declared`.
 */
const movesOf = sh`BEGIN {
  FS = "\t"
  for (n = split(ENVIRON["declared"], theirs, "\n"); n > 0; n--) left[theirs[n]]
}
$0 == "" { part++; next }
part == 0 { here[$4] = $1 "\t" $2 "\t" $3; next }
part == 1 { old[++olds] = $4; was[$4] = $1 "\t" $2 "\t" $3; next }
{
  wanted[$4]
  up = $4
  while (sub("/[^/]*$", "", up)) if (up in made) next
  is = $1 "\t" $2 "\t" $3
  if (!($4 in here)) { print "new\t" $4; made[$4] }
  else if (here[$4] == is) next
  else if (($1 == "d") != (here[$4] ~ /^d/)) {
    print "in the way: " $4 > "/dev/stderr"
    bad = 1
  } else if (!($4 in left)) print "replace\t" $4
}
END {
  for (n = 1; n <= olds; n++) if (!(old[n] in wanted) && (old[n] in here) && here[old[n]] !~ /^d/ && (all || here[old[n]] == was[old[n]])) print "gone\t" old[n]
  for (n = olds; n > 0; n--) if (!(old[n] in wanted) && here[old[n]] ~ /^d/) print "rmdir\t" old[n]
  exit bad
}`;

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

/**
 * What unpacking reads and does. Which parts were unpacked, and how they were then, is a list below what tsplay keeps on
 * the host: a stamp of the archive, the folder, and the parts.
 */
export const unarchiveShell = library(
  'unarchive',
  sh`# unarchive_seen PATHS: what is told of these paths, those that are there.
unarchive_seen() {
  [ -n "$1" ] || return 0
  # A file of the name - would be taken for standard input.
  seen=$(printf '%s\n' "$1" | sed 's|^[^/]|./&|' | tr '\n' '\0' |
    QUOTING_STYLE=literal xargs -0 stat -c "%f$TS_TAB%u:%g$TS_TAB%n$TS_TAB%N" -- 2>&1)
  sums=$(printf '%s\n' "$seen" | awk -F "$TS_TAB" '$1 ~ /^8...$/ { print $3 }' | tr '\n' '\0' |
    xargs -0 -r sha256sum -- 2>&1)
  printf '%s\n' "$sums" '' "$seen" | awk '${seenAs}'
}

# unarchive_look KEY...: how it is with what was unpacked.
unarchive_look() {
  ts_home
  count=$#
  while [ "$count" -gt 0 ]; do
    if [ -e "$TS_HOME/unpacked/$1" ]; then set -- "$@" "$TS_HOME/unpacked/$1"; fi
    shift
    count=$((count - 1))
  done
  [ $# != 0 ] || return 0
  paths=$(awk -F "$TS_TAB" 'FNR == 1 { next } FNR == 2 { root = $0; next } { print root "/" $4 }' "$@") || return 2
  seen=$(unarchive_seen "$paths") || return 2
  ts_query declared || return 2
  printf '%s\n' "$ts_query_declared" '' "$seen" | awk '${compared}' - "$@"
}

# unarchive_known KEY: ts_stamp, ts_total, ts_differ and ts_some of it; 1: nothing was unpacked.
unarchive_known() {
  if [ -n "$TS_DIR" ]; then
    ts_list=$(unarchive_look "$1") || return 2
  else
    ts_query unarchive || return 2
    ts_list=$ts_query_unarchive
  fi
  ts_find "$1" "$ts_list" || return 1
  ts_rest=\${TS_LINE#*"$TS_TAB"}
  ts_stamp=\${ts_rest%%"$TS_TAB"*} ts_rest=\${ts_rest#*"$TS_TAB"}
  ts_total=\${ts_rest%%"$TS_TAB"*} ts_rest=\${ts_rest#*"$TS_TAB"}
  ts_differ=\${ts_rest%%"$TS_TAB"*} ts_some=\${ts_rest#*"$TS_TAB"}
}

# unarchive_plan KEY SPEC DIGEST REMOTE SOURCE: what differs. Without DIGEST it is that of the archive as it is now.
unarchive_plan() {
  ts_digest=$3
  if [ -z "$3" ]; then
    if [ ! -f "$4" ]; then
      if ts_may_come; then ts_say "\${TS_TAB}there is no archive $4, unless an earlier task would make it\${TS_TAB}unknown"; return 0; fi
      echo "there is no archive $4" >&2
      return 2
    fi
    if [ -n "$TS_DIR" ]; then
      ts_list=$(sha256sum -- "$4") || return 2
    else
      ts_query unarchive_remotes || return 2
      ts_list=$ts_query_unarchive_remotes
    fi
    IFS=$TS_NL
    for ts_line in $ts_list; do case $ts_line in *"  $4") ts_digest=\${ts_line%%  *} ;; esac; done
    unset IFS
    [ -n "$ts_digest" ] || return 2
  fi
  unarchive_known "$1"
  case $? in
    0)
      if [ "$ts_stamp" != "$ts_digest $2" ]; then
        case $ts_stamp in
          "$ts_digest "*) ts_say "it, with other options$TS_TAB$5, sha256 $ts_digest$TS_TAB-" ;;
          *) ts_say "another archive, sha256 \${ts_stamp% *}$TS_TAB$5, sha256 $ts_digest$TS_TAB-" ;;
        esac
      elif [ "$ts_differ" != 0 ]; then
        ts_say "$ts_differ of $ts_total parts differ: $ts_some\${TS_TAB}as in $5, sha256 $ts_digest$TS_TAB-"
      fi
      ;;
    1) ts_say "$TS_TAB$5, sha256 $ts_digest$TS_TAB-" ;;
    *) return 2 ;;
  esac
}

unarchive_gone_plan() {
  unarchive_known "$1"
  case $? in
    0) ts_say "$ts_total parts$TS_TAB$TS_TAB-" ;;
    1) ;;
    *) return 2 ;;
  esac
}

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

# The tar of the archive, to a command that reads all of it.
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
}

# unarchive_put ALL: brings the folder from what was unpacked before to what new says, and writes down first what it does. With
# ALL, what was unpacked before goes though somebody has changed it.
unarchive_put() {
  ts_home
  list=$TS_HOME/unpacked/$key old=''
  [ ! -e "$list" ] || old=$(sed 1,2d "$list") || return
  paths=$(printf '%s\n' "$old" "$new" | awk -F "$TS_TAB" 'NF == 4 { print $4 }' | sort -u)
  here=''
  [ ! -d "$folder" ] || here=$(cd -- "$folder" && unarchive_seen "$paths") || return
  declared=''
  # Of the same archive. What another one brings, tasks that declare something of it find as it comes.
  if [ -e "$list" ] && [ -n "$new" ] && IFS= read -r stamp <"$list" && [ "$stamp" = "$is $spec" ]; then
    ts_query declared || return
    IFS=$TS_NL
    for path in $ts_query_declared; do
      case $path in "$folder"/*) declared=$declared\${path#"$folder"/}$TS_NL ;; esac
    done
    unset IFS
  fi
  export declared
  moves=$(printf '%s\n' "$here" '' "$old" '' "$new" | sed '1{/^$/d;}' | awk -v all="$1" '${movesOf}') || return
  step=$TS_DIR/unpacked-$key count=1
  while [ -e "$step.$count" ]; do count=$((count + 1)); done
  step=$step.$count
  ( umask 077; mkdir -p -- "$TS_HOME/unpacked" "$step.kept" ) || return
  [ ! -e "$list" ] || cp -p -- "$list" "$step.list" || return
  ts_put "$step.new" "$new" && ts_put "$step" "$moves" || return
  while IFS=$TS_TAB read -r kind path; do
    [ -z "$path" ] || unarchive_move || return
  done <<MOVES
$moves
MOVES
  if [ -n "$new" ]; then
    ts_put "$list.new" "$is $spec$TS_NL$folder$TS_NL$new" && mv -f -- "$list.new" "$list"
  else
    rm -f -- "$list"
  fi
}
unarchive_move() {
  case $kind in
    new) mv -- "$root/$path" "$folder/$path" ;;
    replace)
      unarchive_keep cp && { [ ! -h "$folder/$path" ] || rm -f -- "$folder/$path"; } &&
        mv -f -- "$root/$path" "$folder/$path"
      ;;
    gone) unarchive_keep mv ;;
    rmdir) stat -c '%a %u:%g' -- "$folder/$path" >"$step.kept/mode" && unarchive_rmdir ;;
  esac
}
unarchive_keep() { # HOW
  case $path in */*) mkdir -p -- "$step.kept/all/\${path%/*}" ;; *) mkdir -p -- "$step.kept/all" ;; esac || return
  if [ "$1" = mv ]; then mv -- "$folder/$path" "$step.kept/all/$path"; else ts_file_copy "$folder/$path" "$step.kept/all/$path"; fi
}
# A folder that has anything else in it stays.
unarchive_rmdir() {
  IFS= read -r mode <"$step.kept/mode"
  if rmdir -- "$folder/$path" 2>/dev/null; then printf '%s %s\n' "$mode" "$path" >>"$step.kept/folders"; fi
}

# unarchive_undo: newest first, what was done to the folder.
unarchive_undo() {
  ts_home
  list=$TS_HOME/unpacked/$key found=3
  count=1
  while [ -e "$TS_DIR/unpacked-$key.$((count + 1))" ]; do count=$((count + 1)); done
  while [ "$count" -gt 0 ]; do
    step=$TS_DIR/unpacked-$key.$count count=$((count - 1))
    [ -e "$step" ] || continue
    found=0
    unarchive_back || exit 1
    if [ -e "$step.list" ]; then mv -f -- "$step.list" "$list"; else rm -f -- "$list"; fi || exit 1
    rm -rf -- "$step" "$step.kept" "$step.new"
  done
  exit "$found"
}
unarchive_back() {
  if [ -e "$step.kept/folders" ]; then
    sort -k 3 "$step.kept/folders" | while read -r mode owner path; do
      [ -d "$folder/$path" ] || { mkdir -- "$folder/$path" && chown -- "$owner" "$folder/$path" && ts_chmod "$mode" "$folder/$path"; } || exit
    done || return
  fi
  while IFS=$TS_TAB read -r kind path; do
    case $kind in
      replace | gone)
        [ -e "$step.kept/all/$path" ] || [ -h "$step.kept/all/$path" ] || continue
        [ ! -h "$folder/$path" ] || rm -f -- "$folder/$path"
        # Beside it first: the journal may be on another file system.
        ts_file_copy "$step.kept/all/$path" "$folder/$path.tsplay~" && mv -f -- "$folder/$path.tsplay~" "$folder/$path" || return
        ;;
    esac
  done <"$step"
  # Of what was new, what was in the archive.
  mine=$(awk -F "$TS_TAB" 'FNR == NR { if ($1 == "new") made[$2]; next }
    { up = $4; do if (up in made) { print $1 "\t" $4; next } while (sub("/[^/]*$", "", up)) }' "$step" "$step.new") || return
  [ -n "$mine" ] || return 0
  cd -- "$folder" || return
  printf '%s\n' "$mine" | awk -F "$TS_TAB" '$1 != "d" { print $2 }' | tr '\n' '\0' | xargs -0 -r rm -f -- || return
  printf '%s\n' "$mine" | awk -F "$TS_TAB" '$1 == "d" { print $2 }' | sort -r | tr '\n' '\0' | { xargs -0 -r rmdir -- 2>/dev/null || :; }
}`,
);
