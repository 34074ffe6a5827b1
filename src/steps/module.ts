import { currentBuild } from './build-context.ts';
import type { Condition } from './condition.ts';
import type { Resource, Step } from './step.ts';

/** A resource that a task manages, and the value it wants for it. */
export interface Claim {
  readonly resource: Resource;
  readonly value: string;
}

/** What every task can be given beside its own options. */
export interface TaskOptions {
  /** Run only if this holds, decided on the target. */
  readonly when?: Condition | undefined;
  /** Run as this user, `true` for root, `false` for the user of the connection. @defaultValue as the play says */
  readonly become?: boolean | string | undefined;
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
  /** Unique within the play on one host: `bond[bond0]`. */
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

/** What a module is: value rules, claims and steps. No I/O. */
export interface ModuleDefinition<O extends object, R extends TaskResult> {
  /** Changes of the network run detached from the connection and survive its loss. @defaultValue false */
  readonly network?: boolean;
  /** What the task manages on the host, and the value it wants there. */
  claims?(name: string, options: O): readonly Claim[];
  /** Value rules that types cannot say. Call `problem` for each, do not stop at the first. */
  check?(name: string, options: O, problem: (text: string) => void): void;
  /** The guarded facts that make the task, in order. */
  steps(name: string, options: O): readonly Step[];
  /** Makes the typed result from the raw one. */
  readonly result?: (raw: TaskResult) => R;
  /** Decides on the controller what a command came to; its task is a barrier then. */
  readonly judge?: (options: O) => Judge<R> | undefined;
}

/** A module as playbooks call it: name first, options second. */
export type Module<O extends object, R extends TaskResult> = (
  name: string,
  ...options: Partial<O> extends O ? [options?: O & TaskOptions] : [options: O & TaskOptions]
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
  return (name, ...rest) => {
    const context = currentBuild(module);
    const options = (rest[0] ?? {}) as O & TaskOptions;
    const problems: string[] = [];
    if (typeof name !== 'string' || name === '' || /\p{Cc}/u.test(name)) {
      problems.push('the name must be a text without control characters');
    } else {
      definition.check?.(name, options, (text) => problems.push(text));
    }
    const sound = problems.length === 0;
    return context.register<R>({
      module,
      name,
      network: definition.network ?? false,
      steps: sound ? definition.steps(name, options) : [],
      claims: sound ? (definition.claims?.(name, options) ?? []) : [],
      problems,
      when: options.when,
      become: options.become,
      parse: definition.result ?? ((raw) => raw as R),
      judge: sound ? definition.judge?.(options) : undefined,
    });
  };
}

/** A scope whose failure skips its rest and is the condition `.failed`; what follows goes on. */
export function attempt(body: () => void): { readonly failed: Condition } {
  return currentBuild('attempt').attempt(body);
}

/** Tasks that run even if something failed before them. */
export function always(body: () => void): void {
  currentBuild('always').always(body);
}

/** A barrier: sends what is registered and waits for it. Throws the first failure. */
export function flush(): Promise<void> {
  return currentBuild('flush').flush();
}
