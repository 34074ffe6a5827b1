import { library, sh } from '../../../src/steps/index.ts';

/** What packs, so that the same files give the same bytes. */
export const archiveShell = library(
  'archive',
  sh`# archive_names FROM EXCLUDE: what goes into the archive, in the order of its names, a line each.
archive_names() {
  cd -P -- "$1" || return
  find . ! -name . -print | exclude=$2 awk '
    { path = $0; sub("^[.]/", "", path) }
    ENVIRON["exclude"] == "" || path !~ ENVIRON["exclude"]' | sort
}

# archive_pack FROM FORMAT EXCLUDE: the archive, on standard output. Descriptor 4 tells what a pipe would hide.
archive_pack() {
  names=$(archive_names "$1" "$3") && cd -P -- "$1" || { echo failed >&4; return 0; }
  case $2 in
    zip)
      # Nothing at all would be no archive.
      if [ -z "$names" ]; then echo failed >&4; return 0; fi
      # It goes back in what it writes, so it cannot write to a pipe.
      scratch=$(mktemp -d) || { echo failed >&4; return 0; }
      printf '%s\n' "$names" | zip -q -X -y "$scratch/archive.zip" -@ >&2 && cat <"$scratch/archive.zip" || echo failed >&4
      rm -rf -- "$scratch"
      ;;
    *) archive_tar "$names" | archive_press "$2" ;;
  esac
}

archive_tar() {
  case $(tar --version 2>&1) in
    *GNU*)
      printf '%s\n' "$1" | tar -c -f - --format=gnu --numeric-owner --no-recursion -T - || echo failed >&4
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

# archive_plan PATH FROM FORMAT EXCLUDE: what differs, by the digest of the archive that would be made now.
archive_plan() {
  if [ ! -d "$2" ]; then
    echo "there is no folder $2" >&2
    return 1
  fi
  archive_new=$( { archive_pack "$2" "$3" "$4" | sha256sum; } 4>&1 ) || return
  case $archive_new in *failed*) return 1 ;; esac
  archive_new=\${archive_new%% *} archive_old=''
  if [ -e "$1" ]; then
    archive_old=$(sha256sum <"$1") || return
    archive_old=\${archive_old%% *}
    [ "$archive_old" != "$archive_new" ] || return 0
    archive_old="sha256 $archive_old"
  fi
  printf '%s\t%s\t-\n' "$archive_old" "sha256 $archive_new of $2"
}

# archive_make PLAN: path becomes the archive that the plan has promised.
archive_make() {
  ts_file_temp "$path" || return
  part=$TS_TEMP wanted=\${1#*"$TS_TAB"sha256 } wanted=\${wanted%% *}
  said=$( { archive_pack "$from" "$format" "$exclude" >"$part"; } 4>&1 ) || said=failed
  is=$(sha256sum <"$part") || said=failed
  if [ -n "$said" ] || [ "\${is%% *}" != "$wanted" ]; then
    rm -f -- "$part"
    [ -n "$said" ] || echo "$from has changed meanwhile" >&2
    return 1
  fi
  download_live
}`,
);
