import { AsyncLocalStorage } from 'node:async_hooks';
import type { Place, TsplayError } from '../errors/tsplay-error.ts';
import { stepError } from '../errors/steps.ts';
import type { Condition } from './condition.ts';
import type { LocalFile } from './content.ts';
import type { SourceEntry } from './source-entry.ts';
import type { Claim, Handle, Judge, TaskResult } from './module.ts';
import type { Control } from './control.ts';
import type { Handler } from './handler.ts';
import type { Gathers } from './program.ts';
import type { Step } from './step.ts';

/** What a module call gives to the play that is being built. */
export interface TaskDraft<R extends TaskResult> extends Control {
  readonly module: string;
  readonly name: string;
  readonly network: boolean;
  readonly steps: readonly Step[];
  readonly claims: readonly Claim[];
  /** What is wrong with it: texts about its options, and errors in the making of its steps. */
  readonly problems: readonly (string | TsplayError)[];
  readonly when: Condition | undefined;
  readonly parse: (raw: TaskResult) => R;
  readonly judge: Judge<R> | undefined;
  readonly cautions?: readonly string[] | undefined;
  readonly says?: string | undefined;
  /** See {@link ProgramTask.gathers}. */
  readonly gathers?: Gathers | undefined;
  /** See {@link ProgramTask.momentary}. */
  readonly momentary?: boolean | undefined;
  /** Where it stands in the playbook, if that is not the place of the call. */
  readonly where?: Place | undefined;
}

/** What a body may return that has to be done at once: what it registered after an `await` would be outside of it. */
export type NotPromise =
  | string
  | number
  | boolean
  | null
  | undefined
  | void
  | (object & { readonly then?: never });

/** The play that is being built for one host. */
export interface BuildContext {
  readonly ended: boolean;
  where(): Place | undefined;
  /** The text of a file of the project, relative to the file in which a module was called. */
  read(source: string): string;
  /** The bytes of such a file. */
  bytes(source: string): Uint8Array;
  /** What there is under such a path. */
  entries(source: string): readonly SourceEntry[];
  /** A file that may be there, relative to the file in which a module was called. */
  local(path: string): { readonly path: string; readonly file: LocalFile | undefined };
  /** The name of the host. */
  readonly host: string;
  register<R extends TaskResult>(draft: TaskDraft<R>): Handle<R>;
  /**
   * Registers a task for a module and waits for what it comes to. Those that are asked in one go are sent together.
   */
  ask<R extends TaskResult>(draft: TaskDraft<R>, module: string): Promise<R>;
  attempt(body: () => NotPromise): { readonly failed: Condition };
  always(body: () => NotPromise): void;
  each<T, R>(list: Iterable<T>, key: (item: T) => string | number, body: (item: T) => R): R[];
  when(condition: Condition, body: () => NotPromise): void;
  handler(name: string, body: () => NotPromise): Handler;
  flushHandlers(): void;
  flush(): Promise<void>;
}

interface Shared {
  readonly version: string;
  readonly storage: AsyncLocalStorage<BuildContext>;
}

/** The version of the running code, checked where two copies of tsplay meet. */
export const protocolVersion = '1';

const key = Symbol.for('tsplay.v1');

// One storage per process, even if the playbook and the command line load tsplay from different folders.
function shared(): Shared {
  const holder = globalThis as { [key]?: Shared };
  holder[key] ??= { version: protocolVersion, storage: new AsyncLocalStorage<BuildContext>() };
  if (holder[key].version !== protocolVersion) {
    throw stepError('version-clash', { running: holder[key].version, imported: protocolVersion });
  }
  return holder[key];
}

/** Runs `body` so that module calls in it register with `context`. */
export function withBuild<T>(context: BuildContext, body: () => T): T {
  return shared().storage.run(context, body);
}

/** The play being built here and now, or an error that names the module that was called. */
export function currentBuild(module: string): BuildContext {
  const context = shared().storage.getStore();
  if (context === undefined) throw stepError('outside-play', { module });
  if (context.ended) throw stepError('after-body', { module }, { where: context.where() });
  return context;
}
