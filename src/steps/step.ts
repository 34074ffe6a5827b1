import { stepError } from '../errors/steps.ts';
import { reveal, Secret } from '../secrets/secret.ts';
import type { Content, InlineContent, LocalFile } from './content.ts';
import { plainPath } from './path.ts';
import type { ResultTest } from './result-test.ts';
import { Sh } from './sh.ts';

/** Something on the host that steps stand inside of or make: `link:bond0`, `module:ip_vs`. No white space. */
export type Resource = `${string}:${string}`;

/** How a value is read: by a command, or as the first line of a file of /proc or /sys without any process. */
export type Read =
  | { readonly kind: 'command'; readonly command: Sh; readonly absent: readonly number[] }
  | { readonly kind: 'line'; readonly path: string };

/**
 * A list that many steps look at, such as all rules of a table. It is made once, at the first need, and again only
 * after something on the host was changed.
 */
export interface Query {
  readonly kind: 'query';
  /** Letters, digits and underscores; unique within a program. */
  readonly name: string;
  readonly command: Sh;
  /** What this step asks about; those of all steps of a program are the `"$@"` of the command. */
  readonly items: readonly string[];
  /** Among the items are the paths that tasks of the play declare. */
  readonly declared?: boolean | undefined;
  /** What the command printed, as one word, for the reading halves of the steps that name this query. */
  readonly output: Sh;
  /** It is made only if a reading half that runs in place asks for it, by `ts_query NAME`. */
  readonly lazy: boolean;
}

/** Shell functions that halves of several steps call. They stand in a program once. */
export interface Library {
  readonly kind: 'library';
  readonly name: string;
  readonly functions: Sh;
}

/**
 * Makes a {@link Query}. With `items` the command is asked once about the items of all steps of the program, which it
 * finds in `"$@"`: one process for all packages of a play, and not one for each.
 *
 * @example query('dpkg', sh`dpkg-query -W "$@"`, ['nginx'])
 */
export function query(name: string, command: Sh, items: readonly string[] = []): Query {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw stepError('bad-query-name', { name });
  return { kind: 'query', name, command, items, output: new Sh(`"$ts_query_${name}"`), lazy: false };
}

/** The same query, made only if a reading half that runs in place (`builtins`) asks for it, by `ts_query NAME`. */
export function lazily(asked: Query): Query {
  return { ...asked, lazy: true };
}

/**
 * Shell functions that halves of several steps call: they stand in a program once, and only where steps name them in
 * `uses`. Their names begin with that of the library and an underscore.
 *
 * @example library('pkg', sh`pkg_version() { dpkg-query -W -f '\${Version}' "$1"; }`)
 */
export function library(name: string, functions: Sh): Library {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw stepError('bad-query-name', { name });
  return { kind: 'library', name, functions };
}

/**
 * The paths on the host that tasks of the play declare, one a line: those of all tasks that are registered when the
 * program is sent.
 */
export const declaredPaths: Query = {
  ...query('declared', new Sh(`printf '%s\\n' "$@"`)),
  declared: true,
};

/** What all kinds of step can say. */
export interface StepOptions {
  /**
   * Lists that its reading half looks at, of which one that cannot be read makes the step unreadable; and functions that
   * its halves call.
   */
  readonly uses?: readonly (Query | Library)[] | undefined;
  /** The step is about something inside this resource; see `fresh`. */
  readonly inside?: Resource | undefined;
  /**
   * What the step finds when `inside` has just been made: `'set'` when making it sets the wanted value, or the
   * value that a new one has. Left out, check mode says unknown.
   */
  readonly fresh?: 'set' | { readonly value: string } | undefined;
  /** The resource that this step makes, or takes away where it is `absent`. */
  readonly provides?: Resource | undefined;
  /** Whether the change is gone after a reboot. @defaultValue 'runtime' */
  readonly lifetime?: 'runtime' | 'disk' | undefined;
  /** Never show what was read and wanted. */
  readonly secret?: boolean | undefined;
  /** As the user has said it of the task, see {@link TaskOptions}. */
  readonly diff?: boolean | undefined;
}

