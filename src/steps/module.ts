import { TsplayError } from '../errors/tsplay-error.ts';
import { currentBuild, type BuildContext, type TaskDraft } from './build-context.ts';
import { isCondition, type Condition } from './condition.ts';
import type { LocalFile } from './content.ts';
import { fileClaims } from './file-claims.ts';
import { isPlain, nameProblems, quoted, shown, type OptionRule, type OptionRules } from './option.ts';
import { optionProblems, type TaskOptions } from './task-options.ts';
import { controlOf, noControl } from './control.ts';
import type { SourceEntry } from './source-entry.ts';
import type { Resource } from './kinds/step-options.ts';
import type { Step } from './step.ts';

/** A resource that a task manages, and the value it wants for it. */
export interface Claim {
  readonly resource: Resource;
  readonly value: string;
}

/** What a task came to, known after a barrier. */
export interface TaskResult {
  readonly changed: boolean;
  readonly failed: boolean;
  readonly skipped: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status of its command, where it ran one. */
  readonly rc: number | undefined;
}

/**
 * A registered task. It is not a promise: awaiting it would be a barrier by accident. `result()` is the barrier.
 */
export interface Handle<R extends TaskResult = TaskResult> {
  /** Unique within the play on one host: `bond[bond0]`, and within {@link each} `bond[bond0]@key`. */
  readonly id: string;
  /** The task changed something (in this run, or in one that ended before those who waited could act). */
  readonly changed: Condition;
  /** The task failed. */
  readonly failed: Condition;
  /** Sends what is registered, waits for this task and gives what it came to. Throws if it failed. */
  result(): Promise<R>;
}

/** Decides what a task came to from its result. What it leaves out stays as it was. */
export type Judge<R extends TaskResult = TaskResult> = (result: R) => {
  readonly changed?: boolean | undefined;
  readonly failed?: boolean | undefined;
};

/** What a module can ask of the play while it makes its steps. */
export interface ModuleCall {
  /** Something is wrong that only shows here. */
  problem(text: string): void;
  /**
   * The text of a file of the project, relative to the file in which the module was called. Where it cannot be read,
   * that is a problem of this call, and the result is undefined.
   */
  read(source: string): string | undefined;
  /** The bytes of such a file, likewise. They are held in memory: for what is small. */
  bytes(source: string): Uint8Array | undefined;
  /** A file or folder of the project, likewise: itself, and all that is in it. */
  entries(source: string): readonly SourceEntry[] | undefined;
  /** A file beside the one in which the module was called, which may be there or not; and where it is. */
  local(path: string): { readonly path: string; readonly file: LocalFile | undefined } | undefined;
  /** The name of the host in the inventory. */
  readonly host: string;
}

/** What a module is: value rules, claims and steps. No I/O. */
export interface ModuleDefinition<O extends object, R extends TaskResult> {
  /** What each option may be. With it, an option that the module does not have is an error at run time too. */
  readonly options?: OptionRules<O>;
  /** Changes of the network run detached from the connection and survive its loss. @defaultValue false */
  readonly network?: boolean;
  /** What the task manages on the host, and the value it wants there. The files of its steps are claimed without. */
  claims?(name: string, options: O): readonly Claim[];
  /**
   * Rules that one option alone cannot say. Call `problem` for each, do not stop at the first. It is called even if an
   * option is not what its rule says; then nobody minds if it throws.
   */
  check?(name: string, options: O, problem: (text: string) => void): void;
  /**
   * What a person should bear in mind who makes this, but is no error. It is told when the task changes something, or
   * would, and not when all is as it should be.
   */
  cautions?(name: string, options: O): readonly string[];
  /** What the task tells in every report where it runs, in check mode too. */
  says?(name: string, options: O): string | undefined;
  /** The guarded facts that make the task, in order. */
  steps(name: string, options: O, call: ModuleCall): readonly Step[];
  /** Makes the typed result from the raw one. */
  readonly result?: (raw: TaskResult, steps: readonly Step[]) => R;
  /** Decides on the controller what a command came to; its task is a barrier then. */
  readonly judge?: (options: O) => Judge<R> | undefined;
}

/** A module as playbooks call it: name first, options second. */
export type Module<O extends object, R extends TaskResult> = (
  name: string,
  ...options: Record<never, never> extends O ? [options?: O & TaskOptions] : [options: O & TaskOptions]
) => Handle<R>;

/**
 * Makes a module. The function it returns registers a task with the play that is being built.
 *
 * @example
 * export const motd = defineModule<MotdOptions>('motd', {
 *   steps: (name, o) => [file('/etc/motd', { content: o.text })],
 * });
 */
