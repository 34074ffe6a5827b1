# shellcheck shell=sh
# Tasks in order, their conditions, and the scopes that they stand in.

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
    ts_close left
    return 1
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

# ts_close [left]: ends the task that runs; left: nobody has looked at it. The end frame goes to both streams: what stands
# on standard error before it belongs to this task.
ts_close() {
  [ -z "$TS_HANDED" ] || return 0
  ts_keep "T$TS_TASK" "$TS_T"
  [ "$TS_T" != changed ] || TS_REASON=''
  ts_frame "end $TS_TASK $TS_T ${1:--}" "$TS_REASON"
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
