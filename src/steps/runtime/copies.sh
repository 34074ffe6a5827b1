# shellcheck shell=sh
# Files of the host that are copied to another place of it. fN prints the one that is copied.

# ts_copy STEP WHAT PATH MODE OWNER FROM: as ts_file, with what FROM holds.
ts_copy() {
  ts_go || return 0
  # Its own content is none of ours.
  if ts_half k "$1" && [ -f "$3" ]; then ts_file "$1" "$2" "$3" "$4" "$5" -; return 0; fi
  if ! ts_copied "$1" "$6"; then ts_over; return 0; fi
  ts_size=''
  if ts_foretold_at "$3" || ! ts_file_settled "$3" "$4" "$5" "$ts_sum" "$1"; then ts_size=$(wc -c <"$6"); fi
  eval "ts_sum_$1=\"\$ts_sum \$ts_size\""
  ts_file "$1" "$2" "$3" "$4" "$5" "$ts_sum"
}

# ts_copied STEP FROM: ts_sum is the digest of what is copied. What keeps it from being read is told.
ts_copied() {
  ts_sum=''
  if ts_foretold_at "$2"; then
    ts_unknown "$1" "an earlier task would change $2"
  elif [ ! -f "$2" ]; then
    TS_RC=1
    if [ -e "$2" ]; then
      ts_failed "$1" "$2 is not a regular file, and only these are copied"
    elif ts_may_come; then
      ts_unknown "$1" "there is no file $2, unless an earlier task would make it"
    else
      ts_failed "$1" "there is no file $2"
    fi
  elif [ ! -r "$2" ] || ! ts_digest "$2"; then
    TS_RC=1
    ts_failed "$1" "cannot read $2"
  fi
  [ -n "$ts_sum" ]
}

# ts_digest FILE: ts_sum, by what was read of all files at once, unless this run has written it since.
ts_digest() {
  if [ ! -h "$1" ]; then
    ts_files "$1"
    case $TS_WRITTEN in
      *"$TS_NL$1$TS_NL"*) ;;
      *)
        IFS=$TS_NL
        for ts_line in $TS_SUMS; do
          case $ts_line in "${ts_line%%[ /]*}  $1") ts_sum=${ts_line%%[ /]*} ;; esac
        done
        unset IFS
        ;;
    esac
  fi
  [ -n "$ts_sum" ] || { ts_sum=$(exec sha256sum <"$1") && ts_sum=${ts_sum%% *}; }
}
