import {
  action,
  defineModule,
  option,
  type ModuleDefinition,
  type OptionRule,
  type OptionRules,
  type ResultTest,
  type Secret,
  type Sh,
  type TaskOptions,
  type TaskResult,
} from '../../../src/steps/index.ts';
import { guardOf, job, needs, placed } from './command-shell.ts';

/** What to run: a list of words, run as they are by no shell, or shell text made by `` sh`…` ``. */
export type CommandLine = readonly [string, ...string[]] | Sh;

/** Options of {@link command}. */
export interface CommandOptions {
  /** What to run. It finds nothing on its standard input, unless `stdin` is given. */
  readonly run: CommandLine;
  /**
   * Do not run it if this path exists. It must exist when the command has run. Without it, `unless` or `reads` it
   * runs each time.
   */
  readonly creates?: string;
  /**
   * Run it only if this path exists, a dangling link counting as one. It must be gone when the command has run.
   * @defaultValue it is not asked for
   */
  readonly removes?: string;
  /** Do not run it if this command succeeds. Without it, `creates` or `reads` it runs each time. */
  readonly unless?: CommandLine;
  /**
   * Run it only if this command succeeds; with `creates`, `removes` or `unless` both must ask for it. It is asked in check
   * mode too, so it must change nothing.
   */
  readonly onlyIf?: CommandLine;
  /** It only reads: it runs in check mode too, and is never a change. @defaultValue false */
  readonly reads?: boolean;
  /** Folder to run it in, and `unless`, `onlyIf` and `undo`. @defaultValue that of the login */
  readonly chdir?: string;
  /**
   * Environment variables beside those of the login, for `unless`, `onlyIf` and `undo` too. They show in the host's process list
   * to its root, so secrets go through `stdin`.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from its standard input; the place for a secret. @defaultValue nothing */
  readonly stdin?: string | Secret | Uint8Array;
  /** Exit statuses that count as success. @defaultValue [0] */
  readonly successCodes?: readonly number[];
  /**
   * When it has changed something: a predicate that the host decides (`rc.in(…)`, `stdout.matches(…)`), or a
   * function of the result, which makes the task a barrier. @defaultValue always
   */
  readonly changedWhen?: ResultTest | ((result: CommandResult) => boolean);
  /** When it has failed, likewise. @defaultValue when its status is not one of `successCodes` */
  readonly failedWhen?: ResultTest | ((result: CommandResult) => boolean);
  /**
   * What it must come to, decided by the host: as long as this does not hold it has failed, and is tried again
   * (`retries`, every `delay` seconds).
   * In place of `failedWhen` and `successCodes`; without it those decide.
   *
   * @example command('up', { run: ['curl', '-fs', url], reads: true, until: rc.in(0), retries: 30, delay: 2 })
   */
  readonly until?: ResultTest;
  /**
   * A long job: it runs apart from the connection. If that is lost, the job goes on; tsplay connects again and follows it,
   * and so does a later run that has the same to do, instead of starting a second one. `timeLimit` then ends the
   * waiting, and not the job. @defaultValue false
   */
  readonly detach?: boolean;
  /**
   * What takes the change back at a rollback. Left out, it cannot be taken back. With `creates`, `removes` or `unless` it
   * is run only where these say that there is something to take back.
   */
  readonly undo?: CommandLine;
}

/** What a command printed and how it ended. */
export interface CommandResult extends TaskResult {
  /** The last mebibyte of it, where it was more. */
  readonly stdout: string;
  /** The last mebibyte of it, where it was more. */
  readonly stderr: string;
  /** Exit status; undefined if it was not run. 128 and the number of a signal, if that has ended it. */
  readonly rc: number | undefined;
}

/** A command line: words, or shell text. */
export const commandLine: OptionRule = (name, value) => {
  if (!Array.isArray(value)) return option.shellText(name, value).length === 0 ? [] : [notRun(name, value)];
  const wrong = option.listOf(option.word, 1)(name, value);
  const [program] = value as readonly unknown[];
  return wrong.length === 0 && !/^[^-]/.test(String(program))
    ? [`${name} must begin with the name of a program, not ${option.shown(program)}`]
    : wrong;
};

const notRun = (name: string, value: unknown): string =>
  `${name} must be a list of words such as ['ls', '-l'], or sh\`…\`, not ${option.shown(value)}`;

const status = option.whole(0, 255);

const predicate: OptionRule = (name, value) => {
  if (typeof value === 'function') return [];
  const { kind, codes, ere } = option.isPlain(value) ? value : {};
  if (kind === 'rc') return option.listOf(status, 1)(name, codes);
  if (kind === 'stdout') return option.line()(`the expression of ${name}`, ere);
  return [
    `${name} must be rc.in(…), stdout.matches(…) or the like, or a function, not ${option.shown(value)}`,
  ];
};

