import { defineModule, file, noFile, option, type OptionRules } from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { accountName } from '../../files/ownership.ts';
import { cronField, fields } from './cron-time.ts';
import { crontabSteps, userStep } from './crontab-steps.ts';

interface Present {
  /**
   * The command, as `/bin/sh` gets it. A `%` in it is written as `\%`, since cron would take it for the end of a line.
   * It must not hold secrets: they would show in process lists and mails.
   */
  readonly job: string;
  /** Whom it runs as; there must be such a user. @defaultValue 'root'; with `crontab: 'user'`, whoever runs the task */
  readonly user?: string;
  /**
   * Where it stands: in a file of its own below `/etc/cron.d`, or in the crontab of its user, which `crontab -l` lists.
   * @defaultValue 'system'
   */
  readonly crontab?: 'system' | 'user';
  /** 0 to 59, `'*'`, `'*\/5'`, `'0,30'`. Needed, unless `special` is given. */
  readonly minute?: number | string;
  /** 0 to 23, likewise. @defaultValue '*' */
  readonly hour?: number | string;
  /** Of the month, 1 to 31. With `weekday`, cron runs the job on days that match either. @defaultValue '*' */
  readonly day?: number | string;
  /** 1 to 12, or `jan` to `dec`. @defaultValue '*' */
  readonly month?: number | string;
  /** 0 to 7, both ends being Sunday, or `sun` to `sat`. @defaultValue '*' */
  readonly weekday?: number | string;
  /** In place of the five. @defaultValue what they say */
  readonly special?: 'reboot' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly';
  /** Variables, such as `MAILTO` and `PATH`. @defaultValue those of cron */
  readonly env?: Readonly<Record<string, string>>;
  /** Kept, but not run. @defaultValue false */
  readonly disabled?: boolean;
  /** Whether there is such a job. @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  readonly job?: never;
  /** As it was given. */
  readonly user?: string;
  /** As it was given. */
  readonly crontab?: 'system' | 'user';
  readonly minute?: never;
  readonly hour?: never;
  readonly day?: never;
  readonly month?: never;
  readonly weekday?: never;
  readonly special?: never;
  readonly env?: never;
  readonly disabled?: never;
  /** The job goes. */
  readonly state: 'absent';
}

/** Options of {@link cron}. */
export type CronOptions = Present | Absent;

const options: OptionRules<CronOptions> = {
  job: option.line(),
  user: accountName,
  crontab: option.oneOf('system', 'user'),
  minute: cronField('minute'),
  hour: cronField('hour'),
  day: cronField('day'),
  month: cronField('month'),
  weekday: cronField('weekday'),
  special: option.oneOf('reboot', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'),
  env: option.mapOf(
    (name, value) =>
      typeof value === 'string' && /^[^\p{Cc}\p{Cs}]*$/u.test(value) && !/^["']|["']$/.test(value)
        ? []
        : [`${name} must be a text of one line, without quotes around it, not ${option.shown(value)}`],
    (name) =>
      /^[A-Za-z_]\w*$/.test(name) ? undefined : `${option.quoted(name)} cannot be the name of a variable`,
  ),
  disabled: option.flag,
  state: option.oneOf('present', 'absent'),
};

const times = Object.keys(fields) as (keyof typeof fields)[];

/**
 * A job of cron, in a file of its own: `/etc/cron.d/tsplay-NAME`, or in the crontab of a user. Cron passes over files
 * there that have dots in their names, so a name is letters, digits, hyphens and underscores. The cron of busybox, which
 * Alpine has, reads crontabs of users only.
 *
 * @example cron('backup', { job: '/usr/local/bin/backup', hour: 3, minute: 30, env: { MAILTO: 'ops@example.org' } })
 * @example cron('warm', { job: 'curl -fsS localhost/warm', special: 'reboot', user: 'www-data' })
 * @example cron('mail', { job: 'fetchmail -s', minute: '*\/5', user: 'deploy', crontab: 'user' })
 * @example cron('backup', { state: 'absent' })
 * @see https://man7.org/linux/man-pages/man5/crontab.5.html
 */
export const cron = defineModule<CronOptions>('cron', {
  options,
  cautions: (_name, { day, weekday }) =>
    day !== undefined && weekday !== undefined && ![day, weekday].some((one) => String(one).startsWith('*'))
      ? ['with both day and weekday, cron runs the job on days that match either of them']
      : [],
  check(name, o, problem) {
    if (!/^[A-Za-z0-9_-]{1,200}$/.test(name)) {
      problem(
        `the name must be letters, digits, - and _: cron passes over files with other names, and ${option.quoted(name)} is one`,
      );
    }
    if (o.state === 'absent') {
      checkAbsent(o, ['user', 'crontab'], problem);
      return;
    }
    if (o.job === undefined) problem("job is missing (or say state: 'absent')");
    else if (String(o.job).includes(String.raw`\%`))
      problem(String.raw`job has \% in it: write %, which is escaped here`);
    const given = times.filter((time) => o[time] !== undefined);
    if (o.special !== undefined) {
      for (const time of given) problem(`special and ${time} exclude each other`);
    } else if (o.minute === undefined) {
      problem("minute is missing: it would run every minute (say minute: '*' if that is meant, or special)");
    }
    if (o.crontab === 'user' && o.env !== undefined) {
      problem("env would hold for other jobs of the user's crontab, too; set variables in the job");
    }
    const line = lineOf(o);
    // Vixie cron reads commands of at most 998 bytes.
    if (Buffer.byteLength(line) > 990)
      problem(`job is too long for a crontab: ${Buffer.byteLength(line)} bytes, of 990`);
  },
  claims: (name, o) =>
    o.crontab === 'user'
      ? [
          {
            resource: `job ${name} in crontab:${o.user ?? ''}`,
            value: o.state === 'absent' ? 'absent' : lineOf(o),
          },
        ]
      : [],
  steps(name, o) {
    if (o.crontab === 'user') return crontabSteps(name, o.user, o.state === 'absent' ? undefined : lineOf(o));
    const path = `/etc/cron.d/tsplay-${name}`;
    if (o.state === 'absent') return [noFile(path)];
    const variables = Object.entries(o.env ?? {}).map(([key, value]) => `${key}="${value}"\n`);
    const content = `# Managed by tsplay.\n${variables.join('')}${lineOf(o)}\n`;
    // Cron takes no file that others than root could write.
    return [
      ...(o.user === undefined || o.user === 'root' ? [] : [userStep(o.user)]),
      file(path, { content, mode: '644', owner: 'root:root' }),
    ];
  },
});

function lineOf(o: CronOptions): string {
  const when = o.special === undefined ? times.map((time) => o[time] ?? '*').join(' ') : `@${o.special}`;
  const user = o.crontab === 'user' ? '' : ` ${o.user ?? 'root'}`;
  const off = o.disabled === true ? '#' : '';
  return `${off}${when}${user} ${String(o.job).replaceAll('%', String.raw`\%`)}`;
}
