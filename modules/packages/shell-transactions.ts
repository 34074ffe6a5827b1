import { sh, type Sh } from '../../src/steps/index.ts';

/**
 * What brings a plan about and takes it back. Which packages were there before and after is written down beside the
 * journal: only what came with a transaction goes with its undo.
 */
export const transactions: Sh = sh`
# pkg_read_plan PLAN: what is to be done, as lists of names; exactly is the version of the one package for which one was given.
pkg_read_plan() {
  installs='' exactly='' words='' removes='' holds='' unholds='' manuals=''
  IFS=$TS_NL
  for line in $1; do
    unset IFS
    why=\${line#*"$TS_TAB"} version=\${why#*"$TS_TAB"} why=\${why%%"$TS_TAB"*}
    version=\${version#*"$TS_TAB"} op=\${version%%"$TS_TAB"*} version=\${version#*"$TS_TAB"}
    name=\${version%%"$TS_TAB"*} version=\${version#*"$TS_TAB"}
    case $op in
      install) installs="$installs $name" exactly=$version words="$words $("pkg_\${ts_pkg}_word" "$name" "$version")" ;;
      remove) removes="$removes $name" ;;
      hold) holds="$holds $name" ;;
      unhold) unholds="$unholds $name" ;;
      manual) manuals="$manuals $name" ;;
      *) printf '%s\n' "$why" >&2; return 1 ;;
    esac
  done
  unset IFS
}

# pkg_run PLAN MANAGER LIMIT FLAGS
pkg_run() {
  limit=$3 flags=" $4 "
  pkg_manager "$2" && pkg_read_plan "$1" || return
  noted=$TS_DIR/packages-$TS_STEP held=''
  if pkg_flag held; then
    # An upgrade ends a hold.
    for name in $installs; do
      case "$holds " in *" $name "*) ;; *) held="$held $name" ;; esac
    done
  fi
  "pkg_\${ts_pkg}_all" >"$noted.before" || return
  "pkg_\${ts_pkg}_run"
  rc=$?
  "pkg_\${ts_pkg}_all" >"$noted.after"
  return "$rc"
}
pkg_stays_newer() {
  printf 'the version that is there is newer than the one that is wanted; downgrade: true lets that take its place\n' >&2
  return 1
}
pkg_flag() { case $flags in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

# pkg_patiently LIMIT COMMAND...: as long as another one holds the lock of the package manager, it is tried again. Some wait
# by themselves before they say so, which counts.
pkg_patiently() {
  ts_pkg_limit=$1
  shift
  ts_pkg_began=$(date +%s) || return
  while :; do
    # What it says on standard error has to be looked at.
    ts_pkg_said=$("$@" 2>&1 >&2)
    ts_pkg_rc=$?
    [ -z "$ts_pkg_said" ] || printf '%s\n' "$ts_pkg_said" >&2
    [ "$ts_pkg_rc" != 0 ] || return 0
    case $ts_pkg_said in
      # Nobody holds it; it could not be taken.
      *'ermission denied'* | *'ead-only file system'*) return "$ts_pkg_rc" ;;
      *'get lock'* | *'nable to lock'* | *'lock database'* | *'transaction lock'* | *' locked by '* | *'is locked'*) ;;
      *) return "$ts_pkg_rc" ;;
    esac
    ts_pkg_now=$(date +%s) || return
    if [ "$((ts_pkg_now - ts_pkg_began))" -ge "$ts_pkg_limit" ]; then
      printf 'another package manager has held the lock for all of the time that was given\n' >&2
      return "$ts_pkg_rc"
    fi
    sleep 1
  done
}

# pkg_again NAME VERSION: the word by which what has gone is installed again; for dnf the architecture stands at the end.
pkg_again() {
  case $ts_pkg in
    dnf | yum) printf '%s' "\${1%.*}-$2.\${1##*.}" ;;
    *) "pkg_\${ts_pkg}_word" "$1" "$2" ;;
  esac
}

# pkg_undo PLAN MANAGER LIMIT: status 3 says that there was nothing to take back.
pkg_undo() {
  limit=$3 flags=' '
  pkg_manager "$2" && pkg_read_plan "$1" || return
  noted=$TS_DIR/packages-$TS_STEP
  [ -e "$noted.before" ] || return 3
  "pkg_\${ts_pkg}_all" >"$noted.now" || return
  # A transaction that was cut has left no list of what was there after it.
  [ -e "$noted.after" ] || cp "$noted.now" "$noted.after" || return
  came='' stripped='' gone='' gone_names='' did=3
  lists=$(awk -F '\t' '
    function there(status) { return status != "" && status != "config-files" && status != "not-installed" }
    nth == 1 { before[$1] = $3; version[$1] = $2 }
    nth == 2 { after[$1] = $3 }
    nth == 3 { now[$1] = $3 }
    END {
      for (name in after)
        if (there(after[name] "") && !there(before[name] "") && there(now[name] ""))
          print (before[name] == "config-files" ? "stripped" : "came") "\t" name
      for (name in before)
        if (there(before[name] "") && !there(after[name] "") && !there(now[name] "")) print "gone\t" name "\t" version[name]
    }' nth=1 "$noted.before" nth=2 "$noted.after" nth=3 "$noted.now") || return
  IFS=$TS_NL
  for line in $lists; do
    unset IFS
    name=\${line#*"$TS_TAB"}
    case $line in
      came*) came="$came $name" ;;
      stripped*) stripped="$stripped $name" ;;
      gone*) gone_names="$gone_names \${name%%"$TS_TAB"*}" gone="$gone $(pkg_again "\${name%%"$TS_TAB"*}" "\${name#*"$TS_TAB"}")" ;;
    esac
  done
  unset IFS
  [ -z "$came$stripped$gone$holds$unholds$manuals" ] || did=0
  "pkg_\${ts_pkg}_back" || return
  rm -f "$noted.now"
  return "$did"
}
`;
