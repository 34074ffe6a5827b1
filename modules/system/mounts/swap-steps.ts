import {
  absent,
  builtins,
  present,
  query,
  reading,
  requires,
  sh,
  value,
  type Query,
  type Sh,
  type Step,
} from '../../../src/steps/index.ts';

/** Swap spaces that are used, by the names that the kernel has for them, with their priorities. */
const used = query('swaps', sh`exec awk 'NR > 1 { print $1 "\t" $5 }' /proc/swaps`);

/** The names behind symbolic links. */
const realPaths = (path: string): Query =>
  query(
    'swap_paths',
    sh`for one do
  real=$(readlink -f -- "$one") || real=$one
  printf '%s\t%s\n' "$one" "$real"
done`,
    [path],
  );

/** Size in bytes, mode and owner of files. */
const files = (path: string): Query =>
  query('swap_files', sh`stat -L -c '%n	%s %a %u' -- "$@" 2>/dev/null || :`, [path]);

/** Sets \`ts_priority\` to the priority of a swap space that is used, and to nothing otherwise. */
const look = (path: string): Sh => builtins`ts_priority=''
ts_find ${path} ${realPaths(path).output} || :
if ts_find "\${TS_LINE#*"$TS_TAB"}" ${used.output}; then ts_priority=\${TS_LINE#*"$TS_TAB"}; fi`;

const uses = (path: string): readonly Query[] => [used, realPaths(path)];

/** Whether there is the signature of swap space, which stands at the end of the first page. */
const isSwap = (path: string): Sh =>
  sh`[ "$(dd ${`if=${path}`} bs=1 skip=4086 count=10 2>/dev/null)" = SWAPSPACE2 ]`;

/** Makes a file of \`$mib\` MiB that is swap space. */
const makeFile = (path: string): Sh => sh`# shellcheck disable=SC2317 # not every half calls it
make() {
  ( umask 077; : >${path} ) && chmod 600 ${path} || return
  case $(stat -f -c %T ${path}) in
    # A swap file there must have no holes and must not be copied on write.
    btrfs) chattr +C ${path} || return; false ;;
    ext*|xfs) fallocate -l "$((mib * 1048576))" ${path} ;;
    *) false ;;
  esac 2>/dev/null || dd if=/dev/zero ${`of=${path}`} bs=1048576 "count=$mib" 2>/dev/null || {
    df -P ${path} >&2
    rm -f ${path}
    return 1
  }
  mkswap ${path}
}`;

/** There is swap space at the path, of this size if it is a file, and nobody but root can read that. */
export function contentSteps(path: string, size: number | undefined, device: boolean): readonly Step[] {
  const list = files(path);
  const disk = { lifetime: 'disk' } as const;
  const there = builtins`${look(path)}
[ -n "$ts_priority" ] || { ${isSwap(path)}; }`;
  if (device) {
    return [
      requires(`swap space on ${path}`, {
        uses: uses(path),
        test: builtins`if [ ! -b ${path} ]; then printf '%s\n' ${`${path} is no block device of this host`} >&2; return 1; fi
# Status 2: there is nothing that blkid knows.
${there} || { blkid -p ${path} >/dev/null 2>&1; [ $? = 2 ]; }`,
        otherwise: `${path} cannot be used as swap space: it is not there, or holds something else (wipefs takes that away)`,
        later: true,
        ...disk,
      }),
      present(`swap space on ${path}`, {
        uses: uses(path),
        test: there,
        create: sh`mkswap ${path}`,
        ...disk,
      }),
    ];
  }
  return [
    requires(`${path} may become swap space`, {
      uses: uses(path),
      test: builtins`[ ! -e ${path} ] || [ ! -s ${path} ] || { [ -f ${path} ] && { ${there}; }; }`,
      otherwise: `${path} is there and is no swap file; remove it first, if nobody needs it`,
      ...disk,
    }),
    ...(size === undefined
      ? [
          requires(`a swap file ${path}`, {
            test: builtins`[ -s ${path} ]`,
            otherwise: `there is no ${path}; give its size, and it is made`,
            later: true,
            ...disk,
          }),
        ]
      : [sized(path, size, list)]),
    value(`mode of ${path}`, {
      uses: [list],
      read: reading(builtins`ts_find ${path} ${list.output} || :
ts_say "\${TS_LINE#* }"`),
      want: '600 0',
      write: sh`[ ! -e ${path} ] || { chown "\${1#* }" ${path} && chmod "\${1% *}" ${path}; }`,
      inside: `file:${path}`,
      fresh: 'set',
      ...disk,
    }),
  ];
}

