import { sh, type Sh } from '../steps/sh.ts';
import { timeLimited } from './time-limit.ts';

/** File systems that show what the kernel knows, or nothing: how full they are means nothing. */
const pseudo =
  ' autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts efivarfs fuse.gvfsd-fuse fuse.lxcfs fuse.portal ' +
  'fusectl hugetlbfs mqueue nfsd nsfs proc pstore ramfs resctrl rootfs rpc_pipefs securityfs selinuxfs smackfs ' +
  'sysfs tracefs ';

/** Those whose answer comes from somebody else, who may be gone. */
const remote =
  ' 9p afs beegfs ceph cifs coda davfs gfs2 glusterfs gpfs lustre ncpfs nfs nfs4 ocfs2 orangefs smb3 smbfs virtiofs ';

export const isPseudo = (fstype: string): boolean => pseudo.includes(` ${fstype} `);

export const isRemote = (fstype: string): boolean =>
  remote.includes(` ${fstype} `) || fstype.startsWith('fuse');

// `stat` asks the file system alone; `df` may ask others too, and prints what has to be guessed apart.
const functions = sh`
one() {
  if command -v stat >/dev/null 2>&1; then
    stat -f -c "one=$1 %S %b %f %a %c %d" "$2" 2>/dev/null && return
  elif ts_v=$(df -P -k "$2" 2>/dev/null); then
    ts_id=$1
    set -- $ts_v
    printf 'df=%s %s\n' "$ts_id" "$*"
    return
  fi
  printf 'failed=%s\n' "$1"
}
# Many at once, if all answer: a host of containers has hundreds.
many() {
  ts_batch=$((ts_batch + 1))
  if command -v stat >/dev/null 2>&1 && stat -f -c "local=$ts_batch %S %b %f %a %c %d" "$@" 2>/dev/null; then
    printf 'ids=%s%s\n' "$ts_batch" "$ts_ids"
  else
    for ts_id in $ts_ids; do one "$ts_id" "$1"; shift; done
  fi
  ts_ids=''
}
# Sets ts_id and ts_path from a word of ours. Blanks and the like stand as three octal digits, as printf has them.
apart() {
  ts_id=\${1%%:*}
  ts_path=\${1#*:}
  case $ts_path in *\\*) ;; *) return ;; esac
  ts_left=$ts_path ts_format=''
  while :; do
    case $ts_left in *%*) ;; *) break ;; esac
    ts_format=$ts_format\${ts_left%%%*}%%
    ts_left=\${ts_left#*%}
  done
  # shellcheck disable=SC2059
  ts_path=$(printf "$ts_format$ts_left"; echo .)
  ts_path=\${ts_path%.}
}`;

const locals = sh`
set --
ts_ids='' ts_batch=0
for ts_v in $ts_local; do
  apart "$ts_v"
  set -- "$@" "$ts_path"
  ts_ids="$ts_ids $ts_id"
  if [ $# -ge 50 ]; then many "$@"; set --; fi
done
[ $# -eq 0 ] || many "$@"
echo localDone=1`;

// Each alone, so that it costs nobody else anything; their lines are too short to get mixed up.
const remotes = sh`
for ts_v in $ts_remote; do
  apart "$ts_v"
  one "$ts_id" "$ts_path" &
done
wait
echo remoteDone=1`;

/**
 * The list first, which cannot hang; then how full they are, as far as they answer in so many seconds: those of the host
 * itself, then, in as many seconds more, those that somebody else answers for.
 */
export function mountsProbe(seconds: number): Sh {
  return sh`
${functions}
ts_local='' ts_remote=''
while IFS= read -r ts_v; do
  printf 'mount=%s\n' "$ts_v"
  ts_type=\${ts_v#*' - '}
  ts_type=\${ts_type%% *}
  case ${pseudo} in *" $ts_type "*) continue ;; esac
  set -- $ts_v
  case ${remote}$ts_type in
    *" $ts_type "* | *' fuse'*) ts_remote="$ts_remote $1:$5" ;;
    *) ts_local="$ts_local $1:$5" ;;
  esac
done </proc/self/mountinfo || exit
( ${timeLimited(seconds, locals)} ) || :
if [ -n "$ts_remote" ]; then ( ${timeLimited(seconds, remotes)} ) || :; fi`;
}
