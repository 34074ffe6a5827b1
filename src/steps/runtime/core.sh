# shellcheck shell=sh
# The runtime of a compiled program: frames, tasks, reads and writes. It runs in dash, busybox ash and bash.
#
# Set by the prologue: TS_MODE (check, apply, undo), TS_NONCE, TS_RUN, TS_STEM, TS_DIFF.
# Names that begin with TS_ or ts_ belong to the runtime; rN, wN, ... are the halves of step N.

TS_NL='
'
TS_TAB='	'
TS_RS=$(printf '\036')
TS_FAIL='' TS_CUT='' TS_SEQ=0 TS_DIR='' TS_FRESH=' ' TS_MARKS='' TS_REASON='' TS_WILL=''
TS_AROUND='' TS_INSIDE='' TS_PROVIDES='' TS_FRESH_KIND='' TS_FRESH_VALUE='' TS_HIDE='' TS_SHOW='' TS_LIFE=runtime
TS_REST='' TS_PARAMETERS='' TS_DEVICES='' TS_OVER='' TS_MUTE='' TS_STATE='' TS_FROM=0 TS_SECTION='' TS_TASKS='' TS_SECRETS='' TS_HANDED='' TS_LOCK='' TS_DETACHED='' TS_LOGINS='' ts_uid='' TS_QUERIED='' TS_SHARED='' TS_OWNER='' TS_LEAVING='' TS_RESUMED='' TS_WANT='' TS_FOLDERS='' TS_REBOOTS='' TS_PIPES='' TS_PIPE='' TS_LOGIN='' TS_WRITTEN='' TS_GIVABLE='' TS_TAKEN=''
# Client, its port, our address, our port: what modules must not cut. It goes along where the environment does not.
TS_SSH=${TS_SSH-${SSH_CONNECTION-}}
trap 'TS_CUT=1' PIPE HUP INT TERM
# However this shell ends, no lock of its own is left.
trap ts_unlock EXIT

# ts_frame WORDS [PAYLOAD...]: one frame to the controller. Payloads travel by length, so that no value can
# pass for a frame.
ts_frame() {
  [ -z "$TS_MUTE" ] || ts_unmute "$1" || return 0
  ts_head=$1
  shift
  for ts_part in "$@"; do ts_head="$ts_head ${#ts_part}"; done
  printf '%s%s %s\n' "$TS_RS" "$TS_NONCE" "$ts_head" >&3
  for ts_part in "$@"; do printf '%s' "$ts_part" >&3; done
}

# ts_quote VALUE: TS_Q is the value as one word of shell text.
ts_quote() {
  case $1 in
    *\'*)
      TS_Q=$(printf '%s\n.' "$1" | sed "s/'/'\\\\''/g")
      TS_Q="'${TS_Q%"$TS_NL".}'"
      ;;
    *) TS_Q="'$1'" ;;
  esac
}

