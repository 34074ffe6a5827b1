import {
  builtins,
  defineModule,
  file,
  noFile,
  option,
  requires,
  type OptionRule,
  type OptionRules,
  type Step,
} from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';

/** One limit: a number in the unit of its item, or none. */
export type Limit = number | 'unlimited';

/** A soft limit, which the user can raise up to the hard one. */
export interface SoftAndHard {
  /** What holds at first. @defaultValue as it is without this */
  readonly soft?: Limit;
  /** What it can be raised to. @defaultValue as it is without this */
  readonly hard?: Limit;
}

/** Limits by item; one value is both soft and hard. */
export interface LimitsByItem {
  /** Size of core dumps, in KiB. @defaultValue as it is without this */
  readonly core?: Limit | SoftAndHard;
  /** Size of data segments, in KiB. @defaultValue as it is without this */
  readonly data?: Limit | SoftAndHard;
  /** Size of files that are written, in KiB. @defaultValue as it is without this */
  readonly fsize?: Limit | SoftAndHard;
  /** Memory that is locked, in KiB. @defaultValue as it is without this */
  readonly memlock?: Limit | SoftAndHard;
  /** Open files of a process; no more than the sysctl `fs.nr_open` of the host, or nobody could log in. @defaultValue as it is without this */
  readonly nofile?: Limit | SoftAndHard;
  /** Resident memory, in KiB; Linux ignores it. @defaultValue as it is without this */
  readonly rss?: Limit | SoftAndHard;
  /** Size of stacks, in KiB. @defaultValue as it is without this */
  readonly stack?: Limit | SoftAndHard;
  /** Processor time of a process, in minutes. @defaultValue as it is without this */
  readonly cpu?: Limit | SoftAndHard;
  /** Processes of the user. @defaultValue as it is without this */
  readonly nproc?: Limit | SoftAndHard;
  /** Address space of a process, in KiB. @defaultValue as it is without this */
  readonly as?: Limit | SoftAndHard;
  /** Logins of the user at a time. @defaultValue as it is without this */
  readonly maxlogins?: Limit | SoftAndHard;
  /** Logins of all users at a time. @defaultValue as it is without this */
  readonly maxsyslogins?: Limit | SoftAndHard;
  /** 1 keeps processes from gaining privileges. @defaultValue as it is without this */
  readonly nonewprivs?: Limit | SoftAndHard;
  /** Priority that processes run with, -20 to 19. @defaultValue as it is without this */
  readonly priority?: Limit | SoftAndHard;
  /** Locks of files. @defaultValue as it is without this */
  readonly locks?: Limit | SoftAndHard;
  /** Pending signals. @defaultValue as it is without this */
  readonly sigpending?: Limit | SoftAndHard;
  /** Memory of message queues, in bytes. @defaultValue as it is without this */
  readonly msgqueue?: Limit | SoftAndHard;
  /** The lowest nice value that may be asked for, -20 to 19. @defaultValue as it is without this */
  readonly nice?: Limit | SoftAndHard;
  /** The highest real-time priority that may be asked for. @defaultValue as it is without this */
  readonly rtprio?: Limit | SoftAndHard;
}

/** What can be limited. */
export type LimitItem = keyof LimitsByItem;

interface Present {
  /** What is limited, and to what. */
  readonly limits: LimitsByItem;
  /** Whether there are such limits. @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  readonly limits?: never;
  /** The file with the limits goes. */
  readonly state: 'absent';
}

/** Options of {@link limits}. */
export type LimitsOptions = Present | Absent;

/** What a number may be; -1 would be no limit, which has a word. */
const items: Readonly<Record<LimitItem, readonly [number, number]>> = {
  core: [0, 2 ** 53],
  data: [0, 2 ** 53],
  fsize: [0, 2 ** 53],
  memlock: [0, 2 ** 53],
  nofile: [0, 2 ** 31],
  rss: [0, 2 ** 53],
  stack: [0, 2 ** 53],
  cpu: [0, 2 ** 31],
  nproc: [0, 2 ** 31],
  as: [0, 2 ** 53],
  maxlogins: [0, 2 ** 31],
  maxsyslogins: [0, 2 ** 31],
  nonewprivs: [0, 1],
  priority: [-20, 19],
  locks: [0, 2 ** 31],
  sigpending: [0, 2 ** 31],
  msgqueue: [0, 2 ** 53],
  nice: [-20, 19],
  rtprio: [0, 99],
};

/** These have a range of their own, and no "unlimited". */
const bounded: readonly string[] = ['nonewprivs', 'priority', 'nice', 'rtprio'];

