# shellcheck shell=sh
# edit: a file through a filter fN, which gets it on its standard input.

TS_ALONE=''

# ts_edit STEP WHAT PATH MISSING(fail|make|leave) MODE OWNER QUICK(yes|no) TEXT(yes|no)
ts_edit() {
  ts_go || return 0
  if ts_predict "$1" ''; then ts_over; return 0; fi
  if [ "$7" = yes ] && ts_edit_quick "$1" "$3"; then
    ts_ok "$1"
  elif [ "$4" = leave ] && ts_edit_nothing "$3"; then
    ts_ok "$1"
  elif ts_file_target "$1" "$3"; then
    ts_edit_compare "$1" "$4"
    case $TS_S in
      same) ts_ok "$1" ;;
      differs) ts_edit_due "$@" ;;
      *) ts_edit_unable "$1" "$3" ;;
    esac
  fi
  ts_over
}

# ts_edit_quick STEP PATH: the query that many edits share says that nothing is to be done. Behind an edit that had
# something to do each looks by itself: the query would be made anew for each of them.
ts_edit_quick() {
  ! ts_foretold_at "$2" || return 1
  if [ -n "$TS_ALONE" ]; then
    eval "ts_need=\${ts_uses_$1-}"
    ts_among "$ts_need" "$TS_QUERIED" || return 1
  fi
  ts_read "$1" 'here 1'
  [ "$TS_S" = value ]
}

# ts_edit_nothing PATH: there is no such file, nor will be, so there is nothing to take out of it.
ts_edit_nothing() {
  TS_FILE=$1
  ts_file_folder
  case $? in
    0) [ ! -e "$TS_FILE" ] && [ ! -h "$TS_FILE" ] && ! ts_foretold ;;
    1) return 0 ;;
    *) return 1 ;;
  esac
}

# ts_edit_compare STEP MISSING: TS_S is same, differs, absent, unreadable, unknown or failed. ts_was says where the old
# text stands: file, none or text, then in ts_before.
ts_edit_compare() {
  TS_META='' ts_was=file
  if ts_foretold; then
    ts_foretold_text
  elif [ ! -e "$TS_FILE" ]; then
    ts_was=none
  elif [ ! -r "$TS_FILE" ]; then
    TS_S=unreadable TS_RC=1
    return 0
  fi
  case $ts_was$2 in
    unknown*) TS_S=unknown ;;
    nonefail) TS_S=absent ;;
    noneleave) TS_S=same ;;
    none*) TS_S=differs ts_before='' ;;
    file*) ts_edit_through "$1" ;;
    *)
      ts_edit_after "$1"
      if [ "$TS_RC" != 0 ]; then TS_S=failed; elif [ "$ts_before" = "$ts_after" ]; then TS_S=same; else TS_S=differs; fi
      ;;
  esac
}

# ts_edit_through STEP: the file through its filter, without holding either.
ts_edit_through() {
  TS_V=$(
    {
      {
        ( "f$1" <"$TS_FILE" 3>&- 4>&- )
        printf 'f%s.' "$?" >&4
      } | if cmp -s - "$TS_FILE"; then printf same. >&4; else cat >/dev/null; fi
    } 4>&1
  )
  TS_S=differs TS_RC=0
  case $TS_V in *same.*) TS_S=same ;; esac
  case $TS_V in *f0.*) return 0 ;; esac
  TS_S=failed TS_RC=${TS_V#*f} TS_RC=${TS_RC%%.*}
}

# ts_edit_after STEP: ts_after is what the filter makes of ts_before, or of the file. Sets TS_RC.
ts_edit_after() {
  case $ts_was in
    file) ts_after=$( ( "f$1" <"$TS_FILE" 3>&- ); printf '.%s' "$?" ) ;;
    none) ts_after=$( ( "f$1" </dev/null 3>&- ); printf '.%s' "$?" ) ;;
    *) ts_after=$( printf '%s' "$ts_before" | ( "f$1" 3>&- ); printf '.%s' "$?" ) ;;
  esac
  TS_RC=${ts_after##*.} ts_after=${ts_after%.*}
}

