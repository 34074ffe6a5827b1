import { library, sh } from '../../../src/steps/index.ts';

/**
 * What downloads read and do. A transfer goes to a private file beside the one that it is for, which stays where the
 * connection is lost; nothing becomes live before its digest is right.
 */
export const downloadShell = library(
  'download',
  sh`# download_able PATH OWNER STATS: says what keeps a file of this name from being made or replaced.
download_able() {
  if [ -h "$1" ]; then ts_say 'it is a symbolic link: name the file that it leads to'; return 1; fi
  if [ -d "$1" ]; then ts_say 'there is a folder of that name'; return 1; fi
  if [ -e "$1" ] && [ ! -f "$1" ]; then ts_say 'it is no regular file'; return 1; fi
  ts_place_able "$1" no || return
  [ -n "$2" ] || return 0
  if ts_stat "$1" "$3" && ts_owned "$2"; then return 0; fi
  ts_givable "$2" && return 0
  ts_say "$TS_V"
  return 1
}

# download_plan ALGORITHM(sha256|sha512|none) PATH DIGEST SOURCE: what differs. As long as this run has changed nothing, the
# digests of all files are read at once; from then on each by itself.
download_plan() {
  if [ ! -e "$2" ]; then
    ts_gone "$2" || return 2
    ts_say "$TS_TAB$4$TS_TAB-"
    return 0
  fi
  [ "$1" != none ] || return 0
  if [ -n "$TS_DIR" ]; then
    ts_list=$("$1sum" -- "$2") || return 2
  else
    ts_query "downloads_$1" || return 2
    eval "ts_list=\$ts_query_downloads_$1"
  fi
  case $TS_NL$ts_list$TS_NL in *"$TS_NL$3  $2$TS_NL"*) return 0 ;; esac
  IFS=$TS_NL
  for ts_line in $ts_list; do
    case $ts_line in *"  $2") unset IFS; ts_say "$1 \${ts_line%%  *}$TS_TAB$4$TS_TAB-"; return 0 ;; esac
  done
  unset IFS
  return 2
}

# download_sums COMMAND PATH...: digests of the files that are there.
download_sums() {
  ts_sums=$1 ts_count=$#
  shift
  while [ "$ts_count" -gt 1 ]; do
    [ ! -f "$1" ] || [ -h "$1" ] || [ ! -r "$1" ] || set -- "$@" "$1"
    shift
    ts_count=$((ts_count - 1))
  done
  [ $# = 0 ] || "$ts_sums" -- "$@"
}

# download_fetch: brings url to the file part, which is right then. What is there already is gone on with.
download_fetch() {
  download_part || return
  while :; do
    resumed=no rc=0
    [ ! -s "$part" ] || resumed=yes
    if [ "$resumed" = yes ] && download_right; then return 0; fi
    download_transfer
    if [ "$rc" = 0 ] && download_right; then return 0; fi
    # What has come before is not what the server has now, or the server does not go on from the middle.
    if [ "$resumed" = yes ] && { [ "$rc" = 0 ] || [ "$restart" = yes ]; }; then
      rm -f -- "$part"
      download_part || return
      continue
    fi
    if [ "$rc" = 0 ]; then
      printf '%s gave %s %s, which is not the declared %s: it does not go live\n' "$url" "$algorithm" "$is" "$digest" >&2
      rm -f -- "$part"
    elif [ "$resume" = no ] || [ ! -s "$part" ]; then
      rm -f -- "$part"
    else
      printf '%s bytes of it have come; the next try goes on from there\n' "$(wc -c <"$part")" >&2
    fi
    return 1
  done
}

# A file that somebody else has laid there, or can write to, is not gone on with.
download_part() {
  if [ -e "$part" ] || [ -h "$part" ]; then
    if [ "$resume" = yes ] && [ ! -h "$part" ] && [ -f "$part" ] &&
      [ "$(stat -c '%u %h %a' -- "$part")" = "$(id -u) 1 600" ]; then return 0; fi
    rm -f -- "$part" || return
  fi
  ( umask 077; set -C; : >"$part" )
}

download_right() {
  is=''
  [ "$algorithm" != none ] || return 0
  is=$("$algorithm"sum <"$part") || return
  is=\${is%% *}
  [ "$is" = "$digest" ]
}

# download_transfer: rc is the status; restart: the server does not go on from the middle. Headers are the lines of ts_input;
# those that are secret come on no command line.
download_transfer() {
  restart=no
  if command -v curl >/dev/null; then download_curl; return 0; fi
  case $(wget --version 2>&1) in *GNU*) download_wget ;; *) download_busybox ;; esac
}

download_headers() { printf '%s\n' "$ts_input" | sed -n "$1"; }

download_curl() {
  protocols='=http,https'
  case $url in https:*) protocols='=https' ;; esac
  code=$(download_headers '/./{ s/[\\"]/\\&/g; s/.*/header = "&"/; p; }' | curl -q -K - -g -sS -f -L \
    --max-redirs "$curl_redirects" --proto "$protocols" --proto-redir "$protocols" --connect-timeout "$silence" \
    --speed-limit 1 --speed-time "$silence" -C - -o "$part" -w '%{http_code}' --url "$url")
  rc=$?
  case $rc:$code in 33:* | *:416) restart=yes ;; esac
}

download_wget() {
  settings=$TS_DIR/wgetrc-$TS_STEP
  (
    umask 077
    { printf 'check_certificate = on\nhsts = off\n'; download_headers '/./s/^/header = /p'; } >"$settings"
  ) || { rc=1; return 0; }
  wget --config="$settings" -nv -t 1 -T "$silence" --max-redirect "$wget_redirects" -c -O "$part" -- "$url"
  rc=$?
  rm -f -- "$settings"
  # One that refuses to go on is asked once more, from the beginning.
  [ "$rc" != 8 ] || restart=yes
}

# It has no file of settings, and does not verify certificates.
download_busybox() {
  rc=1
  if [ "$secret" = yes ]; then
    echo 'this wget would show secret headers in the list of processes: install curl' >&2
    return 0
  fi
  case $algorithm$url in
    nonehttps:*) echo 'this wget does not verify certificates, and there is no digest: install curl' >&2; return 0 ;;
  esac
  set --
  IFS=$TS_NL
  for line in $ts_input; do set -- "$@" --header "$line"; done
  unset IFS
  said=$(wget -q -c -O "$part" "$@" -- "$url" 2>&1)
  rc=$?
  [ "$rc" = 0 ] || printf '%s\n' "$said" >&2
  case $said in *416*) restart=yes ;; esac
}

# download_live: part becomes path, which is kept in the journal, as what was there before this run.
download_live() {
  if [ -e "$path" ]; then
    if [ ! -e "$TS_DIR/$kept" ]; then
      ts_file_copy "$path" "$TS_DIR/$kept.new" && mv -- "$TS_DIR/$kept.new" "$TS_DIR/$kept" || return
    fi
    # It keeps what nothing was said about.
    cp -a --attributes-only -- "$path" "$part" 2>/dev/null ||
      { chown -- "$(stat -c %u:%g -- "$path")" "$part" && chmod "$(stat -c %a -- "$path")" -- "$part"; } || return
  fi
  ts_file_attributes "$part" "$mode" "$owner" && ts_file_sync "$part" && mv -f -- "$part" "$path"
}

# download_undo PATH KEPT PLAN
download_undo() {
  case $3 in
    "$TS_TAB"*)
      [ -e "$1" ] || exit 3
      rm -f -- "$1"
      ;;
    *)
      # Where nothing was kept, nothing was replaced.
      [ -e "$TS_DIR/$2" ] || exit 3
      ! ts_file_alike "$TS_DIR/$2" "$1" || exit 3
      ts_file_temp "$1" && ts_file_copy "$TS_DIR/$2" "$TS_TEMP" && mv -f -- "$TS_TEMP" "$1"
      ;;
  esac
}`,
);