export interface PresentStep extends StepOptions {
  readonly kind: 'present';
  readonly what: string;
  readonly want: boolean;
  /** Status 0: it is there; a status of `absent`: it is not; any other: it cannot be told. */
  readonly test: Sh;
  readonly absent: readonly number[];
  readonly create: Sh | undefined;
  readonly remove: Sh | undefined;
  /** Prints what `create` needs as `$1` to bring a removed thing back. */
  readonly save: Sh | undefined;
  readonly around: string | undefined;
}

/** Who needs a value of the host that others may need too. */
export interface Shared {
  /** The value, as claims name it: `sysctl:net/ipv4/ip_forward`. */
  readonly resource: Resource;
  /** Whoever needs it, the same from run to run: `ipvs:-t_192.0.2.1:80`. */
  readonly owner: string;
}

export interface ValueStep extends StepOptions {
  readonly kind: 'value';
  readonly what: string;
  readonly read: Read;
  readonly want: string | Secret;
  /** Sets the value `$1`. */
  readonly write: Sh;
  readonly around: string | undefined;
  /** What it was before our first change is kept, until nobody of ours needs it any more; see {@link release}. */
  readonly shared?: Shared | undefined;
}

export interface ReleaseStep extends StepOptions {
  readonly kind: 'release';
  readonly what: string;
  readonly read: Read;
  readonly write: Sh;
  readonly shared: Shared;
}

export interface EntriesStep extends StepOptions {
  readonly kind: 'entries';
  readonly what: string;
  readonly list: Sh;
  readonly absent: readonly number[];
  /** Each entry is its fields; the first one is its key. */
  readonly want: readonly (readonly string[])[];
  /** Keys that must not be there; only where the set is not exclusive. */
  readonly unwanted: readonly string[];
  readonly add: Sh;
  readonly change: Sh | undefined;
  readonly remove: Sh;
  readonly exclusive: boolean;
  readonly order: 'add-first' | 'remove-first';
  /** The keys are links that join a bond: their state comes back with an undo, and what stands on them stays. */
  readonly devices: boolean;
}

export interface FileStep extends StepOptions {
  readonly kind: 'file';
  readonly what: string;
  readonly path: string;
  /** Undefined: there must be no such file. */
  readonly content: Content | undefined;
  readonly mode: string | undefined;
  readonly owner: string | undefined;
  /** Gets the path of the new file as `$1` before that goes live, and fails if it must not. */
  readonly validate?: Sh | undefined;
  /** The version that a change of content replaces is kept beside it, with a `~` behind its name. */
  readonly backup?: boolean | undefined;
}

export interface FetchStep extends StepOptions {
  readonly kind: 'fetch';
  readonly what: string;
  readonly path: string;
  /** The file of the controller. */
  readonly to: string;
  /** The digest of what it has now; undefined if it is not there. */
  readonly sha256: string | undefined;
}

export interface EditStep extends StepOptions {
  readonly kind: 'edit';
  readonly what: string;
  readonly path: string;
  /** Gets the file on standard input and prints what it should be, also of what it has printed itself. */
  readonly filter: Sh;
  /** What the filter finds in `$ts_input`; the place for a secret. */
  readonly input: string | Secret | undefined;
  /** A test of builtins that succeeds only if the filter would change nothing: asked first, since it costs no process. */
  readonly same: Sh | undefined;
  /** Where there is no such file: that is an error, or one is made of what the filter makes of nothing, or all is well. */
  readonly missing: 'fail' | 'make' | 'leave';
  /** Of a file that is made. */
  readonly mode: string | undefined;
  /** Of a file that is made. */
  readonly owner: string | undefined;
  /** The filter knows only text: a file with NUL bytes is refused. */
  readonly text: boolean;
  /** As of a {@link FileStep}. */
  readonly validate?: Sh | undefined;
  /** As of a {@link FileStep}. */
  readonly backup?: boolean | undefined;
}

