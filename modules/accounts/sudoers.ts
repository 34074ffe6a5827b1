import { createHash } from 'node:crypto';
import {
  builtins,
  defineModule,
  file,
  noFile,
  option,
  requires,
  type OptionRule,
  type OptionRules,
} from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import { sameName } from '../tools.ts';

interface Rule {
  /** Who may: users by name. @defaultValue none: those of `group` may */
  readonly user?: string | readonly string[];
  /** Members of these groups may. @defaultValue none: those of `user` may */
  readonly group?: string | readonly string[];
  /**
   * Commands with absolute paths, as they are typed; one without arguments may have any, and `""` behind it none.
   * `'ALL'` is every command. Left out, `content` is the file.
   */
  readonly commands?: 'ALL' | readonly string[];
  /** As whom: `'user'`, `'user:group'`, `':group'` or `'ALL'`. @defaultValue 'root' */
  readonly runAs?: string;
  /** Without a password. @defaultValue false */
  readonly noPassword?: boolean;
  readonly content?: never;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Whole {
  readonly user?: never;
  readonly group?: never;
  readonly commands?: never;
  readonly runAs?: never;
  readonly noPassword?: never;
  /** The whole file, for what the other options cannot say, such as `Defaults`. Left out, it is made of them. */
  readonly content: string;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  readonly user?: never;
  readonly group?: never;
  readonly commands?: never;
  readonly runAs?: never;
  readonly noPassword?: never;
  readonly content?: never;
  /** No such file. */
  readonly state: 'absent';
}

/** Options of {@link sudoers}. */
export type SudoersOptions = Rule | Whole | Absent;

/** In capitals it would be an alias. */
const who = option.line(
  /^(?![A-Z][A-Z0-9_]*$)[A-Za-z_][\w.@\\ -]*\$?$/,
  'the name of an account, and not in capitals, which sudo takes for an alias',
);

const oneOrMore: OptionRule = (name, value) =>
  Array.isArray(value) ? option.listOf(who, 1)(name, value) : who(name, value);

const command: OptionRule = (name, value) => {
  const wrong = option.line(/^(sudoedit )?\//, "a command with an absolute path, or 'sudoedit /path'")(
    name,
    value,
  );
  if (wrong.length > 0) return wrong;
  return String(value).includes('\\')
    ? [`${name} must have no backslash; write such a rule as content: ${option.quoted(String(value))}`]
    : [];
};

const options: OptionRules<SudoersOptions> = {
  user: oneOrMore,
  group: oneOrMore,
  commands: (name, value) =>
    value === 'ALL'
      ? []
      : Array.isArray(value)
        ? option.listOf(command, 1)(name, value)
        : [`${name} must be 'ALL' or a list of commands, not ${option.shown(value)}`],
  runAs: option.line(
    /^(ALL|[A-Za-z_][\w.-]*\$?)?(:(ALL|[A-Za-z_][\w.-]*\$?))?$/,
    "'user', 'user:group', ':group' or 'ALL'",
  ),
  noPassword: option.flag,
  content: option.word,
  state: option.oneOf('present', 'absent'),
};

/**
 * Who may run what as whom by sudo, in a file of its own: `/etc/sudoers.d/NAME` (0440). `visudo` looks at it before it
 * goes live, in check mode too: a mistake in it would lock everybody out of sudo.
 *
 * @example sudoers('ops', { group: 'ops', commands: 'ALL' })
 * @example
 * sudoers('deploy', { user: 'deploy', commands: ['/usr/bin/systemctl restart app'], noPassword: true })
 * @example sudoers('defaults', { content: 'Defaults:deploy !requiretty\n' })
 * @example sudoers('old', { state: 'absent' })
 * @see https://www.sudo.ws/docs/man/sudoers.man/
 */
export const sudoers = defineModule<SudoersOptions>('sudoers', {
  options,
  check(name, o, problem) {
    if (!/^\w[\w-]{0,99}$/.test(name) || !/^[\x21-\x7e]+$/.test(name)) {
      problem(
        `the name must be at most 100 letters, digits, '_' and '-': sudo passes over files with a '.' or '~', not ${option.quoted(name)}`,
      );
    }
    if (o.state === 'absent') return checkAbsent(o, [], problem);
    if (o.content !== undefined) {
      for (const key of ['user', 'group', 'commands', 'runAs', 'noPassword'] as const)
        if (o[key] !== undefined) problem(`content and ${key} exclude each other`);
      return;
    }
    if (o.user === undefined && o.group === undefined) problem('user or group is missing (or content)');
    if (o.commands === undefined) problem("commands is missing: a list, or 'ALL'");
  },
  steps(name, o) {
    const path = `/etc/sudoers.d/${name}`;
    if (o.state === 'absent') return [noFile(path)];
    const content = o.content === undefined ? ruleText(o) : o.content.replace(/\n?$/, '\n');
    const digest = createHash('sha256').update(content).digest('hex');
    return [
      sameName('visudo', 'sudo'),
      requires(`a sound ${path}`, {
        test: builtins`ts_file_settled ${path} '' '' ${digest} || ts_sudoers ${content}`,
        otherwise: `${path} must not go live`,
      }),
      file(path, { content, mode: '440', owner: 'root:root' }),
    ];
  },
});

/** What ends a name, a command or an argument, unless a backslash stands before it. */
function escaped(text: string): string {
  return text.replaceAll(/[\\,:=#]/g, '\\$&').replaceAll(' ', '\\ ');
}

function ruleText({
  user = [],
  group = [],
  commands = [],
  runAs = 'root',
  noPassword = false,
}: Rule): string {
  const accounts = [...[user].flat().map(escaped), ...[group].flat().map((one) => `%${escaped(one)}`)];
  const allowed =
    commands === 'ALL' ? commands : commands.map((one) => one.replaceAll(/[,:=#]/g, '\\$&')).join(', ');
  const tag = noPassword ? 'NOPASSWD: ' : '';
  return `# Managed by tsplay.\n${accounts.join(', ')} ALL=(${runAs}) ${tag}${allowed}\n`;
}
