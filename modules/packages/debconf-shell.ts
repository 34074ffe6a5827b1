import { library, query, sh, type Library, type Query } from '../../src/steps/index.ts';

/**
 * debconf, asked and told by its own protocol on standard input: no value stands on a command line.
 *
 * @see https://manpages.debian.org/bookworm/debconf-doc/debconf-devel.7.en.html
 */
export const debconfFunctions: Library = library(
  'debconf',
  sh`# debconf_patiently INPUT COMMAND...: TS_ANSWER is what it says. Waits while another one, such as apt, has the database.
debconf_patiently() {
  ts_debconf_input=$1 ts_debconf_tries=0
  shift
  while :; do
    if TS_ANSWER=$(printf '%s\n' "$ts_debconf_input" | DEBIAN_FRONTEND=noninteractive "$@" 2>&1); then return 0; fi
    case $TS_ANSWER in *' locked by another process'*) ;; *) break ;; esac
    [ "$ts_debconf_tries" -lt 120 ] || break
    ts_debconf_tries=$((ts_debconf_tries + 1))
    sleep 1
  done
  # Not its answers, which may be secret.
  printf '%s\n' "$TS_ANSWER" | grep -v '^[0-9]' >&2
  return 1
}
# debconf_tell OWNER COMMANDS: the last command always succeeds, and so tells that all have been done.
debconf_tell() { debconf_patiently "$2\${TS_NL}VERSION 2.0" debconf-communicate "$1"; }

# debconf_list QUESTION...: those that there are, each with seen or unseen, its type and its value between tabs.
debconf_list() {
  ts_debconf_asked=''
  for ts_debconf_one do
    ts_debconf_asked="$ts_debconf_asked\${ts_debconf_asked:+$TS_NL}FGET $ts_debconf_one seen\${TS_NL}METAGET $ts_debconf_one type\${TS_NL}GET $ts_debconf_one"
  done
  debconf_tell debconf "$ts_debconf_asked" || return
  ts_debconf_nth=seen
  IFS=$TS_NL
  for ts_debconf_one in $TS_ANSWER; do
    # What it warns of does not begin so. A status above 0 says that there is no such question.
    case $ts_debconf_one in 0 | '0 '*) ts_debconf_word=\${ts_debconf_one#0} ;; [0-9]*) ts_debconf_word='' ;; *) continue ;; esac
    case $ts_debconf_nth in
      seen)
        ts_debconf_seen=unseen ts_debconf_nth=type
        [ "$ts_debconf_word" != ' true' ] || ts_debconf_seen=seen
        ;;
      type) ts_debconf_type=\${ts_debconf_word# } ts_debconf_nth=value ;;
      *)
        case $ts_debconf_one in 0*) printf '%s\t%s\t%s\t%s\n' "$1" "$ts_debconf_seen" "$ts_debconf_type" "\${ts_debconf_word# }" ;; esac
        ts_debconf_nth=seen
        shift
        # What follows the last is the version.
        [ $# -gt 0 ] || break
        ;;
    esac
  done
  unset IFS
}

# debconf_find QUESTION: ts_debconf_seen, ts_debconf_type and ts_debconf_value, if it is there.
debconf_find() {
  ts_find "$1" "$ts_query_debconf" || return 1
  ts_debconf_value=\${TS_LINE#*"$TS_TAB"}
  ts_debconf_seen=\${ts_debconf_value%%"$TS_TAB"*} ts_debconf_value=\${ts_debconf_value#*"$TS_TAB"}
  ts_debconf_type=\${ts_debconf_value%%"$TS_TAB"*} ts_debconf_value=\${ts_debconf_value#*"$TS_TAB"}
}
# debconf_installed OWNER: the package asks nothing any more. An undo looks at what is there all the same.
debconf_installed() {
  [ "$TS_MODE" != undo ] || return 1
  case $TS_NL$ts_query_debconf_owners$TS_NL in *"$TS_NL$1\${TS_TAB}installed$TS_NL"*) return 0 ;; *) return 1 ;; esac
}
# debconf_answers QUESTION...: those that there are, with their values.
debconf_answers() {
  for ts_debconf_one do
    if debconf_find "$ts_debconf_one"; then ts_say "$ts_debconf_one$TS_TAB$ts_debconf_seen\${ts_debconf_value:+$TS_TAB$ts_debconf_value}"; fi
  done
}
# debconf_seen QUESTION...: those that are answered, with their types and values.
debconf_seen() {
  for ts_debconf_one do
    if debconf_find "$ts_debconf_one" && [ "$ts_debconf_seen" = seen ]; then
      ts_say "$ts_debconf_one$TS_TAB$ts_debconf_type\${ts_debconf_value:+$TS_TAB$ts_debconf_value}"
    fi
  done
}

# debconf_say QUESTION: =VALUE, or none where there is no such question.
debconf_say() {
  if debconf_find "$1"; then ts_say "=$ts_debconf_value"; else ts_say none; fi
}

# debconf_set OWNER TYPE QUESTION seen|unseen VALUE: the type counts where nobody knows the question yet.
debconf_set() {
  ts_debconf_flag=false
  [ "$4" != seen ] || ts_debconf_flag=true
  if ! debconf_find "$3"; then
    # A backslash at the end would join the next line.
    case $5 in
      *\\) debconf_patiently "$1 $3 $2 " debconf-set-selections || return ;;
      *)
        debconf_patiently "$1 $3 $2 $5\${TS_NL}$1 $3 seen $ts_debconf_flag" debconf-set-selections
        return
        ;;
    esac
  fi
  ts_debconf_word=$(printf '%s' "$5" | sed 's/[\\[:blank:]]/\\&/g') || return
  debconf_tell "$1" "CAPB escape\${TS_NL}SET $3 $ts_debconf_word\${TS_NL}FSET $3 seen $ts_debconf_flag"
}
# debconf_forget OWNER QUESTION: what was only answered beforehand is gone.
debconf_forget() { debconf_tell "$1" "RESET $2\${TS_NL}UNREGISTER $2"; }
# debconf_reset OWNER QUESTION: of a package that is there, its question stays, and is not answered.
debconf_reset() {
  case $(dpkg-query -W -f '\${db:Status-Status}' -- "$1" 2>/dev/null) in
    installed) debconf_tell "$1" "RESET $2" ;;
    *) debconf_forget "$1" "$2" ;;
  esac
}
# debconf_hidden OWNER TYPE QUESTION =VALUE|none
debconf_hidden() {
  case $4 in
    =*) debconf_set "$1" "$2" "$3" seen "\${4#=}" ;;
    *) debconf_forget "$1" "$3" ;;
  esac
}`,
);

/** One process for all questions of a program. */
export const questions = (names: readonly string[]): Query => query('debconf', sh`debconf_list "$@"`, names);

/** Which of the packages are there. */
export const owners = (names: readonly string[]): Query =>
  query(
    'debconf_owners',
    sh`dpkg-query -W -f '\${Package}\t\${db:Status-Status}\n' -- "$@" 2>/dev/null
[ $? -le 1 ]`,
    names,
  );
