import {
  defineModule,
  option,
  present,
  requires,
  builtins,
  sh,
  tool,
  type OptionRules,
  type Step,
} from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { folderOf, folders } from '../folders.ts';
import { field, fstabSteps, noFstabStep, oneLineStep } from './fstab.ts';
import { deviceSteps, mountedStep, unmountedStep, type LiveMount } from './mount-steps.ts';

interface Present {
  /**
   * What is mounted: a device such as `/dev/sdb1`, `UUID=…`, `LABEL=…`, `PARTUUID=…` or `PARTLABEL=…`, `host:/path` for NFS, or a
   * folder for a bind mount. @defaultValue the type, for those that have no source, such as tmpfs
   */
  readonly source?: string;
  /** Type of the file system, such as `'ext4'`; `'auto'` lets mount find out. For a bind mount leave it out. */
  readonly type?: string;
  /**
   * Options as in fstab, one each: `['noatime', 'nofail']`; with `'bind'` or `'rbind'` it is a bind mount. Only these are
   * compared; to take away what somebody else has set, say the contrary (`'exec'`). @defaultValue left as they are; `defaults` for a
   * new line
   */
  readonly options?: readonly string[];
  /** The fifth field of fstab. @defaultValue left as it is; 0 for a new line */
  readonly dump?: 0 | 1;
  /** The sixth field: when fsck looks at it, 1 for the root, 2 for others, 0 never. @defaultValue left as it is; 0 for a new line */
  readonly pass?: 0 | 1 | 2;
  /** Mount it at boot too, by a line of `/etc/fstab`; `false` takes its line away. @defaultValue true */
  readonly persist?: boolean;
  /** `present`: only the line of fstab; what is mounted stays as it is. @defaultValue 'mounted' */
  readonly state?: 'mounted' | 'present';
}

interface Absent {
  readonly source?: never;
  readonly type?: never;
  readonly options?: never;
  readonly dump?: never;
  readonly pass?: never;
  readonly persist?: never;
  /** `unmounted`: nothing is mounted there now; fstab stays as it is. `absent`: neither, and no line of fstab. */
  readonly state: 'unmounted' | 'absent';
}

/** Options of {@link mount}. */
export type MountOptions = Present | Absent;

const noSpace = /^[^\s,]+$/;

const options: OptionRules<MountOptions> = {
  source: option.line(/^[^-]/, 'a device, UUID=…, LABEL=…, host:/path or a folder'),
  type: option.line(/^[\w][\w.+-]*$/, "the type of a file system, such as 'ext4'"),
  options: (name, value) => [
    ...option.listOf(option.line(noSpace, 'one option, without blanks and commas'), 1)(name, value),
    ...(Array.isArray(value) && new Set(value).size < value.length ? [`${name} has one twice`] : []),
  ],
  dump: option.whole(0, 1),
  pass: option.whole(0, 2),
  persist: option.flag,
  state: option.oneOf('mounted', 'present', 'unmounted', 'absent'),
};

/** Types that have no source. */
const withoutSource = [
  'tmpfs',
  'ramfs',
  'proc',
  'sysfs',
  'devtmpfs',
  'devpts',
  'debugfs',
  'tracefs',
  'securityfs',
  'configfs',
  'cgroup2',
  'bpf',
  'hugetlbfs',
  'mqueue',
  'pstore',
  'efivarfs',
  'binfmt_misc',
];

/**
 * A file system mounted at a path, now and at boot. Its folder is made if it is missing, and stays when it is absent. Of
 * fstab only the line of this path is written. Other options than it has are set by a remount; what is mounted from
 * another source is unmounted first, which fails, with who keeps it busy, where it is in use.
 *
 * Options are compared with what the kernel lists, as far as it does: flags, for tmpfs sizes and modes, for ext4 all
 * that it shows. Others stand in fstab and count from the next mount on.
 *
 * @example mount('/srv/data', { source: 'UUID=0c3e-…', type: 'ext4', options: ['noatime', 'nofail'], pass: 2 })
 * @example mount('/var/cache/app', { type: 'tmpfs', options: ['size=256m', 'mode=0750', 'nosuid'] })
 * @example mount('/srv/www', { source: '/home/www', options: ['bind', 'ro'] })
 * @example mount('/mnt/old', { state: 'absent' })
 * @see https://man7.org/linux/man-pages/man5/fstab.5.html
 */
