import { sh } from '../steps/sh.ts';
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

// `stat` asks the file system alone; `df` may ask others too, and prints what has to be guessed apart.
const usage = sh`
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
# Blanks and the like stand as three octal digits, as printf has them.
decode() {
  ts_left=$ts_path ts_format=''
  while :; do
    case $ts_left in *%*) ;; *) break ;; esac
    ts_format=$ts_format\${ts_left%%%*}%%
    ts_left=\${ts_left#*%}
  done
  ts_path=$(printf "$ts_format$ts_left"; echo .)
  ts_path=\${ts_path%.}
}
set --
ts_ids=''
while read -r ts_id ts_v ts_v ts_v ts_path ts_v ts_rest; do
  ts_type=" $ts_rest"
  ts_type=\${ts_type#*' - '}
  ts_type=\${ts_type%% *}
  case ${pseudo} in *" $ts_type "*) continue ;; esac
  case $ts_path in *\\*) decode ;; esac
  case ${remote}$ts_type in
    *" $ts_type "* | *' fuse'*) one "$ts_id" "$ts_path" & ;;
    *) set -- "$@" "$ts_path"; ts_ids="$ts_ids $ts_id" ;;
  esac
done </proc/self/mountinfo
# All at once, if all answer: a host of containers has hundreds.
if [ $# -gt 0 ]; then
  if command -v stat >/dev/null 2>&1 && stat -f -c 'local=%S %b %f %a %c %d' "$@" 2>/dev/null; then
    printf 'ids=%s\n' "$ts_ids"
  else
    for ts_id in $ts_ids; do one "$ts_id" "$1"; shift; done
  fi
fi
wait
echo finished=1`;

/** The list first, which cannot hang; then how full they are, as far as they answer in time. */
export const mountsProbe = sh`
while IFS= read -r ts_v; do printf 'mount=%s\n' "$ts_v"; done </proc/self/mountinfo || exit
( ${timeLimited(4, usage)} ) || :`;
