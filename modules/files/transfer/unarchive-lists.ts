import { sh } from '../../../src/steps/index.ts';

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

/** Whether what was unpacked is still so, for each list of it: key, stamp, how many parts, how many differ, some of them. */
const compared = sh`BEGIN { FS = "\t" }
function told() {
  if (key != "") print key "\t" stamp "\t" total "\t" differ "\t" some
  total = differ = 0
  some = ""
}
FNR == NR { seen[$4] = $1 "\t" $2 "\t" $3; next }
FNR == 1 { told(); key = FILENAME; sub(/.*\//, "", key); stamp = $0; next }
FNR == 2 { root = $0; next }
{
  total++
  if (seen[root "/" $4] == $1 "\t" $2 "\t" $3) next
  if (++differ <= 5) some = some (some == "" ? "" : ", ") $4
  else if (differ == 6) some = some ", and others"
}
END { told() }`;

/**
 * What was unpacked before, and what differs from it. Which parts that were, and how they were then, is a list below what
 * tsplay keeps on the host: a stamp of the archive, the folder, and the parts.
 */
export const unarchiveLists = sh`# unarchive_seen PATHS: what is told of these paths, those that are there.
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
  printf '%s\n' "$seen" | awk '${compared}' - "$@"
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
}`;