function limit(item: LimitItem): OptionRule {
  const [low, high] = items[item];
  const word = bounded.includes(item) ? '' : ", or 'unlimited'";
  return option.rule(
    `a whole number from ${low} to ${high}${word}`,
    (value) =>
      (word !== '' && value === 'unlimited') ||
      (Number.isInteger(value) && Number(value) >= low && Number(value) <= high),
  );
}

const options: OptionRules<LimitsOptions> = {
  limits: (name, value) => {
    const both = (item: LimitItem): OptionRule => {
      const one = limit(item);
      return (path, given) =>
        option.isPlain(given) ? option.objectOf({ soft: one, hard: one })(path, given) : one(path, given);
    };
    const rules = Object.fromEntries(Object.keys(items).map((item) => [item, both(item as LimitItem)]));
    const wrong = option.objectOf(rules)(name, value);
    return wrong.length === 0 && Object.keys(value as object).length === 0
      ? [`${name} must not be empty`]
      : wrong;
  },
  state: option.oneOf('present', 'absent'),
};

/**
 * What the sessions of a user or a group may use, by `pam_limits`: in a file of its own below `/etc/security/limits.d`.
 * It holds for logins from then on. The name is a user, `@group`, `%group` (for maxlogins), `*` for everybody but root,
 * or a range of ids as `1000:2000`. Services of systemd have limits of their own.
 *
 * @example limits('postgres', { limits: { nofile: { soft: 4096, hard: 65536 }, core: 0 } })
 * @example limits('@developers', { limits: { nproc: 2000 } })
 * @example limits('postgres', { state: 'absent' })
 * @see https://man7.org/linux/man-pages/man5/limits.conf.5.html
 */
export const limits = defineModule<LimitsOptions>('limits', {
  options,
  check(domain, o, problem) {
    if (!/^(?:\*|%|[@%]?[A-Za-z0-9_][\w.-]{0,63}\$?|@?(?:\d+:\d*|:\d+))$/.test(domain)) {
      problem(
        `the name must be a user, @group, %group, *, or a range of ids such as 1000:2000, not ${option.quoted(domain)}`,
      );
    }
    if (o.state === 'absent') {
      checkAbsent(o, [], problem);
      return;
    }
    if (o.limits === undefined) problem("limits is missing (or say state: 'absent')");
    for (const [item, given] of Object.entries(o.limits ?? {})) {
      if (!option.isPlain(given)) continue;
      const { soft, hard } = given as SoftAndHard;
      if (soft === undefined && hard === undefined) problem(`limits.${item} says neither soft nor hard`);
      // A low nice value is the greater right.
      else if (!['nice', 'priority'].includes(item) && amount(soft, -1) > amount(hard, Infinity))
        problem(`limits.${item} has a soft limit above the hard one`);
    }
  },
  steps(domain, o) {
    const path = `/etc/security/limits.d/60-tsplay-${fileName(domain)}.conf`;
    if (o.limits === undefined) return [noFile(path)];
    const { limits: given } = o;
    // In the order of the items, and not in that in which somebody has written them.
    const lines = (Object.keys(items) as LimitItem[]).flatMap((item) =>
      sides(given[item]).map(([type, value]) => `${domain}\t${type}\t${item}\t${value}\n`),
    );
    return [
      ...filesStep(given.nofile),
      file(path, { content: `# Managed by tsplay.\n${lines.join('')}`, mode: '644' }),
    ];
  },
});

/** More open files than the kernel lets anybody have: whoever is to get them cannot log in any more. */
function filesStep(given: Limit | SoftAndHard | undefined): readonly Step[] {
  const most = Math.max(...sides(given).map(([, one]) => (typeof one === 'number' ? one : 0)), 0);
  if (most === 0) return [];
  return [
    requires(`room for ${most} open files`, {
      test: builtins`ts_first_line /proc/sys/fs/nr_open
[ ${String(most)} -le "$TS_V" ] || { ts_say "$TS_V"; return 1; }`,
      otherwise: `logins would fail with nofile ${most}, since it is more than sysctl fs.nr_open of this host`,
      later: true,
    }),
  ];
}

function sides(given: Limit | SoftAndHard | undefined): readonly (readonly [string, Limit])[] {
  if (given === undefined) return [];
  if (typeof given !== 'object') return [['-', given]];
  const { soft, hard } = given;
  return [
    ...(soft === undefined ? [] : [['soft', soft] as const]),
    ...(hard === undefined ? [] : [['hard', hard] as const]),
  ];
}

function amount(value: Limit | undefined, otherwise: number): number {
  return value === undefined ? otherwise : value === 'unlimited' ? Infinity : value;
}

function fileName(domain: string): string {
  return domain.replaceAll(/[^\w.-]/g, (one) => `%${one.codePointAt(0)?.toString(16)}`);
}