function sized(path: string, size: number, list: Query): Step {
  return value(`size of ${path}`, {
    uses: [list, ...uses(path)],
    read: reading(builtins`${look(path)}
if ! ts_find ${path} ${list.output}; then return 0; fi
ts_bytes=\${TS_LINE#*"$TS_TAB"} ts_bytes=\${ts_bytes%% *}
if [ "$((ts_bytes % 1048576))" = 0 ]; then ts_say "$((ts_bytes / 1048576)) MiB"; else ts_say "$ts_bytes bytes"; fi`),
    want: `${size} MiB`,
    write: sh`${makeFile(path)}
[ -z "$ts_priority" ] || swapoff ${path} || exit
case $1 in
  '') rm -f ${path}; exit ;;
  *MiB) mib=\${1% *} ;;
  *) mib=$(( (\${1% *} + 1048575) / 1048576 )) ;;
esac
make || exit
case $1 in *bytes) truncate -s "\${1% *}" ${path} && mkswap ${path} || exit ;; esac
# It is used as before.
case $ts_priority in '') ;; -*) swapon ${path} ;; *) swapon -p "$ts_priority" ${path} ;; esac`,
    provides: `file:${path}`,
    lifetime: 'disk',
  });
}

/** The swap space is used, with this priority. */
export function activeStep(path: string, priority: number | undefined): Step {
  const want = priority === undefined ? 'used' : `used, priority ${priority}`;
  const state =
    priority === undefined ? builtins`ts_say used` : builtins`ts_say "used, priority $ts_priority"`;
  return value(`swap on ${path}`, {
    uses: uses(path),
    read: reading(builtins`${look(path)}
if [ -n "$ts_priority" ]; then ${state}; fi`),
    want,
    write: sh`[ -z "$ts_priority" ] || swapoff ${path} || exit
case $1 in
  '') ;;
  *' '[0-9]*) swapon -p "\${1##* }" ${path} ;;
  *) swapon ${path} ;;
esac`,
  });
}

/** The swap space is not used. */
export function inactiveStep(path: string): Step {
  return absent(`swap on ${path}`, {
    uses: uses(path),
    test: builtins`${look(path)}
[ -n "$ts_priority" ]`,
    remove: sh`swapoff ${path}`,
    save: sh`printf '%s' "$ts_priority"`,
    create: sh`case $1 in -*) swapon ${path} ;; *) swapon -p "$1" ${path} ;; esac`,
  });
}

/** There is no such swap file; what is no swap file stays. */
export function fileGoneSteps(path: string): readonly Step[] {
  const disk = { lifetime: 'disk' } as const;
  return [
    requires(`${path} can go`, {
      test: builtins`[ ! -e ${path} ] || { [ -f ${path} ] && { ${isSwap(path)}; }; }`,
      otherwise: `${path} is no swap file, so it is left`,
      ...disk,
    }),
    absent(path, {
      test: builtins`[ -e ${path} ]`,
      remove: sh`rm ${path}`,
      save: sh`stat -L -c %s ${path}`,
      create: sh`${makeFile(path)}
mib=$(( ($1 + 1048575) / 1048576 ))
make && truncate -s "$1" ${path} && mkswap ${path}`,
      ...disk,
    }),
  ];
}