ts_edit_unable() { # STEP PATH
  case $TS_S in
    unreadable) ts_failed "$1" "cannot read $2" ;;
    unknown) ts_unknown "$1" "an earlier task would change $2, and what to is not known" ;;
    failed) ts_failed "$1" "$2 cannot be edited like that" ;;
    *)
      TS_RC=1
      if ts_may_come; then
        ts_unknown "$1" "there is no $2, unless an earlier task would make it"
      else
        ts_failed "$1" "$2 does not exist, so it cannot be edited"
      fi
      ;;
  esac
}

# ts_edit_due STEP WHAT PATH MISSING MODE OWNER QUICK TEXT
ts_edit_due() {
  ts_texts=yes
  if [ "$ts_was" = file ] && ! ts_edit_is_text; then
    ts_texts=no
    if [ "$8" = yes ]; then
      TS_RC=1
      ts_failed "$1" "$3 is not text: it has NUL bytes or others that no text has"
      return 0
    fi
  fi
  if [ "$ts_was" = file ] || [ -e "$TS_FILE" ]; then set -- "$1" "$2" "$3" "$4" '' '' "$7" "$8"; fi
  ts_file_able "$1" "$3" "$6" || return 0
  ts_owned_then="$5 $6"
  if ts_foretold; then eval "ts_owned_then=\${ts_text_owned_$ts_nth-}"; fi
  if ! ts_edit_texts "$1" "$5"; then
    TS_S=failed
    ts_edit_unable "$1" "$3"
  elif [ "$TS_MODE" = check ]; then
    if [ "$ts_texts" = yes ]; then ts_foretell text "$ts_after" "$ts_owned_then"; else ts_foretell unknown; fi
    ts_edit_told "$1"
  elif ts_file_note "$1" "$2" && ts_file_backup "$1" "$2"; then
    TS_ALONE=1
    ts_write ts_file_put "$1" "$TS_FILE" "$5" "$6"
    if ! ts_file_written "$1" "$3"; then return 0; fi
    ts_edit_compare "$1" "$4"
    if [ "$TS_S" = same ]; then
      ts_edit_told "$1"
    else
      ts_failed "$1" "wrote $3, but it reads back differently"
    fi
  fi
}

# What a shell can hold, and an awk can cut into records.
ts_edit_is_text() { [ "$(tr -d '\000\001' <"$TS_FILE" | wc -c)" -eq "$(wc -c <"$TS_FILE")" ]; }

# ts_edit_texts STEP MODE: what the file holds and what it would, where somebody needs to know.
ts_edit_texts() {
  TS_RC=0 ts_shown=''
  if [ -n "$TS_DIFF" ] && [ -z "$TS_HIDE" ]; then
    ts_shown=yes
    ! ts_file_private "$2" || ts_shown=counted
  fi
  [ "$TS_MODE" = check ] || [ -n "$ts_shown" ] || [ "$ts_was" = none ] || return 0
  [ "$ts_was" != file ] || { ts_before=$(cat <"$TS_FILE"; printf .) && ts_before=${ts_before%.}; } 2>/dev/null
  { ts_edit_after "$1"; } 2>/dev/null
  [ "$TS_RC" = 0 ]
}
ts_edit_told() {
  [ "$ts_shown" != counted ] || ts_file_counted
  if [ -n "$ts_shown" ]; then ts_changed "$1" "$ts_before" "$ts_after"; else ts_changed "$1"; fi
}

# ts_file_now PATH: what there is, as a word in a line of its own, and behind it the text of a file; as this run would
# have left it, where this is a check.
ts_file_now() {
  TS_FILE=$1
  if [ -h "$1" ]; then TS_FILE=$(readlink -f -- "$1") || { echo nowhere; return 0; }; fi
  ts_file_folder
  case $? in 0) ;; 1) echo absent; return 0 ;; *) echo unreadable; return 0 ;; esac
  if ts_foretold; then
    ts_foretold_text
    case $ts_was in
      text) printf 'text\n%s' "$ts_before" ;;
      none) echo absent ;;
      *) echo unknown ;;
    esac
  elif [ ! -e "$TS_FILE" ]; then
    echo absent
  elif [ ! -f "$TS_FILE" ]; then
    echo other
  elif [ ! -r "$TS_FILE" ]; then
    echo unreadable
  elif [ "$(wc -c <"$TS_FILE")" -gt 900000 ]; then
    echo large
  else
    echo text
    cat <"$TS_FILE"
  fi
}