export const mount = defineModule<MountOptions>('mount', {
  options,
  claims: (path, o) => [
    {
      resource: `mount:${field(option.plainPath(path))}`,
      value: isGone(o) ? o.state : JSON.stringify(claimed(path, o)),
    },
  ],
  check(path, o, problem) {
    for (const wrong of option.pathProblems(path)) problem(`the path ${wrong}`);
    if (isGone(o)) {
      if (option.plainPath(path) === '/') problem('the root of the host cannot be unmounted');
      checkAbsent(o, [], (text) => problem(text.replace("'absent'", `'${o.state}'`)));
      return;
    }
    const bind = isBind(o);
    if (bind && o.type !== undefined && o.type !== 'none') problem('a bind mount has no type: leave it out');
    if (!bind && o.type === undefined) problem("type is missing, such as 'ext4' (or the option 'bind')");
    if (o.source === undefined && (bind || !withoutSource.includes(o.type ?? ''))) {
      problem('source is missing: what is to be mounted?');
    }
    if (bind && o.source !== undefined)
      for (const wrong of option.pathProblems(o.source)) problem(`source ${wrong}`);
    if (o.persist === false) {
      for (const key of ['dump', 'pass'] as const)
        if (o[key] !== undefined) problem(`${key} makes no sense with persist: false`);
      if (o.state === 'present')
        problem("state: 'present' is the line of fstab alone, so persist: false leaves nothing");
    }
  },
  steps(name, o) {
    const path = option.plainPath(name);
    if (isGone(o)) {
      const gone = [mountTool, unmountedStep(path)];
      return o.state === 'unmounted' ? gone : [...gone, noFstabStep({ source: path, path })];
    }
    const live = liveOf(path, o);
    const line = {
      source: live.source,
      path,
      type: isBind(o) ? 'none' : live.type,
      options: o.options?.join(','),
      dump: o.dump,
      pass: o.pass,
    };
    const persisted = o.persist === false ? [noFstabStep(line)] : fstabSteps(line);
    const before = o.persist === false ? [] : [oneLineStep(line)];
    if (o.state === 'present') return [...before, ...persisted];
    return [
      mountTool,
      ...before,
      ...(isBind(o)
        ? [
            requires(`the source of ${path}`, {
              test: builtins`[ -e ${live.source} ]`,
              otherwise: `there is no ${live.source} to be mounted at ${path}`,
              later: true,
            }),
          ]
        : []),
      ...deviceSteps(live),
      ...mountPoint(path, isBind(o) ? live.source : undefined),
      // Before the line of fstab: with one that cannot be mounted a host may not come up again.
      mountedStep(live),
      ...persisted,
    ];
  },
});

const mountTool = tool('mount', {
  debian: 'mount',
  fedora: 'util-linux-core',
  rhel: 'util-linux-core',
  suse: 'util-linux',
  alpine: 'util-linux',
  arch: 'util-linux',
});

const isGone = (o: MountOptions): o is Absent => o.state === 'unmounted' || o.state === 'absent';

const isBind = ({ options = [] }: Present): boolean => options.includes('bind') || options.includes('rbind');

function liveOf(path: string, o: Present): LiveMount {
  const type = isBind(o) ? 'none' : (o.type ?? 'auto');
  const source = o.source ?? type;
  return { path, source: isBind(o) ? option.plainPath(source) : source, type, options: o.options ?? [] };
}

function claimed(path: string, o: Present): unknown {
  return [liveOf(path, o), o.dump, o.pass, o.persist, o.state];
}

/** What is mounted at: a folder, or for a file that is bind mounted, a file. */
function mountPoint(path: string, source: string | undefined): readonly Step[] {
  if (source === undefined) return folders(path);
  return [
    ...folders(folderOf(path)),
    present(path, {
      test: builtins`[ -e ${path} ]`,
      create: sh`if [ -d ${source} ]; then mkdir ${path}; else : >${path}; fi`,
      remove: sh`if [ -d ${path} ]; then rmdir ${path}; else [ -s ${path} ] || rm ${path}; fi`,
      lifetime: 'disk',
    }),
  ];
}
