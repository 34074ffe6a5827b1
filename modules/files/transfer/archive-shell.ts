import { library, sh } from '../../../src/steps/index.ts';

/** What packs, so that the same files give the same bytes. */
export const archiveShell = library(
  'archive',
  sh`# BASE is a folder, an ITEM a path in it that begins with a dot. The item . is what is in BASE, or BASE itself if that is a file.

# archive_there BASE ITEM...: says which of them is not there.
archive_there() {
  ts_base=\${1%/}
  shift
  for ts_item in "$@"; do
    ts_item=$ts_base\${ts_item#.}
    [ -e "$ts_item" ] || [ -h "$ts_item" ] || ts_say "there is no $ts_item"
  done
  [ -z "$TS_SAID" ]
}

# archive_names EXCLUDE ITEM...: what goes into the archive from this folder, in the order of its names, a line each.
archive_names() {
  exclude=$1
  shift
  found=$(find "$@" ! -name . \( -name "*$TS_NL*" -prune -exec echo // \; -o -print \)) || return
  printf '%s\n' "$found" | exclude=$exclude awk '
    /^\/\// { print "a name has more than one line, which no archive can have" >"/dev/stderr"; bad = 1; exit }
    { path = $0; sub("^[.]/", "", path) }
    $0 != "" && (ENVIRON["exclude"] == "" || path !~ ENVIRON["exclude"])
    END { exit bad }'
}

# archive_pack FORMAT EXCLUDE BASE ITEM...: the archive, on standard output. Descriptor 4 tells what a pipe would hide.
archive_pack() {
  format=$1 exclude=$2 base=$3
  shift 3
  if [ "$*" = . ] && [ ! -d "$base" ]; then set -- "./\${base##*/}" && base=\${base%/*}/; fi
  names=$(cd -P -- "$base" && archive_names "$exclude" "$@") && cd -P -- "$base" || { echo failed >&4; return 0; }
  names=$(printf '%s\n' "$names" | sort)
  case $format in
    zip)
      # Nothing at all would be no archive.
      if [ -z "$names" ]; then echo failed >&4; return 0; fi
      # It goes back in what it writes, so it cannot write to a pipe.
      scratch=$(mktemp -d) || { echo failed >&4; return 0; }
      printf '%s\n' "$names" | zip -q -X -y "$scratch/archive.zip" -@ >&2 && cat <"$scratch/archive.zip" || echo failed >&4
      rm -rf -- "$scratch"
      ;;
    *) archive_tar "$names" | archive_press "$format" ;;
  esac
}

archive_tar() {
  # Not every tar makes an archive of nothing.
  if [ -z "$1" ]; then
    head -c 10240 /dev/zero
    return
  fi
  case $(tar --version 2>&1) in
    *GNU*)
      # A backslash in a name is one.
      printf '%s\n' "$1" | tar -c -f - --format=gnu --numeric-owner --no-recursion --no-unquote -T - || echo failed >&4
      ;;
    *)
      set -f
      IFS=$TS_NL
      # shellcheck disable=SC2086 # a name a line
      set -- $1
      unset IFS
      tar -c -f - --numeric-owner --no-recursion "$@" || echo failed >&4
      ;;
  esac
}

archive_press() {
  case $1 in
    tar) cat ;;
    tar.gz) gzip -n ;;
    tar.xz) archive_xz && "$xz" -T 1 ;;
    tar.zst) zstd -q -T1 ;;
    tar.bz2) bzip2 ;;
  esac || echo failed >&4
}

# Busybox has an xz that only unpacks, and its shell prefers that to the one on the PATH.
archive_xz() {
  IFS=:
  for folder in $PATH; do
    xz=$folder/xz
    [ ! -x "$xz" ] || break
  done
  unset IFS
}

# archive_plan PATH OF FORMAT EXCLUDE BASE ITEM...: what differs, by the digest of the archive that would be made now. OF is
# what it is told to be of.
archive_plan() {
  archive_path=$1 archive_of=$2
  shift 2
  archive_new=$( { archive_pack "$@" | sha256sum; } 4>&1 ) || return
  case $archive_new in *failed*) return 1 ;; esac
  archive_new=\${archive_new%% *} archive_old=''
  if [ -e "$archive_path" ]; then
    archive_old=$(sha256sum <"$archive_path") || return
    archive_old=\${archive_old%% *}
    [ "$archive_old" != "$archive_new" ] || return 0
    archive_old="sha256 $archive_old"
  fi
  printf '%s\t%s\t-\n' "$archive_old" "sha256 $archive_new of $archive_of"
}

# archive_make PLAN FORMAT EXCLUDE BASE ITEM...: path becomes the archive that the plan has promised.
archive_make() {
  ts_file_temp "$path" || return
  part=$TS_TEMP wanted=\${1#*"$TS_TAB"sha256 } wanted=\${wanted%% *}
  shift
  said=$( { archive_pack "$@" >"$part"; } 4>&1 ) || said=failed
  is=$(sha256sum <"$part") || said=failed
  if [ -n "$said" ] || [ "\${is%% *}" != "$wanted" ]; then
    rm -f -- "$part"
    [ -n "$said" ] || echo "what is packed has changed meanwhile" >&2
    return 1
  fi
  download_live
}`,
);
