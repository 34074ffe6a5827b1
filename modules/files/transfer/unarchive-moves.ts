import { sh } from '../../../src/steps/index.ts';

/**
 * What is to be done: sections of lines as they are told of paths, with an empty line between: what is in the folder, what
 * was unpacked before, what is to be there.
 */
const movesOf = sh`BEGIN { FS = "\t" }
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
  } else print "replace\t" $4
}
END {
  for (n = 1; n <= olds; n++) if (!(old[n] in wanted) && (old[n] in here) && here[old[n]] !~ /^d/ && (all || here[old[n]] == was[old[n]])) print "gone\t" old[n]
  for (n = olds; n > 0; n--) if (!(old[n] in wanted) && here[old[n]] ~ /^d/) print "rmdir\t" old[n]
  exit bad
}`;

/** Moves what was unpacked to its place, writes down first what it does, and takes it back. */
export const unarchiveMoves = sh`# unarchive_put ALL: brings the folder from what was unpacked before to what new says, and writes down first what it does. With
# ALL, what was unpacked before goes though somebody has changed it.
unarchive_put() {
  ts_home
  list=$TS_HOME/unpacked/$key old=''
  [ ! -e "$list" ] || old=$(sed 1,2d "$list") || return
  paths=$(printf '%s\n' "$old" "$new" | awk -F "$TS_TAB" 'NF == 4 { print $4 }' | sort -u)
  here=''
  [ ! -d "$folder" ] || here=$(cd -- "$folder" && unarchive_seen "$paths") || return
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
}`;