export interface PollStep extends StepOptions {
  readonly kind: 'poll';
  readonly what: string;
  readonly until: Sh;
  /** Seconds before the first look, where something is waited for. */
  readonly delay: number;
  /** Seconds. */
  readonly every: number;
  /** Seconds. */
  readonly limit: number;
}

export interface ActionStep extends StepOptions {
  readonly kind: 'action';
  readonly what: string;
  readonly run: Sh;
  readonly guard:
    | { readonly kind: 'none' }
    | { readonly kind: 'reads' }
    | { readonly kind: 'unless'; readonly command: Sh }
    | { readonly kind: 'creates'; readonly path: string }
    | { readonly kind: 'removes'; readonly path: string; readonly creates?: string | undefined };
  /** It runs only where this succeeds. */
  readonly onlyIf: Sh | undefined;
  /** Prints why it cannot run here, and fails; asked only where it would run. */
  readonly needs: Sh | undefined;
  /** Its undo comes when all else has been taken back. */
  readonly undoLast: boolean;
  /** It goes on when the connection is lost, and can be followed again. */
  readonly survives: boolean;
  /**
   * It takes the host down, which must be back after so many seconds: with the connection lost, another one goes on with this
   * very task, which then finds out by itself that it is done.
   */
  readonly returns: number | undefined;
  /** What it finds on its standard input. */
  readonly input: InlineContent | undefined;
  readonly undo: Sh | undefined;
  /** Exit statuses that count as success. */
  readonly codes: readonly number[];
  /** Whether it has changed something; left out, it always has. */
  readonly changed: ResultTest | undefined;
  /** Whether it has failed; left out, `codes` say so. */
  readonly failed: ResultTest | undefined;
  /** What it came to is decided here, when it has run: a check cannot tell. */
  readonly judged: boolean;
}

/** Changes that are made at once, by one command. */
export interface TransactionStep extends StepOptions {
  readonly kind: 'transaction';
  readonly what: string;
  /** Tells what differs, a line for each; nothing where all is well. */
  readonly plan: Sh;
  /** Brings the plan `$1` about. */
  readonly run: Sh;
  /** Takes the plan `$1` back; status 3 says that there was nothing to take back. */
  readonly undo: Sh | undefined;
  /** What `run` finds in `$ts_input`; the place for a secret. */
  readonly input?: string | Secret | undefined;
  /** A file of the controller, which `run` gets from `ts_body`. */
  readonly body?: LocalFile | undefined;
}

/** A program that must be on the host, with the package that has it on each distribution. */
export interface ToolStep extends StepOptions {
  readonly kind: 'tool';
  readonly what: string;
  /** The programs of which one suffices. */
  readonly tools: readonly string[];
  /** Whether this host needs it: status 0 says so, 1 that it does not. Left out, every host does. */
  readonly needed: Sh | undefined;
  /** os-release ID to package; the first one is told where the distribution is not listed. */
  readonly packages: Readonly<Record<string, string>>;
}

/** Something that must hold before the task may go on; in check mode too. */
export interface RequiresStep extends StepOptions {
  readonly kind: 'requires';
  readonly what: string;
  readonly test: Sh;
  readonly otherwise: string;
  /** An earlier task may bring it: where one would change something, a check does not know. */
  readonly later: boolean;
}

/** One guarded fact about the target. Pure data until it runs. */
export type Step =
  | PresentStep
  | ValueStep
  | ReleaseStep
  | EntriesStep
  | FileStep
  | FetchStep
  | EditStep
  | PollStep
  | ActionStep
  | TransactionStep
  | ToolStep
  | RequiresStep;

/** Reads a value by a command. `absent` are the exit statuses that mean "there is none". */
export function reading(command: Sh, absent: readonly number[] = []): Read {
  return { kind: 'command', command, absent };
}

/** Reads the first line of a file of /proc, without a process. No such file: absent. */
export function procFile(path: `/proc/${string}`): Read {
  return { kind: 'line', path };
}

/** Reads the first line of a file of /sys, without a process. No such file: absent. */
export function sysFile(path: `/sys/${string}`): Read {
  return { kind: 'line', path };
}

