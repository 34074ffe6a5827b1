import {
  absent,
  builtins,
  query,
  reading,
  requires,
  sh,
  value,
  type Sh,
  type Step,
} from '../../../src/steps/index.ts';
import { field } from './fstab.ts';
import { haveOptions, kernelOptions } from './mount-options.ts';

/** What is to be mounted where. */
export interface LiveMount {
  readonly path: string;
  readonly source: string;
  readonly type: string;
  readonly options: readonly string[];
}

// Of several mounts at one place the last one is seen. One that shows a part of a file system that is mounted elsewhere, or
// all of one that has no device, can only be made again from there: it is a bind mount of that place.
const awkProgram = `
{
  behind = substr($0, index($0, " - ") + 3)
  split(behind, word, / /)
  type = word[1]; source = word[2] == "" ? "none" : word[2]; super = word[3]
  gsub(/\\\\043/, "#", source)
  for (i = 1; i <= n; i++) {
    if (device[i] != $3) continue
    if ($3 !~ /^0:/ && root[i] == $4) break
    above = root[i] == "/" ? "" : root[i]
    if (index($4 "/", above "/") != 1) continue
    source = (target[i] == "/" ? "" : target[i]) substr($4, length(above) + 1)
    if ($4 == root[i]) source = target[i]
    type = "bind"
    break
  }
  n++
  device[n] = $3; root[n] = $4; target[n] = $5
  row[$5] = source " " type " " $6 " " super " " $3
}
END { for (one in row) print one "\\t" row[one] }`;

/** What is mounted, by place: source, type, options of the mount and of the file system, device number. */
const mounts = query('mounts', sh`exec awk ${awkProgram} /proc/self/mountinfo`);

/** Device numbers of the files of devices that are named. */
const devices = (items: readonly string[]) =>
  query(
    'mount_devices',
    sh`stat -L -c '%t %T %n' -- "$@" 2>/dev/null | while read -r major minor name; do
  printf '%s\t%d:%d\n' "$name" "0x$major" "0x$minor"
done`,
    items,
  );

const isBind = ({ options }: LiveMount): boolean => options.includes('bind') || options.includes('rbind');

/** It is mounted, from this source, with these options. */
export function mountedStep(mount: LiveMount): Step {
  const { path, type, options } = mount;
  const bind = isBind(mount);
  const given = kernelOptions(options);
  const file = deviceFile(mount.source);
  const list = devices(file === undefined ? [] : [file]);
  const source = bind ? sh`[ ${mount.source} -ef ${path} ]` : isSource(mount, file, list.output);
  const want = [
    field(mount.source),
    bind ? 'bind' : type,
    ...(given.length === 0 ? [] : [given.join(',')]),
  ].join(' ');
  return value(`the mount at ${path}`, {
    uses: [mounts, ...(file === undefined ? [] : [list])],
    read: reading(builtins`ts_mounted='' ts_alike=''
if ! ts_find ${field(path)} ${mounts.output}; then return 0; fi
ts_mounted=\${TS_LINE#*"$TS_TAB"}
# shellcheck disable=SC2086 # splitting is the point
set -- $ts_mounted
ts_options=,$3,$4,
# shellcheck disable=SC3013 # every shell that this is for knows -ef
if ${source} && ${bind ? sh`:` : isType(type)}; then
  ts_alike=yes
  if ${haveOptions(type, options)}; then ts_say ${want}; return 0; fi
fi
ts_say "$1 $2 $3 $4"`),
    want,
    write: sh`${functions(path)}
if [ "$1" != ${want} ]; then restore "$1"; exit; fi
# shellcheck disable=SC2086 # splitting is the point
set -- $ts_mounted
if [ -n "$ts_alike" ]; then
  # What is not declared stays as it is.
  mount -o ${bind ? 'remount,bind,' : 'remount,'}"$3",${given.join(',')} ${mount.source} ${path}
  exit
fi
[ $# = 0 ] || unmount || exit
${
  bind
    ? sh`mount -o ${options.includes('rbind') ? 'rbind' : 'bind'} ${mount.source} ${path} || exit
${given.length === 0 ? sh`:` : sh`mount -o ${`remount,bind,${given.join(',')}`} ${mount.source} ${path} || { umount ${path}; exit 1; }`}`
    : sh`mount -t ${type} ${given.length === 0 ? [] : ['-o', given.join(',')]} ${mount.source} ${path}`
}`,
  });
}

/**
 * The device that is named is there. One that is named by what stands on it is looked for where udev lists them all, if the
 * host has that; a label that is written otherwise there is not.
 */