export function defineModule<O extends object, R extends TaskResult = TaskResult>(
  module: string,
  definition: ModuleDefinition<O, R>,
): Module<O, R> {
  const made: Module<O, R> = (name, ...rest) => {
    const context = currentBuild(module);
    return context.register(draftOf(module, definition, name, rest[0] ?? ({} as O), context));
  };
  return asModule(made, { module, options: definition.options });
}

/** What a call of a module comes to: its steps, or all that is wrong with it. */
export function draftOf<O extends object, R extends TaskResult>(
  module: string,
  definition: ModuleDefinition<O, R>,
  name: string,
  options: O & TaskOptions,
  context: BuildContext,
): TaskDraft<R> {
  const problems: (string | TsplayError)[] = [];
  const call: ModuleCall = {
    problem: (text) => void problems.push(text),
    read: (source) => orProblem(() => context.read(source), call),
    bytes: (source) => orProblem(() => context.bytes(source), call),
    entries: (source) => orProblem(() => context.entries(source), call),
    local: (path) => orProblem(() => context.local(path), call),
    host: context.host,
  };
  const sound = isSound(definition, name, options, call);
  const steps = sound
    ? shownAs(
        options.diff,
        collected(() => definition.steps(name, options, call), problems),
      )
    : [];
  return {
    module,
    name: named(name),
    network: definition.network ?? false,
    steps,
    claims: sound ? [...(definition.claims?.(name, options) ?? []), ...fileClaims(steps)] : [],
    problems,
    when: isCondition(options.when) ? options.when : undefined,
    ...(sound ? controlOf(options) : noControl),
    parse: (raw) => definition.result?.(raw, steps) ?? (raw as R),
    judge: sound ? definition.judge?.(options) : undefined,
    cautions: sound ? (definition.cautions?.(name, options) ?? []) : [],
    says: sound ? definition.says?.(name, options) : undefined,
  };
}

/** The steps, with what the user has said of how much of them may be shown. */
function shownAs(diff: boolean | undefined, steps: readonly Step[]): readonly Step[] {
  return diff === undefined ? steps : steps.map((step) => ({ ...step, diff }));
}

/** Lets a function be known as a module. */
export function asModule<F extends object>(made: F, about: KnownModule): F {
  return Object.defineProperty(made, known, { value: about });
}

/** What may be known of a module without calling it. */
export interface KnownModule {
  readonly module: string;
  readonly options: Readonly<Record<string, OptionRule>> | undefined;
}

// A symbol of all copies of tsplay: a module can come with another one.
const known = Symbol.for('tsplay.module');

/** What is known of a value that may be a module; undefined if it is none. */
export function knownModule(value: unknown): KnownModule | undefined {
  return typeof value === 'function' ? (value as { readonly [known]?: KnownModule })[known] : undefined;
}

/** The name as messages can show it, whatever it is. */
function named(name: unknown): string {
  return typeof name === 'string' && nameProblems(name).length === 0
    ? name
    : quoted(String(name)).slice(1, -1);
}

/** Tells all that is wrong with a call, as far as that shows before its steps are made. */
function isSound<O extends object, R extends TaskResult>(
  definition: ModuleDefinition<O, R>,
  name: string,
  options: O,
  call: ModuleCall,
): boolean {
  if (!isPlain(options)) {
    call.problem(`the options must be an object, not ${shown(options)}`);
    return false;
  }
  const wrong = [...nameProblems(name), ...optionProblems(definition.options, options)];
  for (const problem of wrong) call.problem(problem);
  let found = wrong.length;
  try {
    definition.check?.(name, options, (text) => {
      found += 1;
      call.problem(text);
    });
  } catch (error) {
    if (found === 0) throw error;
  }
  return found === 0;
}

/** The steps; what the vocabulary refuses is one problem of this call among others, and not the end of the body. */
function collected(steps: () => readonly Step[], problems: (string | TsplayError)[]): readonly Step[] {
  try {
    return steps();
  } catch (error) {
    if (!(error instanceof TsplayError)) throw error;
    problems.push(error);
    return [];
  }
}

/** What cannot be read is a problem of this call, and has its place. */
function orProblem<T>(make: () => T, call: ModuleCall): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof TsplayError)) throw error;
    const end = error.message.endsWith('?') ? '' : '.';
    call.problem(error.hint === undefined ? error.message : `${error.message}${end} ${error.hint}`);
    return undefined;
  }
}
