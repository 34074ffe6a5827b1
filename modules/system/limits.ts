import {
  defineModule,
  file,
  noFile,
  option,
  type OptionRule,
  type OptionRules,
} from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';

/** One limit: a number in the unit of its item, or none. */
export type Limit = number | 'unlimited';

/** Soft limits can be raised by the user up to the hard ones. */
export interface SoftAndHard {
  readonly soft?: Limit;
  readonly hard?: Limit;
}

/** What can be limited. */
export type LimitItem =
  | 'core'
  | 'data'
  | 'fsize'
  | 'memlock'
  | 'nofile'
  | 'rss'
  | 'stack'
  | 'cpu'
  | 'nproc'
  | 'as'
  | 'maxlogins'
  | 'maxsyslogins'
  | 'nonewprivs'
  | 'priority'
  | 'locks'
  | 'sigpending'
  | 'msgqueue'
  | 'nice'
  | 'rtprio';

interface Present {
  /**
   * Limits by item; one value is both soft and hard. `core`, `data`, `fsize`, `memlock`, `rss`, `stack` and `as` are in
   * KiB, `cpu` in minutes, `msgqueue` in bytes, all others are counts.
   */
  readonly limits: Readonly<Partial<Record<LimitItem, Limit | SoftAndHard>>>;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  readonly limits?: never;
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
    const lines = Object.entries(o.limits).flatMap(([item, given]) =>
      sides(given).map(([type, value]) => `${domain}\t${type}\t${item}\t${value}\n`),
    );
    return [file(path, { content: `# Managed by tsplay.\n${lines.join('')}`, mode: '644' })];
  },
});

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
