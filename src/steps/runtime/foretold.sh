# shellcheck shell=sh
# What files would hold after the steps before, which a check judges by. The texts stand in variables, since a check
# writes nothing.

TS_TEXTS=0

# ts_file_foretell STEP OWNED: TS_FILE would have been written whole, by this step.
ts_file_foretell() {
  eval "ts_sum=\${ts_sum_$1-}"
  if [ -n "$ts_sum" ]; then ts_foretell unknown "$ts_sum" "$2"; else ts_foretell made "$1" "$2"; fi
}

# ts_foretell KIND TEXT OWNED: TS_FILE would be gone, made by step TEXT with mode and owner OWNED, hold TEXT, or hold
# something unknown.
ts_foretell() {
  if ! ts_foretold; then
    TS_TEXTS=$((TS_TEXTS + 1)) ts_nth=$TS_TEXTS
    eval "ts_text_file_$ts_nth=\$TS_FILE"
  fi
  eval "ts_text_kind_$ts_nth=\$1 ts_text_$ts_nth=\${2-} ts_text_owned_$ts_nth=\${3-}"
}

# ts_foretold: has something been foretold of TS_FILE?
ts_foretold() {
  ts_nth=$TS_TEXTS
  while [ "$ts_nth" -gt 0 ]; do
    eval "ts_a=\$ts_text_file_$ts_nth"
    [ "$ts_a" != "$TS_FILE" ] || return 0
    ts_nth=$((ts_nth - 1))
  done
  return 1
}

# ts_foretold_at PATH: the same of a path that may have links in it.
# shellcheck disable=SC3013 # all three shells have -ef
ts_foretold_at() {
  ts_nth=$TS_TEXTS
  while [ "$ts_nth" -gt 0 ]; do
    eval "ts_a=\$ts_text_file_$ts_nth"
    if [ "$ts_a" = "$1" ] || [ "$ts_a" -ef "$1" ]; then return 0; fi
    ts_nth=$((ts_nth - 1))
  done
  return 1
}

# ts_foretold_text: what TS_FILE would hold, into ts_was and ts_before.
ts_foretold_text() {
  eval "ts_was=\$ts_text_kind_$ts_nth ts_before=\$ts_text_$ts_nth"
  case $ts_was in
    gone) ts_was=none ts_before='' ;;
    made)
      ts_was=text
      { ts_before=$( ( "f$ts_before" </dev/null 3>&- ); printf .); } 2>/dev/null
      ts_before=${ts_before%.}
      ;;
  esac
}

# ts_foretold_compare STEP: TS_S is whether a file that is written whole would be there already. What comes from the
# controller is known by its digest.
ts_foretold_compare() {
  ts_foretold_text
  eval "ts_sum=\${ts_sum_$1-}"
  if [ -n "$ts_sum" ]; then
    TS_S=differs
    if [ "$ts_was" = none ]; then TS_S=absent; elif [ "$ts_was$ts_before" = "unknown$ts_sum" ]; then TS_S=same; fi
    return 0
  fi
  case $ts_was in
    none) TS_S=absent ;;
    text)
      { ts_after=$( ( "f$1" </dev/null 3>&- ); printf .); } 2>/dev/null
      if [ "$ts_before" = "${ts_after%.}" ]; then TS_S=same; else TS_S=differs; fi
      ;;
    *) TS_S=differs ;;
  esac
}

ts_foretold_gone() { # STEP
  ts_foretold_text
  if [ "$ts_was" = none ]; then
    ts_ok "$1"
  else
    ts_present_changed "$1" no
    ts_foretell gone
  fi
}
