import { action, defineModule, sh, Sh, type ResultTest, type TaskResult } from '../../src/steps/index.ts';

/** Options of {@link command}. */
export interface CommandOptions {
  /** What to run: a list of words, or shell text made by `` sh`…` ``. */
  readonly run: readonly [string, ...string[]] | Sh;
  /** Do not run it if this path exists. */
  readonly creates?: string;
  /** Do not run it if this command succeeds. */
  readonly unless?: readonly [string, ...string[]] | Sh;
  /** It only reads: it runs in check mode too, and is never a change. @defaultValue false */
  readonly reads?: boolean;
  /** Folder to run it in. @defaultValue that of the login */
  readonly chdir?: string;
  /** Environment variables, beside those of the login. They show in the process list of the host's root. */
  readonly env?: Readonly<Record<string, string>>;
  /** Exit statuses that count as success. @defaultValue [0] */
  readonly successCodes?: readonly number[];
  /**
   * When it has changed something: a predicate that the host decides (`rc.in(…)`, `stdout.matches(…)`), or a
   * function of the result, which makes the task a barrier. @defaultValue always
   */
  readonly changedWhen?: ResultTest | ((result: CommandResult) => boolean);
  /** When it has failed, likewise. @defaultValue when its status is not one of `successCodes` */
  readonly failedWhen?: ResultTest | ((result: CommandResult) => boolean);
  /** What takes the change back at a rollback. Left out, it cannot be taken back. */
  readonly undo?: readonly [string, ...string[]] | Sh;
}

/** What a command printed and how it ended. */
export interface CommandResult extends TaskResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status; undefined if it was not run. */
  readonly rc: number | undefined;
}

/**
 * Runs a command. Without `creates` or `unless` it runs every time and counts as a change every time.
 *
 * @example
 * command('index', { run: ['updatedb'], creates: '/var/lib/mlocate/mlocate.db' })
 * @example
 * const kernel = await command('kernel', { run: ['uname', '-r'], reads: true }).result();
 */
export const command = defineModule<CommandOptions, CommandResult>('command', {
  check(_name, o, problem) {
    if (!(o.run instanceof Sh) && (!Array.isArray(o.run) || o.run.length === 0)) {
      problem('run must be a list of words or sh`…`');
    }
    const guards = [o.creates !== undefined, o.unless !== undefined, o.reads === true].filter(Boolean).length;
    if (o.reads === true && o.changedWhen !== undefined) {
      problem('reads never changes anything, so changedWhen makes no sense');
    }
    if (o.failedWhen !== undefined && o.successCodes !== undefined) {
      problem('failedWhen and successCodes exclude each other');
    }
    if (guards > 1) problem('creates, unless and reads exclude each other');
    if (o.creates !== undefined && !o.creates.startsWith('/')) problem('creates must be an absolute path');
    if (o.chdir !== undefined && !o.chdir.startsWith('/')) problem('chdir must be an absolute path');
    for (const name of Object.keys(o.env ?? {})) {
      if (!/^[A-Za-z_]\w*$/.test(name)) problem(`'${name}' cannot be the name of an environment variable`);
    }
    for (const code of o.successCodes ?? []) {
      if (!Number.isInteger(code) || code < 0 || code > 255) problem(`${code} is not an exit status`);
    }
  },
  judge({ changedWhen, failedWhen }) {
    if (typeof changedWhen !== 'function' && typeof failedWhen !== 'function') return undefined;
    return (result) => ({
      changed: typeof changedWhen === 'function' ? changedWhen(result) : undefined,
      failed: typeof failedWhen === 'function' ? failedWhen(result) : undefined,
    });
  },
  steps(name, o) {
    const before: Sh[] = [];
    if (o.chdir !== undefined) before.push(sh`cd ${o.chdir} || exit`);
    for (const [key, value] of Object.entries(o.env ?? {})) before.push(sh`export ${new Word(key)}=${value}`);
    const guard =
      o.reads === true
        ? ({ kind: 'reads' } as const)
        : o.unless !== undefined
          ? ({ kind: 'unless', command: text(o.unless) } as const)
          : o.creates !== undefined
            ? ({ kind: 'creates', path: o.creates } as const)
            : ({ kind: 'none' } as const);
    return [
      action(name, {
        run: lines([...before, text(o.run)]),
        guard,
        undo: o.undo === undefined ? undefined : text(o.undo),
        codes: o.successCodes ?? [0],
        changed: typeof o.changedWhen === 'function' ? undefined : o.changedWhen,
        failed: typeof o.failedWhen === 'function' ? undefined : o.failedWhen,
        judged: typeof o.changedWhen === 'function',
      }),
    ];
  },
});

function text(run: readonly string[] | Sh): Sh {
  return run instanceof Sh ? run : sh`${run}`;
}

/** A word that the checks above have found to be a plain name. */
class Word extends Sh {}

function lines(parts: readonly Sh[]): Sh {
  return parts.reduce(
    (all, part) => sh`${all}
${part}`,
  );
}