const options: OptionRules<CommandOptions> = {
  run: commandLine,
  creates: option.path,
  removes: option.path,
  unless: commandLine,
  onlyIf: commandLine,
  reads: option.flag,
  detach: option.flag,
  chdir: option.path,
  env: option.mapOf(option.word, (name) =>
    /^[A-Za-z_]\w*$/.test(name)
      ? undefined
      : `${option.quoted(name)} cannot be the name of an environment variable`,
  ),
  stdin: option.content,
  successCodes: option.listOf(status, 1),
  changedWhen: predicate,
  failedWhen: predicate,
  until: (name, value) =>
    typeof value === 'function'
      ? [`${name} is decided on the host: give rc.in(…), stdout.matches(…) or the like`]
      : predicate(name, value),
  undo: commandLine,
};

const excluding = [
  ['creates', 'unless'],
  ['removes', 'unless'],
  ['creates', 'reads'],
  ['removes', 'reads'],
  ['unless', 'reads'],
  ['onlyIf', 'reads'],
] as const;

type Predicate = CommandOptions['failedWhen'];

/** What the host can decide by itself. */
function hostTest(predicate: Predicate): ResultTest | undefined {
  return typeof predicate === 'function' ? undefined : predicate;
}

/** What runs a command; a script is one, too. */
export const commandDefinition = {
  options,
  check(_name, o, problem) {
    if (o.run === undefined) problem('run is missing');
    const guards = (['creates', 'removes', 'unless', 'onlyIf', 'reads'] as const).filter(
      (key) => o[key] !== undefined && o[key] !== false,
    );
    for (const [one, other] of excluding)
      if (guards.includes(one) && guards.includes(other)) problem(`${one} and ${other} exclude each other`);
    if (o.reads === true) {
      for (const key of ['changedWhen', 'undo'] as const) {
        if (o[key] !== undefined) problem(`reads never changes anything, so ${key} makes no sense`);
      }
    }
    if (o.failedWhen !== undefined && o.successCodes !== undefined) {
      problem('failedWhen and successCodes exclude each other');
    }
    if (o.detach === true) {
      for (const key of ['reads', 'stdin'] as const)
        if (o[key] !== undefined && o[key] !== false) problem(`detach and ${key} exclude each other`);
    }
    if (o.until !== undefined) {
      for (const key of ['failedWhen', 'successCodes'] as const)
        if (o[key] !== undefined) problem(`until and ${key} exclude each other`);
      if (!((o as TaskOptions).retries ?? 0)) problem('until has nothing to try again without retries');
    }
  },
  judge({ changedWhen, failedWhen }) {
    if (typeof changedWhen !== 'function' && typeof failedWhen !== 'function') return undefined;
    return (result) => ({
      changed: typeof changedWhen === 'function' ? changedWhen(result) : undefined,
      failed: typeof failedWhen === 'function' ? failedWhen(result) : undefined,
    });
  },
  steps: (name, o) => [
    action(name, {
      run: o.detach === true ? job(name, placed(o, o.run)) : placed(o, o.run),
      survives: o.detach === true,
      guard: guardOf(o),
      onlyIf: o.onlyIf && placed(o, o.onlyIf),
      needs: needs(o),
      input: o.stdin,
      undo: o.undo && placed(o, o.undo),
      codes: o.successCodes ?? [0],
      changed: hostTest(o.changedWhen),
      failed: o.until ? { ...o.until, holds: !o.until.holds } : hostTest(o.failedWhen),
      judged: typeof o.changedWhen === 'function',
    }),
  ],
} satisfies ModuleDefinition<CommandOptions, CommandResult>;

/**
 * Runs a command: a list of words, which no shell looks at, or shell text (pipes, `&&`, globs after `set +f`) as
 * `` sh`…` ``. Without `creates`, `removes`, `unless` or `onlyIf` it runs every time and counts as a change every time.
 *
 * @example
 * command('index', { run: ['updatedb'], creates: '/var/lib/mlocate/mlocate.db' })
 * @example
 * const kernel = await command('kernel', { run: ['uname', '-r'], reads: true }).result();
 * @example
 * command('rename', { run: ['mv', '/etc/old.conf', '/etc/new.conf'], removes: '/etc/old.conf' })
 * @example
 * command('sync', { run: sh`rsync -a /srv/a/ /srv/b/`, failedWhen: rc.notIn(0, 24) })
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/sh.html for the shell that `` sh`…` `` is run by
 */
export const command = defineModule<CommandOptions, CommandResult>('command', commandDefinition);