/** Something that is there or not: `create` makes it where `test` fails. */
export function present(
  what: string,
  step: StepOptions & { test: Sh; absent?: readonly number[]; create: Sh; remove?: Sh },
): PresentStep {
  const { test, absent = [1], create, remove, ...options } = step;
  return {
    kind: 'present',
    what,
    want: true,
    test,
    absent,
    create,
    remove,
    save: undefined,
    around: undefined,
    ...options,
  };
}

/** The same with its halves exchanged: `remove` where `test` succeeds; `create` gets what `save` printed. */
export function absent(
  what: string,
  step: StepOptions & { test: Sh; absent?: readonly number[]; remove: Sh; create?: Sh; save?: Sh },
): PresentStep {
  const { test, absent: statuses = [1], create, remove, save, ...options } = step;
  return {
    kind: 'present',
    what,
    want: false,
    test,
    absent: statuses,
    create,
    remove,
    save,
    around: undefined,
    ...options,
  };
}

/** A value that is read, compared and written with `$1`. A secret one stands in no file and is not shown. */
export function value(
  what: string,
  step: StepOptions & { read: Read; want: string | Secret; write: Sh; shared?: Shared },
): ValueStep {
  return {
    kind: 'value',
    what,
    around: undefined,
    ...(step.want instanceof Secret ? { secret: true } : {}),
    ...step,
  };
}

/**
 * The owner of a shared value needs it no more. The last one puts back what was found before our first change;
 * where others need it, or somebody else has changed it since, it is left and that is said.
 */
export function release(
  what: string,
  step: StepOptions & { read: Read; write: Sh; shared: Shared },
): ReleaseStep {
  return { kind: 'release', what, ...step };
}

/** A set of entries by key; each that differs is added, changed or removed by itself. */
export function entries(
  what: string,
  step: StepOptions & {
    list: Sh;
    absent?: readonly number[];
    want: readonly (readonly string[])[];
    unwanted?: readonly string[];
    add: Sh;
    change?: Sh;
    remove: Sh;
    exclusive?: boolean;
    order?: 'add-first' | 'remove-first';
    devices?: boolean;
  },
): EntriesStep {
  const {
    absent: statuses = [],
    unwanted = [],
    change,
    exclusive = true,
    order = 'add-first',
    devices = false,
    ...rest
  } = step;
  return { kind: 'entries', what, absent: statuses, unwanted, change, exclusive, order, devices, ...rest };
}

/** A file with this content. */
export function file(
  path: string,
  step: StepOptions & {
    content: Content;
    mode?: string | undefined;
    owner?: string | undefined;
    validate?: Sh | undefined;
    backup?: boolean | undefined;
  },
): FileStep {
  const { content, mode, owner, ...options } = step;
  const plain = plainPath(path);
  return {
    kind: 'file',
    what: plain,
    path: plain,
    content,
    // As stat prints it.
    mode: mode === undefined ? undefined : Number.parseInt(mode, 8).toString(8),
    owner,
    lifetime: 'disk',
    ...(content instanceof Secret ? { secret: true } : {}),
    ...options,
  };
}

/** No file of this name. A symbolic link goes itself; a folder is refused. */
export function noFile(path: string, options: StepOptions = {}): FileStep {
  const plain = plainPath(path);
  return {
    kind: 'file',
    what: plain,
    path: plain,
    content: undefined,
    mode: undefined,
    owner: undefined,
    lifetime: 'disk',
    ...options,
  };
}

/** The controller has what stands in a file. `to` is absolute; `sha256` is that of what stands there now. */
export function fetched(
  path: string,
  step: StepOptions & { to: string; sha256: string | undefined },
): FetchStep {
  const plain = plainPath(path);
  return { kind: 'fetch', what: plain, path: plain, ...step };
}