export function deviceSteps({ path, source }: LiveMount): readonly Step[] {
  const file = deviceFile(source);
  if (file === undefined || !/^[\w/.:-]+$/.test(file)) return [];
  const lists = file === source ? sh`:` : sh`[ -d ${file.slice(0, file.lastIndexOf('/'))} ]`;
  return [
    requires(`the device of ${path}`, {
      test: builtins`[ -e ${file} ] || ! ${lists}`,
      otherwise: `there is no device ${source} on this host to be mounted at ${path}`,
      later: true,
    }),
  ];
}

/** Nothing is mounted there. */
export function unmountedStep(path: string): Step {
  return absent(`the mount at ${path}`, {
    uses: [mounts],
    test: builtins`ts_has ${field(path)} ${mounts.output}`,
    remove: sh`${functions(path)}
unmount`,
    save: sh`ts_find ${field(path)} ${mounts.output} && printf '%s' "\${TS_LINE#*"$TS_TAB"}"`,
    create: sh`${functions(path)}
ts_mounted=''
restore "$1"`,
  });
}

/** The file of a device, where the source names one. */
function deviceFile(source: string): string | undefined {
  const [, tag, name] = /^(UUID|LABEL|PARTUUID|PARTLABEL|ID)=(.*)$/.exec(source) ?? [];
  if (tag !== undefined && name !== undefined) return `/dev/disk/by-${tag.toLowerCase()}/${name}`;
  return source.startsWith('/dev/') ? source : undefined;
}

/** Whether \`$1\` is this source; \`$5\` is the number of its device. A name without a path says nothing. */
function isSource({ source }: LiveMount, file: string | undefined, known: Sh): Sh {
  if (file !== undefined) {
    return builtins`{ [ "$1" = ${field(source)} ] || ! ts_has ${file} ${known} || ts_has ${file}"$TS_TAB$5" ${known}; }`;
  }
  if (!/[/:]/.test(source)) return sh`:`;
  // A file is seen through a loop device.
  return builtins`{ [ "$1" = ${field(source)} ] || { read -r ts_file <"/sys/block/\${1##*/}/loop/backing_file" && [ "$ts_file" = ${source} ]; } 2>/dev/null; }`;
}

/** Whether \`$2\` is this type, as the kernel names it. */
function isType(type: string): Sh {
  if (type === 'auto') return sh`:`;
  if (type === 'nfs') return sh`case $2 in nfs | nfs4) ;; *) false ;; esac`;
  return sh`case $2 in ${type} | fuse.${type}) ;; fuseblk) case ${type} in ntfs* | exfat) ;; *) false ;; esac ;; *) false ;; esac`;
}

/**
 * `unmount` says who keeps it from doing so. `restore WORDS` makes it what the list of mounts had; the reading half has left what
 * is there now in ts_mounted.
 */
function functions(path: string): Sh {
  return sh`# shellcheck disable=SC2317 # not every half calls it
unmount() {
  umount ${path} && return
  below=$(AT=${field(path)} awk 'index($5, ENVIRON["AT"] "/") == 1 { printf " %s", $5 }' /proc/self/mountinfo)
  [ -z "$below" ] || printf 'other mounts are below it:%s\n' "$below" >&2
  set +f
  find /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/fd -maxdepth 1 -type l -exec ls -ld -- {} + 2>/dev/null |
    AT=${path} awk '{
      i = index($0, " -> "); j = index($0, "/proc/"); to = substr($0, i + 4)
      if (to != ENVIRON["AT"] && index(to, ENVIRON["AT"] "/") != 1) next
      split(substr($0, j), part, "/"); pid = part[3]
      if (pid in seen) next
      seen[pid]; name = ""
      getline name <("/proc/" pid "/comm")
      printf "it is in use by %s (process %s)\n", name, pid
    }' >&2
  return 1
}
# shellcheck disable=SC2317 # not every half calls it
plain() {
  format=$(printf '%s' "$1" | sed 's/%/%%/g')
  # shellcheck disable=SC2059 # blanks and backslashes stand as three octal digits, as printf has them
  printf "$format"
}
# shellcheck disable=SC2317 # not every half calls it
restore() {
  if [ -z "$1" ]; then unmount; return; fi
  # shellcheck disable=SC2086 # splitting is the point
  set -- $1
  from=$(plain "$1")
  case $ts_mounted in
    "$1 bind "*) mount -o "remount,bind,$3" "$from" ${path}; return ;;
    "$1 $2 "*) mount -o "remount,$3,$4" "$from" ${path}; return ;;
  esac
  [ -z "$ts_mounted" ] || unmount || return
  if [ "$2" != bind ]; then mount -t "$2" -o "$3,$4" "$from" ${path}; return; fi
  mount -o bind "$from" ${path} && mount -o "remount,bind,$3" "$from" ${path}
}`;
}