# ts_first_line FILE: TS_V is it.
ts_first_line() {
  case $1 in
    /proc/sys/*) ts_parameter "$1" || return 1 ;;
    *) { IFS= read -r TS_V <"$1" || [ -n "$TS_V" ]; } 2>/dev/null || return 1 ;;
  esac
}

# ts_parameter FILE: dash and busybox ash read by single bytes, and files of /proc/sys answer one read only: 8192 would be
# 8. There it takes a process: one for all that the program names (TS_PARAMETERS), then, as soon as something has been
# changed, one for each.
ts_parameter() {
  case " $TS_QUERIED " in
    *' /proc/sys '*) ;;
    *)
      if [ -n "$TS_PARAMETERS" ]; then
        # shellcheck disable=SC2086 # a list of files without white space
        TS_VALUES=$(grep -Hs '' $TS_PARAMETERS)
        TS_PARAMETERS='' TS_QUERIED="$TS_QUERIED /proc/sys"
      else
        TS_VALUES=''
      fi
      ;;
  esac
  IFS=$TS_NL
  for ts_value in $TS_VALUES; do
    case $ts_value in "$1:"*) unset IFS; TS_V=${ts_value#"$1:"}; return 0 ;; esac
  done
  unset IFS
  TS_V=$(cat -- "$1" 2>/dev/null) && TS_V=${TS_V%%"$TS_NL"*}
}

# ts_line FILE: TS_V is its first line, read without a process where that can be. Sets TS_S like ts_read.
ts_line() {
  TS_V='' TS_S=value
  if [ ! -e "$1" ]; then
    TS_S=absent
  elif ts_first_line "$1"; then
    :
  elif ! cat -- "$1" >/dev/null; then
    # An empty one ends at once too; only a process can tell it from one that gives an error.
    TS_S=unreadable TS_RC=1
  fi
}

# ts_read STEP STATUSES: runs rN in a subshell, or here if STATUSES begin so: then it is builtins and tells what it finds
# by ts_say. TS_S becomes value, absent (only for the statuses that the step
# declares) or unreadable; an unreadable thing is never taken for an absent one.
ts_read() {
  eval "ts_needs=\${ts_uses_$1-}"
  for ts_need in $ts_needs; do
    ts_query "$ts_need" && continue
    TS_V='' TS_S=unreadable
    return 0
  done
  if [ "$2" = line ]; then
    "r$1"
    ts_line "$TS_PATH"
    # The kernel separates words of a value by tabs; what is compared is words.
    ts_words "$TS_V"
    return 0
  fi
  case $2 in
    here*)
      TS_SAID=''
      "r$1" </dev/null >&2 3>&-
      TS_RC=$? TS_V=${TS_SAID%"$TS_NL"}
      ;;
    *)
      TS_V=$("r$1" </dev/null 3>&-)
      TS_RC=$?
      ;;
  esac
  case " $2 " in
    *" $TS_RC "*) TS_S=absent ;;
    *) if [ "$TS_RC" = 0 ]; then TS_S=value; else TS_S=unreadable; fi ;;
  esac
}

# ts_say LINE: a reading half that runs here has found this.
ts_say() { TS_SAID=$TS_SAID$1$TS_NL; }

# ts_half LETTER STEP: has the step this half? Asking the shell for a command of that name would find c99 and i3, too.
ts_half() {
  eval "ts_a=\${ts_halves_$2-}"
  case $ts_a in *"$1"*) return 0 ;; *) return 1 ;; esac
}

# ts_query NAME: a list that many steps look at is made at the first need, and again only after a change.
ts_query() {
  case " $TS_QUERIED " in *" $1 "*) return 0 ;; esac
  eval "ts_query_$1=\$(q_$1 </dev/null 3>&-)"
  TS_RC=$?
  [ "$TS_RC" = 0 ] || return 1
  TS_QUERIED="$TS_QUERIED $1"
}

ts_words() {
  case $1 in
    *"$TS_TAB"* | *'  '* | ' '* | *' ')
      # shellcheck disable=SC2086 # splitting is the point, and globbing is off
      set -- $1
      TS_V=$*
      ;;
  esac
}

# ---- tasks -------------------------------------------------------------------------------------------------

# ts_start TASK WHEN MARKS: begins a task, or says why it does not run (and returns 1). MARKS are left on the host
# by its first change, for those who wait for it.
ts_start() {
  [ -z "$TS_CUT" ] || ts_stop
  # A detached process has told of this task, or its predecessor has.
  [ -z "$TS_HANDED" ] || return 1
  [ "$1" -ge "$TS_FROM" ] || { ts_replay "$1" "$3"; return 1; }
  TS_TASK=$1 TS_T=ok TS_REASON='' TS_REST='' TS_MARKS=$3
  # What was said about a step that a failure kept from running is not about the next one.
  ts_over
  ts_frame "task $1"
  [ -z "$3" ] || ts_marked
  if [ -n "$TS_FAIL" ]; then
    TS_T=skipped TS_REASON='an earlier task failed'
  elif [ -n "$2" ]; then
    ts_when "$2"
    case $? in
      0) return 0 ;;
      1) TS_T=skipped TS_REASON='its condition is false' ;;
      *) TS_T=unknown TS_REASON='its condition depends on a task whose outcome is unknown' ;;
    esac
  else
    return 0
  fi
  ts_close
  return 1
}

# ts_replay TASK MARKS: it has run in the session before, whose connection was lost: what follows stands on what it came to.
ts_replay() {
  [ -n "$TS_RESUMED" ] || return 0
  eval "ts_a=\${T$1-}"
  [ "$ts_a" != failed ] || TS_FAIL=1
  TS_MARKS=$2
  [ -z "$2" ] || ts_marked
}

# What an earlier run has left for those who wait for this task; they may be another user's.
ts_marked() {
  ts_home
  for ts_mark in $TS_MARKS; do
    [ ! -e "$TS_HOME/pending/$ts_mark" ] || ts_keep "M_$ts_mark" t
  done
}

# ts_due MARK...: have those who waited for one of these succeeded?
ts_due() {
  for ts_mark in "$@"; do
    eval "ts_a=\${C_$ts_mark-}"
    [ "$ts_a" != t ] || return 0
  done
  return 1
}

# ts_unmark MARK...: what looked like a change was none; those who wait have nothing to do.
ts_unmark() {
  for ts_mark in "$@"; do
    eval "ts_a=\${M_$ts_mark-}"
    [ -n "$ts_a" ] || ts_keep "C_$ts_mark" t
  done
}

# ts_sweep MARK...: takes away marks of this user that others have waited for.
ts_sweep() {
  ts_home
  for ts_mark in "$@"; do
    eval "ts_a=\${C_$ts_mark-}"
    [ "$ts_a" != t ] || rm -f "$TS_HOME/pending/$ts_mark"
  done
}

# ts_pending MARK: has a former run left something for a handler?
# shellcheck disable=SC2317 # programs with handlers call it
ts_pending() {
  ts_home
  [ ! -e "$TS_HOME/pending/$1" ] || ts_keep "M_$1" t
}

# ts_settle MARK: its handler has run, and what it was to deal with is dealt with. Another change leaves it again.
ts_settle() {
  if [ "$TS_MODE" = apply ] && [ -z "$TS_FAIL$TS_HANDED" ]; then ts_keep "C_$1" t; fi
}

# ts_end [MARK...]: ends a task; the changes that it waited for are dealt with if it has succeeded.
ts_end() {
  if [ "$TS_MODE" = apply ] && [ "$TS_T" != failed ] && [ -z "$TS_HANDED" ]; then
    for ts_mark in "$@"; do
      case $ts_mark in
        # It stands with another user, who takes it away.
        *+) ts_keep "C_${ts_mark%+}" t ;;
        *) [ ! -e "$TS_HOME/pending/$ts_mark" ] || rm -f "$TS_HOME/pending/$ts_mark" ;;
      esac
    done
  fi
  ts_close
}

# The end frame goes to both streams: what stands on standard error before it belongs to this task.
ts_close() {
  [ -z "$TS_HANDED" ] || return 0
  ts_keep "T$TS_TASK" "$TS_T"
  [ "$TS_T" != changed ] || TS_REASON=''
  ts_frame "end $TS_TASK $TS_T" "$TS_REASON"
  printf '%s%s end %s\n' "$TS_RS" "$TS_NONCE" "$TS_TASK" >&2
}

# ts_keep NAME WORD: a word that conditions ask for later. It goes along to a detached process and comes back.
ts_keep() {
  eval "$1=\$2"
  TS_STATE="$TS_STATE $1=$2"
}

# ts_learn WORDS TASKS: what another shell has found out about these tasks. Only words as this runtime makes them are
# taken: it may be the shell of a user whom somebody else has taken over.
ts_learn() {
  for ts_word in $1; do
    ts_name=${ts_word%%=*} ts_word=${ts_word#*=}
    case $ts_name in
      *[!A-Za-z0-9_]*) continue ;;
      T[0-9]*) ts_among "${ts_name#T}" "$2" || continue ;;
      [AP][0-9]* | [CM]_*) ;;
      *) continue ;;
    esac
    eval "ts_a=\${$ts_name-}"
    case $ts_word in
      "$ts_a") ;;
      ok | changed | failed | skipped | unknown | t | f | u) ts_keep "$ts_name" "$ts_word" ;;
    esac
  done
}

# The reader is gone: stop at this step boundary. Nothing here is half-done.
ts_stop() {
  ts_unlock
  exit 141
}

# ts_go: may this step run? Not after a failure in its scope, nor behind what a check cannot know, and not when the
# reader has gone.
ts_go() {
  [ -z "$TS_CUT" ] || ts_stop
  [ -z "$TS_FAIL$TS_HANDED$TS_REST" ]
}

# ts_may_come: in a check, could what is missing be brought by something that this run would do before?
ts_may_come() {
  [ "$TS_MODE" = check ] || return 1
  case "$TS_STATE =$TS_T " in *=changed\ * | *=unknown\ *) return 0 ;; *) return 1 ;; esac
}

# ts_others_may: the same, of what other tasks would do, and not of the steps of this very one.
ts_others_may() {
  [ "$TS_MODE" = check ] || return 1
  case "$TS_STATE " in *=changed\ * | *=unknown\ *) return 0 ;; *) return 1 ;; esac
}

# ts_open_end REASON: the rest of this task depends on what this run would do before it.
ts_open_end() {
  TS_REST=1
  [ "$TS_T" = changed ] || TS_T=unknown
  [ -n "$TS_REASON" ] || TS_REASON=$1
}

# ts_when WORDS: evaluates a condition in postfix form. 0 true, 1 false, 2 unknown.
ts_when() {
  ts_stack=''
  # shellcheck disable=SC2086 # the words are the compiler's own
  set -- $1
  for ts_word in "$@"; do
    case $ts_word in
      not)
        ts_a=${ts_stack%"${ts_stack#?}"} ts_stack=${ts_stack#?}
        case $ts_a in t) ts_a=f ;; f) ts_a=t ;; esac
        ;;
      and | or)
        ts_a=${ts_stack%"${ts_stack#?}"} ts_stack=${ts_stack#?}
        ts_b=${ts_stack%"${ts_stack#?}"} ts_stack=${ts_stack#?}
        case $ts_word$ts_a$ts_b in
          andtt) ts_a=t ;;
          andf? | and?f) ts_a=f ;;
          orff) ts_a=f ;;
          ort? | or?t) ts_a=t ;;
          *) ts_a=u ;;
        esac
        ;;
      *) ts_atom "$ts_word" ;;
    esac
    ts_stack=$ts_a$ts_stack
  done
  case $ts_stack in t) return 0 ;; f) return 1 ;; *) return 2 ;; esac
}

# ts_atom KIND:REF[:MARK]: TS atom of a condition into ts_a.
ts_atom() {
  ts_ref=${1#*:} ts_mark=''
  case $ts_ref in *:*) ts_mark=${ts_ref#*:} ts_ref=${ts_ref%%:*} ;; esac
  case $1 in
    changed:*)
      eval "ts_a=\${T$ts_ref:-skipped}"
      case $ts_a in changed) ts_a=t ;; unknown) ts_a=u ;; *) ts_a=f ;; esac
      # The mark that stood there when its task began; one that this run has left says no more than its status.
      if [ "$ts_a" != t ] && [ -n "$ts_mark" ]; then eval "ts_a=\${M_$ts_mark:-$ts_a}"; fi
      ;;
    notified:*)
      # TASK,TASK behind the mark, or nothing.
      ts_among_them=$ts_mark ts_mark=$ts_ref ts_found=f
      IFS=,
      for ts_ref in $ts_among_them; do
        eval "ts_a=\${T$ts_ref:-skipped}"
        case $ts_a in changed) ts_found=t ;; unknown) [ "$ts_found" = t ] || ts_found=u ;; esac
      done
      unset IFS
      ts_a=$ts_found
      [ "$ts_a" = t ] || eval "ts_a=\${M_$ts_mark:-$ts_a}"
      ;;
    failed:*)
      eval "ts_a=\${T$ts_ref:-skipped}"
      case $ts_a in failed) ts_a=t ;; unknown) ts_a=u ;; *) ts_a=f ;; esac
      ;;
    scope:*) eval "ts_a=\${A$ts_ref:-f}" ;;
    test:*) eval "ts_a=\${P$ts_ref:-f}" ;;
    true:*) ts_a=t ;;
    *) ts_a=f ;;
  esac
}

# ---- scopes ------------------------------------------------------------------------------------------------

ts_attempt() { eval "ts_outer_$1=\$TS_FAIL"; }
ts_attempt_end() {
  eval "ts_outer=\$ts_outer_$1"
  if [ -z "$ts_outer" ] && [ -n "$TS_FAIL" ]; then
    ts_keep "A$1" t
    TS_FAIL=''
  else
    ts_keep "A$1" f
  fi
}
ts_always() {
  eval "ts_kept_$1=\$TS_FAIL"
  TS_FAIL=''
}
ts_always_end() { [ -n "$TS_FAIL" ] || eval "TS_FAIL=\$ts_kept_$1"; }

# ---- what a step came to -----------------------------------------------------------------------------------

ts_ok() { ts_frame "step $1 ok"; }

# ts_left STEP REASON: it is well, and stays so for a reason that should be told.
ts_left() { ts_frame "step $1 left" "$2"; }

# ts_changed STEP [BEFORE [AFTER]]
ts_changed() {
  TS_T=changed
  [ -z "$TS_PROVIDES" ] || [ "$TS_MODE" != check ] || TS_FRESH="$TS_FRESH$TS_PROVIDES "
  if [ -n "$TS_HIDE" ]; then
    ts_frame "step $1 changed"
  else
    ts_frame "step $1 changed" "${2-}" "${3-}"
  fi
}

ts_unknown() {
  [ "$TS_T" = changed ] || TS_T=unknown
  [ -n "$TS_REASON" ] || TS_REASON=$2
  ts_frame "step $1 unknown" "$2"
}

# ts_failed STEP MESSAGE [IS [SHOULD-BE]]
ts_failed() {
  TS_T=failed TS_FAIL=1
  if [ -n "$TS_HIDE" ]; then
    ts_frame "step $1 failed ${TS_RC:-1}" "$2"
  else
    ts_frame "step $1 failed ${TS_RC:-1}" "$2" "${3-}" "${4-}"
  fi
}

# ts_rebooted: in a check, would the host have been rebooted by an earlier task (TS_REBOOTS), or does nobody know? What
# does not outlive that, nobody can tell then.
ts_rebooted() {
  [ "$TS_MODE$TS_LIFE" = checkruntime ] || return 1
  for ts_a in $TS_REBOOTS; do
    eval "ts_a=\${T$ts_a-}"
    case $ts_a in changed | unknown) return 0 ;; esac
  done
  return 1
}

# ts_predict STEP WANT: in check mode, a step inside something that this run would create is not read.
# Returns 0 when it has given the answer.
ts_predict() {
  if [ -n "$TS_REBOOTS" ] && ts_rebooted; then
    ts_unknown "$1" 'the host would be rebooted before'
    return 0
  fi
  [ "$TS_MODE" = check ] && [ -n "$TS_INSIDE" ] || return 1
  case "$TS_FRESH" in *" $TS_INSIDE "*) ;; *) return 1 ;; esac
  case $TS_FRESH_KIND in
    set) ts_ok "$1" ;;
    value)
      if [ "$TS_FRESH_VALUE" = "$2" ]; then ts_ok "$1"; else ts_changed "$1" "$TS_FRESH_VALUE" "$2"; fi
      ;;
    *) ts_unknown "$1" "it is inside $TS_INSIDE, which does not exist yet" ;;
  esac
}

# In check mode a step that reads what an earlier step of this run would have changed is judged by that: two tasks
# may both need a kernel parameter, or a kernel module, and the second finds nothing to do.

# ts_foresee STEP WANT STATUSES: this value would be written; known by its file, where it has one.
ts_foresee() {
  if [ "$TS_MODE" = check ] && [ "$3" = line ]; then
    "r$1"
    TS_WILL="$TS_PATH$TS_TAB$2$TS_NL$TS_WILL"
  fi
}

# ts_will FILE: TS_V is its first line, as this run would leave it. Sets TS_S like ts_read.
ts_will() {
  ts_find "$1" "$TS_WILL" || { ts_line "$1"; return; }
  TS_V=${TS_LINE#*"$TS_TAB"} TS_S=value
}

# ts_foreseen_value STEP WANT STATUSES: returns 0 when it has given the answer.
ts_foreseen_value() {
  [ -n "$TS_WILL" ] && [ "$3" = line ] && ! ts_rebooted || return 1
  "r$1"
  ts_find "$TS_PATH" "$TS_WILL" || return 1
  TS_V=${TS_LINE#*"$TS_TAB"}
  if [ "$TS_V" = "$2" ]; then ts_ok "$1"; else ts_changed "$1" "$TS_V" "$2"; fi
}

# ts_foreseen_made STEP WANT(yes|no)
ts_foreseen_made() {
  [ "$TS_MODE" = check ] && [ "$2" = yes ] && [ -n "$TS_PROVIDES" ] || return 1
  case "$TS_FRESH" in *" $TS_PROVIDES "*) ts_ok "$1" ;; *) return 1 ;; esac
}

# ts_in RESOURCE [set | value V], ts_makes RESOURCE, ts_hide [all], ts_show, ts_disk: about the next step only. Hidden is what
# was read and wanted, with `all` also what a command says that has seen it; shown is what a private file holds, too.
ts_in() { TS_INSIDE=$1 TS_FRESH_KIND=${2-} TS_FRESH_VALUE=${3-}; }
ts_makes() { TS_PROVIDES=$1; }
ts_hide() { TS_HIDE=${1-1}; }
ts_show() { TS_SHOW=1; }
ts_disk() { TS_LIFE=disk; }
ts_over() { TS_INSIDE='' TS_FRESH_KIND='' TS_FRESH_VALUE='' TS_PROVIDES='' TS_HIDE='' TS_SHOW='' TS_LIFE=runtime TS_AROUND='' TS_DEVICES='' TS_ZEROS='' TS_SHARED='' TS_OWNER=''; }

# ts_write FUNCTION ARGS...: runs one half in a subshell, never inside a condition, its output on standard error.
ts_write() {
  TS_QUERIED='' TS_RC=1
  [ -z "$TS_AROUND" ] || ts_capture || return 0
  ( "$@" ) </dev/null >&2 3>&-
  TS_RC=$?
  [ -z "$TS_AROUND" ] || ts_restore
  return 0
}

# ts_distribution: TS_IDS is what this is, and what that is like. Not sourced: what a host says is no code.
ts_distribution() {
  TS_IDS='' ts_id='' ts_like=''
  [ -r /etc/os-release ] || return 0
  while IFS='=' read -r ts_key ts_word; do
    ts_word=${ts_word#[\"\']} ts_word=${ts_word%[\"\']}
    case $ts_key in ID) ts_id=$ts_word ;; ID_LIKE) ts_like=$ts_word ;; esac
  done </etc/os-release
  TS_IDS="$ts_id $ts_like"
}

# ts_tool PACKAGES STEP NAME...: one of these programs must be there. PACKAGES is a list of distribution=package, the
# first one being the fallback. STEP, if there is one, has a reading half that says whether this host needs one.
ts_tool() {
  ts_go || return 0
  # Shells remember where a program was, though it may have gone since.
  hash -r
  ts_packages=$1 ts_step=$2 ts_names=''
  shift 2
  for ts_a in "$@"; do
    if command -v "$ts_a" >/dev/null 2>&1; then ts_over; return 0; fi
    ts_names="$ts_names${ts_names:+ or }$ts_a"
  done
  if [ -n "$ts_step" ]; then
    ts_read "$ts_step" 1
    case $TS_S in
      absent) ts_over; return 0 ;;
      unreadable) ts_failed "$ts_step" "cannot tell whether the program $ts_names is needed"; ts_over; return 0 ;;
    esac
  fi
  ts_over
  ts_distribution
  ts_package=''
  for ts_id in $TS_IDS; do
    for ts_pair in $ts_packages; do
      [ -n "$ts_package" ] || [ "${ts_pair%%=*}" != "$ts_id" ] || ts_package=${ts_pair#*=}
    done
  done
  [ -n "$ts_package" ] || ts_package=${ts_packages%% *} ts_package=${ts_package#*=}
  if ts_may_come; then
    ts_open_end "the program $ts_names is not installed, unless an earlier task would do that"
    return 0
  fi
  TS_T=failed TS_FAIL=1
  ts_frame "missing" "$ts_names" "$ts_package" "${TS_IDS%% *}"
}
