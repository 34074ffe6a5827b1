import {
  defineModule,
  fingerprint,
  option,
  Secret,
  type OptionRule,
  type OptionRules,
} from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { checkCreation, creation, rewriting, type Creation, type NoCreation } from './created.ts';
import { editSteps } from './edit-step.ts';
import { holds, secretLine } from './lines.ts';
import { wholeFileProblems } from '../whole-file.ts';

type Value = string | number | boolean | Secret;

interface Place {
  /** Name between the brackets. Several sections of that name count as one. @defaultValue what stands before any section */
  readonly section?: string;
}

interface Present extends Place, Creation {
  /** The key. Left out, there must only be such a section. */
  readonly key?: string;
  /** Its one value: further lines of this key in the section go. @defaultValue what `values` says */
  readonly value?: Value;
  /** Its values, where a key may stand several times: each in a line of its own, in this order. @defaultValue what `value` says */
  readonly values?: readonly Value[];
  /**
   * What stands between key and value in lines that are new. With a colon in it, keys end at a colon.
   * @defaultValue as in the lines that are there, else `' = '`
   */
  readonly separator?: string;
  /** Whether it is there. @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent extends Place, NoCreation {
  /** The key that goes. Left out, the whole section goes. */
  readonly key?: string;
  /** Only lines with one of these values go. @defaultValue all lines of the key */
  readonly values?: readonly Value[];
  readonly value?: never;
  readonly separator?: string;
  /** The key, or the section, goes. */
  readonly state: 'absent';
}

/** Options of {@link ini}. */
export type IniOptions = Present | Absent;

const value: OptionRule = (name, given) => {
  if (typeof given === 'number' || typeof given === 'boolean') {
    return Number.isNaN(given) ? [`${name} is not a number`] : [];
  }
  const wrong = secretLine(name, given);
  return wrong.length === 0 && holds(given as string | Secret, /^[ \t]|[ \t]$/)
    ? [`${name} must not begin or end with white space: no program would see it`]
    : wrong;
};

const options: OptionRules<IniOptions> = {
  section: option.line(/^[^\]\s]([^\]]*[^\]\s])?$/, 'the name of a section, without brackets'),
  key: option.line(/^[^[#;=:\s]([^=:]*[^=:\s])?$/, 'the name of a key, without = and :'),
  value,
  values: option.listOf(value, 1),
  separator: option.rule("= or : with or without blanks around it, such as ' = '", (given) =>
    /^ ?[=:] ?$/.test(String(given)),
  ),
  ...creation,
  state: option.oneOf('present', 'absent'),
};

/**
 * A key in a section of an INI file. Its line keeps its place and the white space around its `=`, comments stay, and so
 * does all else. A value is what stands behind the `=`, without white space around it; quotes and comments behind it are
 * part of it. A key that is commented out is none. A value that ends in a backslash goes on in the next line, where that begins
 * with white space, and is replaced with it.
 *
 * @example
 * ini('/etc/systemd/journald.conf', { section: 'Journal', key: 'SystemMaxUse', value: '500M' })
 * @example
 * ini('/etc/app.ini', { section: 'database', key: 'password', value: vars.password }) // a secret is shown in no diff
 * @example
 * ini('/etc/systemd/timesyncd.conf', { section: 'Time', key: 'NTP', state: 'absent' })
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html for files of this kind
 */
export const ini = defineModule<IniOptions>('ini', {
  options,
  claims: (path, o) => [
    {
      resource: `[${o.section ?? ''}] ${o.key ?? ''} of file:${option.plainPath(path)}`,
      value: o.state === 'absent' ? 'absent' : wanted(o).map(named).join(', '),
    },
  ],
  check(path, o, problem) {
    wholeFileProblems(path, o).forEach(problem);
    if (o.key === undefined) {
      if (o.section === undefined) problem('give section, key, or both');
      for (const name of ['value', 'values'] as const)
        if (o[name] !== undefined) problem(`${name} needs a key`);
    }
    if (o.state === 'absent') {
      checkAbsent(o, ['section', 'key', 'values', 'separator', ...rewriting], problem);
      return;
    }
    if (o.value !== undefined && o.values !== undefined) problem('value and values exclude each other');
    if (o.key !== undefined && o.value === undefined && o.values === undefined) {
      problem("value is missing (or say state: 'absent')");
    }
    checkCreation(o, problem);
  },
  steps(path, o) {
    const { section, key = '', separator = '' } = o;
    const where = [section === undefined ? 'no' : 'yes', section ?? '', key] as const;
    const mark = separator.includes(':') ? ':' : '=';
    return editSteps(
      path,
      // Something before them tells no values from one that is empty.
      ['ini', o.state ?? 'present', ...where, mark, separator, ['', ...wanted(o)]],
      o.state === 'absent' ? 'leave' : 'fail',
      o,
    );
  },
});

function wanted({ value, values }: IniOptions): readonly (string | Secret)[] {
  const all = values ?? (value === undefined ? [] : [value]);
  return all.map((one) => (one instanceof Secret ? one : String(one)));
}

function named(one: string | Secret): string {
  return one instanceof Secret ? `a secret ${fingerprint(one)}` : option.quoted(one);
}