/** A file through a filter that prints what it should be. */
export function edit(
  path: string,
  step: StepOptions & {
    filter: Sh;
    input?: string | Secret;
    same?: Sh | undefined;
    missing?: EditStep['missing'];
    mode?: string | undefined;
    owner?: string | undefined;
    text?: boolean;
    validate?: Sh | undefined;
    backup?: boolean | undefined;
  },
): EditStep {
  const { filter, input, same, missing = 'fail', mode, owner, text = false, ...options } = step;
  const plain = plainPath(path);
  return {
    kind: 'edit',
    what: plain,
    path: plain,
    filter,
    input,
    same,
    missing,
    mode,
    owner,
    text,
    lifetime: 'disk',
    ...(input instanceof Secret ? { secret: true } : {}),
    ...options,
  };
}

/** Waits until a command succeeds; status 1 means "not yet", and what it printed then says why not. */
export function poll(
  what: string,
  step: StepOptions & { until: Sh; delay?: number; every?: number; limit: number },
): PollStep {
  return { kind: 'poll', what, delay: 0, every: 1, ...step };
}

/**
 * Runs a command. Without a guard it runs every time and is a change every time. `undoLast` is for what makes others
 * notice a change, such as a restart: at a rollback it runs when all else has been taken back.
 */
export function action(
  what: string,
  step: StepOptions & {
    run: Sh;
    guard?: ActionStep['guard'];
    onlyIf?: Sh | undefined;
    needs?: Sh | undefined;
    input?: InlineContent | undefined;
    undo?: Sh | undefined;
    undoLast?: boolean;
    codes?: readonly number[];
    changed?: ResultTest | undefined;
    failed?: ResultTest | undefined;
    judged?: boolean;
    survives?: boolean;
    returns?: number;
  },
): ActionStep {
  const {
    run,
    guard = { kind: 'none' },
    onlyIf,
    needs,
    input,
    undo,
    undoLast = false,
    codes = [0],
    changed,
    failed,
    judged = false,
    survives = false,
    returns,
    ...options
  } = step;
  if (input instanceof Secret && reveal(input).includes('\0')) {
    throw stepError('nul-in-value', { what: `the secret input of ${what}` });
  }
  return {
    kind: 'action',
    what,
    run,
    guard,
    onlyIf,
    needs,
    input,
    undo,
    undoLast,
    codes,
    changed,
    failed,
    judged,
    survives,
    returns,
    ...options,
  };
}

/**
 * Changes that are made at once, by one command. `plan` tells what differs, a line of fields between tabs for each: what
 * is, what will be, and `wall` where nothing can take that back, or `unknown` where what will be is a reason why it
 * cannot be told. What follows is for `run` and `undo`, which find the plan as `$1`, and the number of the step in
 * `$TS_STEP`. When it has run, nothing may differ any more.
 */
export function transaction(
  what: string,
  step: StepOptions & {
    plan: Sh;
    run: Sh;
    undo?: Sh | undefined;
    input?: string | Secret | undefined;
    body?: LocalFile | undefined;
  },
): TransactionStep {
  const { plan, run, undo, ...options } = step;
  return { kind: 'transaction', what, plan, run, undo, lifetime: 'disk', ...options };
}

/**
 * A program that must be there, or one of several; the error of a missing one names its package. Where `needed` fails
 * with status 1 the host does without.
 */
export function tool(
  name: string | readonly string[],
  packages: Readonly<Record<string, string>>,
  options: StepOptions & { needed?: Sh } = {},
): ToolStep {
  const { needed, ...rest } = options;
  const tools = [name].flat();
  return { kind: 'tool', what: `the program ${tools.join(' or ')}`, tools, packages, needed, ...rest };
}

/**
 * Something that must hold before the task may go on, in check mode too. Where `test` fails the task fails with the
 * message `otherwise` and what `test` has printed, such as a reason. With `later`, a check in which an earlier
 * task would change something says unknown instead.
 */
export function requires(
  what: string,
  step: StepOptions & { test: Sh; otherwise: string; later?: boolean },
): RequiresStep {
  return { kind: 'requires', what, later: false, ...step };
}

/**
 * A destructive step: addresses, routes of all tables, slaves and state of the device, and of what stands on it,
 * are captured before it and restored after it, and after its undo.
 */
export function around<S extends PresentStep | ValueStep>(device: string, step: S): S {
  return { ...step, around: device };
}
