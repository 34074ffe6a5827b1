import { existsSync } from 'node:fs';
import { TsplayError, TsplayErrors, type ErrorContext, type Place } from '../errors/tsplay-error.ts';
import { stepError } from '../errors/steps.ts';
import type { TaskStatus } from '../events.ts';
import type { BuildContext, NotPromise, TaskDraft } from '../steps/build-context.ts';
import { withBuild } from '../steps/build-context.ts';
import {
  conditionState,
  makeCondition,
  type Condition,
  type ConditionExpression,
} from '../steps/condition.ts';
import type { LocalFile } from '../steps/content.ts';
import type { SourceEntry } from '../steps/source-entry.ts';
import type { Handle, Judge, TaskResult } from '../steps/module.ts';
import { makeHandler, type Handler } from '../steps/handler.ts';
import { nameProblems } from '../steps/option.ts';
import type { Program, ProgramSweep, ProgramTask } from '../steps/program.ts';
import { everything, type Choice } from './choice.ts';
import { Conditions } from './conditions.ts';
import { Keys } from './keys.ts';
import { declaredBy, purgedBy } from '../steps/declared-paths.ts';
import { unsound } from '../steps/unsound.ts';
import { Handlers } from './handlers.ts';
import { withMarks, type Between, type Draft } from './marks.ts';
import { attemptsBefore, caught, splitBehindEach, splitBehindJudged, verdictOf } from './program-parts.ts';
import { localFile, sourceEntries } from './local-files.ts';
import { besidePlaybook, readSource, readSourceText, sourcePath } from './source.ts';

/** What a task came to on the host. */
export interface TaskOutcome {
  readonly status: TaskStatus;
  readonly stdout: string;
  readonly stderr: string;
  readonly rc: number | undefined;
  /** What is thrown at the barrier, where the task failed. */
  readonly error: TsplayError | undefined;
  /** A check has not run its command, so that nobody knows what it would have said. */
  readonly unresolved: boolean;
}

/** Sends a program and gives what its tasks came to, by number. */
export type Send = (program: Program) => Promise<ReadonlyMap<number, TaskOutcome>>;

/** What numbers are taken, over all plays of one host's session. */
export interface Counters {
  task: number;
  step: number;
  scope: number;
}

/** Who is who on a host. */
export interface Users {
  /** The user of the connection. */
  readonly login: string;
  /** Whom tasks run as that do not say it themselves. */
  readonly become: boolean | string;
}

/** Builds a play for one host: registers what the body calls, and sends it at each barrier. */
export class HostBuild implements BuildContext {
  ended = false;
  readonly problems: TsplayError[] = [];
  readonly #play: string;
  readonly #host: string;
  readonly #send: Send;
  readonly #users: Users;
  readonly #place: () => Place | undefined;
  readonly #counters: Counters;
  readonly #names = new Map<string, number>();
  readonly #keys = new Keys();
  readonly #tasks = new Map<number, { readonly id: string; readonly user: string | undefined }>();
  readonly #claims = new Map<string, { task: string; value: string }>();
  /** Paths that tasks declare, those that are left out among them. */
  readonly #declared = new Set<string>();
  /** Folders of which what was not declared is gone. */
  readonly #purged: string[] = [];
  readonly #conditions: Conditions;
  readonly #outcomes = new Map<number, TaskOutcome>();
  readonly #choice: Choice;
  /** Tasks that are not run, by what was asked for. */
  readonly #left = new Set<number>();
  /** Tasks whose result the body waits for. */
  readonly #awaited = new Set<number>();
  #final = false;
  #stop: (task: string) => void = () => {};
  /** The result of a task that the body waits for and a check cannot know: there the body ends. */
  readonly #stopped = new Promise<string>((resolve) => {
    this.#stop = resolve;
  });
  readonly #handlers: Handlers;
  /** The body of a handler is being called. */
  #handling = false;
  /** What has to hold for all that is registered here. */
  readonly #within: ConditionExpression[] = [];
  /** Calls that wait for an answer, by what they are about. */
  readonly #open = new Map<object, Pick<TaskDraft<TaskResult>, 'module' | 'name' | 'where'>>();
  /** The barrier that those share which ask now. */
  #asking: Promise<void> | undefined;
  #items: (Draft | Between)[] = [];
  #sending: Promise<void> = Promise.resolve();

  constructor(
    play: string,
    host: string,
    counters: Counters,
    place: () => Place | undefined,
    send: Send,
    users: Users = { login: '', become: false },
    choice: Choice = everything,
  ) {
    this.#choice = choice;
    this.#users = users;
    this.#play = play;
    this.#handlers = new Handlers(play);
    this.#host = host;
    this.#conditions = new Conditions(host);
    this.#counters = counters;
    this.#place = place;
    this.#send = send;
  }

  /**
   * Runs the body and sends what is left at its end. Rejects with the failure that nobody caught. Gives the task
   * whose result the body would need to go on, where a check cannot know it.
   */
  async run(body: () => unknown): Promise<string | undefined> {
    try {
      const ending = withBuild(this, async () => body());
      const stopped = await Promise.race([ending.then(() => undefined), this.#stopped]);
      // What it does from here on is nobody's business.
      ending.catch(() => {});
      if (stopped !== undefined) {
        this.ended = true;
        return stopped;
      }
    } catch (error) {
      this.ended = true;
      throw error;
    }
    withBuild(this, () => this.flushHandlers());
    this.ended = true;
    for (const { module, name, where } of this.#open.values()) {
      this.problems.push(stepError('not-awaited', { module, name }, { where, host: this.#host }));
    }
    this.problems.push(...this.#conditions.unused());
    this.#final = true;
    await this.flush();
    return undefined;
  }

  where(): Place | undefined {
    return this.#place();
  }

  read(source: string): string {
    return readSourceText(source, this.#place());
  }

  bytes(source: string): Uint8Array {
    return readSource(source, this.#place());
  }

  entries(source: string): readonly SourceEntry[] {
    return sourceEntries(sourcePath(source, this.#place()));
  }

  local(path: string): { readonly path: string; readonly file: LocalFile | undefined } {
    const full = besidePlaybook(path, this.#place());
    return { path: full, file: existsSync(full) ? localFile(full) : undefined };
  }

  get host(): string {
    return this.#host;
  }

  register<R extends TaskResult>(draft: TaskDraft<R>): Handle<R> {
    const where = draft.where ?? this.#place();
    const number = (this.#counters.task += 1);
    const id = this.#id(draft.module, draft.name);
    const context = { where, host: this.#host, task: id };
    for (const problem of draft.problems) {
      this.problems.push(
        problem instanceof TsplayError
          ? problem.within(context)
          : stepError('bad-option', { module: draft.module, name: draft.name, problem }, context),
      );
    }
    for (const step of draft.steps) this.problems.push(...unsound(step, draft.network, context));
    // What a play needs to know of the host is asked whatever is chosen of its tasks.
    const registered = { id, tags: draft.tags, where, handles: this.#handling };
    if (draft.gathers === undefined && !this.#choice.takes(registered)) this.#left.add(number);
    else for (const claim of draft.claims) this.#claim(claim.resource, claim.value, id, where);
    this.#declare(draft, context);
    const own = draft.when === undefined ? undefined : this.#ownExpression(draft.when, context);
    const when = [...this.#within, ...(own === undefined ? [] : [own])].reduce<
      ConditionExpression | undefined
    >((left, right) => (left === undefined ? right : { op: 'and', left, right }), undefined);
    const user = this.#userFor(draft.become);
    const notifies = this.#notified(draft.notify, number, user, context);
    // A name that begins with a hyphen would be an option of sudo and su.
    if (user !== undefined && !/^[^-\p{Cc}\p{Surrogate}:][^\p{Cc}\p{Surrogate}:]*$/u.test(user)) {
      this.problems.push(stepError('bad-user', { task: id, user }, context));
    }
    this.#tasks.set(number, { id, user });
    const firstStep = this.#counters.step + 1;
    this.#counters.step += draft.steps.length;
    const scope = draft.ignoreErrors ? this.#beginScope('attempt') : undefined;
    this.#items.push({
      kind: 'task',
      number,
      id,
      where,
      network: draft.network,
      firstStep,
      steps: draft.steps,
      when,
      claims: draft.claims,
      user,
      judge: draft.judge as Judge | undefined,
      cautions: draft.cautions,
      says: draft.says,
      gathers: draft.gathers,
      momentary: draft.momentary,
      tries: draft.tries,
      notifies,
    });
    if (scope !== undefined) this.#items.push({ kind: 'attempt-end', scope });
    return this.#handle(number, id, draft.parse);
  }

  async ask<R extends TaskResult>(draft: TaskDraft<R>, module: string): Promise<R> {
    const number = this.#counters.task + 1;
    const { id } = this.register(draft);
    const question = {};
    this.#open.set(question, { module, name: draft.name, where: draft.where });
    // Not at once: others may ask in the same go, or the body may end, which is an error.
    this.#asking ??= new Promise((resolve) => setImmediate(resolve)).then(() => {
      this.#asking = undefined;
      return this.flush();
    });
    try {
      await this.#asking;
    } finally {
      this.#open.delete(question);
    }
    return this.#resultOf(number, id, draft.parse);
  }

  attempt(body: () => unknown): { readonly failed: Condition } {
    const where = this.#place();
    const scope = this.#scope('attempt', body, where);
    const failed = makeCondition({ op: 'scope', scope }, 'attempt().failed', where, this);
    return { failed };
  }

  always(body: () => unknown): void {
    this.#scope('always', body, this.#place());
  }

  each<T, R>(list: Iterable<T>, key: (item: T) => string | number, body: (item: T) => R): R[] {
    const context = { where: this.#place(), host: this.#host };
    return this.#keys.each(
      list,
      key,
      (item) => this.#atOnce('each', () => body(item), context.where),
      (code, args) => this.problems.push(stepError(code, args, context)),
    );
  }

  when(condition: Condition, body: () => unknown): void {
    const where = this.#place();
    const expression = this.#ownExpression(condition, { where, host: this.#host });
    if (expression !== undefined) this.#only(expression, 'when', body, where);
  }

  handler(name: string, body: () => NotPromise): Handler {
    const where = this.#place();
    const context = { where, host: this.#host };
    for (const problem of nameProblems(name))
      this.problems.push(stepError('bad-handler', { problem }, context));
    const declared = this.#handlers.declare(name, body, where);
    if (declared === undefined) {
      this.problems.push(stepError('handler-twice', { handler: name }, context));
      return makeHandler(name);
    }
    const user = this.#userFor(undefined);
    this.#items.push({ kind: 'recall', number: (this.#counters.task += 1), user, mark: declared.mark });
    declared.users.add(user);
    return declared.token;
  }

  flushHandlers(): void {
    this.#handlers.flush(({ name, body, where, mark, users }, expression) => {
      this.#handling = true;
      this.#keys.within(name, () => this.#only(expression, 'handler', body, where));
      this.#handling = false;
      this.#items.push({ kind: 'settle', mark });
      for (const user of users) {
        this.#items.push({ kind: 'sweep', number: (this.#counters.task += 1), user, marks: [mark] });
      }
    });
  }

  /** Calls a body whose tasks are run only if this holds, too. */
  #only(expression: ConditionExpression, scope: string, body: () => unknown, where: Place | undefined): void {
    this.#within.push(expression);
    try {
      this.#atOnce(scope, body, where);
    } finally {
      this.#within.pop();
    }
  }

  /** What a condition of this play is made of. */
  #ownExpression(condition: Condition, context: ErrorContext): ConditionExpression | undefined {
    const state = conditionState(condition);
    state.used = true;
    if (state.owner === this) return state.expression;
    this.problems.push(stepError('foreign-condition', { condition: state.words }, context));
    return undefined;
  }

  /** The marks of the handlers that a task notifies. */
  #notified(
    notify: readonly Handler[],
    task: number,
    user: string | undefined,
    context: ErrorContext,
  ): readonly string[] {
    return notify.flatMap((token) => {
      const handler = this.#handlers.of(token);
      if (handler === undefined) {
        this.problems.push(stepError('foreign-handler', { handler: token.name }, context));
        return [];
      }
      handler.notifiers.add(task);
      handler.users.add(user);
      return handler.mark;
    });
  }

  #beginScope(kind: 'attempt' | 'always'): number {
    const scope = (this.#counters.scope += 1);
    this.#items.push({ kind, scope });
    return scope;
  }

  #scope(kind: 'attempt' | 'always', body: () => unknown, where: Place | undefined): number {
    const scope = this.#beginScope(kind);
    try {
      this.#atOnce(kind, body, where);
    } finally {
      this.#items.push({ kind: `${kind}-end`, scope });
    }
    return scope;
  }

  /** Runs the body of a scope. Types refuse one that goes on later; here it is refused for who comes without them. */
  #atOnce<T>(scope: string, body: () => T, where: Place | undefined): T {
    const given = body();
    if (given instanceof Promise) {
      // What it does later fails by itself: the body of its play has ended then.
      given.catch(() => {});
      this.problems.push(stepError('async-scope', { scope }, { where, host: this.#host }));
    }
    return given;
  }

  /** Barriers of one host run one after the other, even if the body awaits several at once. */
  flush(): Promise<void> {
    const next = this.#sending.then(() => this.#flushNow());
    this.#sending = next.catch(() => {});
    return next;
  }

  async #flushNow(): Promise<void> {
    if (this.problems.length > 0) throw new TsplayErrors(this.problems);
    if (this.#items.length === 0) return;
    const marked = withMarks(this.#items, {
      play: this.#play,
      idOf: (task) => this.#tasks.get(task)?.id ?? '',
      userOf: (task) => this.#tasks.get(task)?.user,
      nextNumber: () => (this.#counters.task += 1),
    });
    this.#items = [];
    const items = this.#chosen(marked);
    if (!items.some(({ kind }) => kind === 'task' || kind === 'recall')) return;
    const parts = this.#choice.asks === undefined ? splitBehindJudged(items) : splitBehindEach(items);
    const flow = parts.length > 1 ? (this.#counters.scope += 1) : undefined;
    let after: Program['after'];
    let before: Program['items'] | undefined;
    let failure: TsplayError | undefined;
    for (const [index, whole] of parts.entries()) {
      const part = await this.#agreed(whole);
      if (part.length === 0) continue;
      const final = this.#final && index === parts.length - 1;
      const program: Program = {
        items: [...this.#unmarking(before, after), ...part],
        final,
        after,
        flow,
        declared: [...this.#declared],
        attempts: attemptsBefore(parts.slice(0, index).flat()),
      };
      for (const item of part) if (item.kind === 'task') this.#purged.push(...purgedBy(item));
      const outcomes = await this.#send(program);
      for (const [number, outcome] of outcomes) {
        this.#outcomes.set(number, outcome);
        failure ??= caught(items, number) ? undefined : outcome.error;
      }
      after = { judged: verdictOf(part, outcomes) };
      before = part;
    }
    if (failure !== undefined) throw failure;
  }

  /** Marks are named before this: who waits for a task that runs, and is left out himself, acts in a later run. */
  #chosen(items: Program['items']): Program['items'] {
    const tasks = items.filter((item) => item.kind === 'task' && !this.#left.has(item.number));
    const omitted = this.#choice.omits(tasks as ProgramTask[], this.#awaited);
    return items.filter(
      (item) => item.kind !== 'task' || (!this.#left.has(item.number) && !omitted.has(item.number)),
    );
  }

  /** What of a part with one task is run: somebody may be asked. */
  async #agreed(part: Program['items']): Promise<Program['items']> {
    const { asks } = this.#choice;
    const task = part.find((item) => item.kind === 'task');
    if (asks === undefined || task === undefined || task.gathers !== undefined || (await asks(task)))
      return part;
    return part.filter((item) => item !== task);
  }

  /** A task that was judged to have changed nothing has left marks for those who wait; they go first. */
  #unmarking(before: Program['items'] | undefined, after: Program['after']): readonly ProgramSweep[] {
    const last = before?.at(-1);
    if (last?.kind !== 'task' || last.marks.length === 0 || after?.judged?.status !== 'ok') return [];
    return [{ kind: 'sweep', number: (this.#counters.task += 1), user: last.user, marks: last.marks }];
  }

  /** Whom a task runs as; undefined is the user of the connection. */
  #userFor(wanted: boolean | string | undefined): string | undefined {
    const become = wanted ?? this.#users.become;
    const user = become === true ? 'root' : become;
    return user === false || user === this.#users.login ? undefined : user;
  }

  #id(module: string, name: string): string {
    const plain = `${module}[${name}]${this.#keys.suffix}`;
    const count = (this.#names.get(plain) ?? 0) + 1;
    this.#names.set(plain, count);
    return count === 1 ? plain : `${plain}#${count}`;
  }

  #claim(resource: string, value: string, task: string, where: Place | undefined): void {
    const other = this.#claims.get(resource);
    if (other === undefined) {
      this.#claims.set(resource, { task, value });
    } else if (other.value !== value) {
      this.problems.push(
        stepError(
          'claim-clash',
          { resource, task, value, other: other.task, otherValue: other.value },
          { where, host: this.#host, task },
        ),
      );
    }
  }

  /** What a task declares must not have been purged before. */
  #declare(draft: Pick<TaskDraft<TaskResult>, 'claims' | 'steps'>, context: ErrorContext): void {
    for (const path of declaredBy(draft)) {
      const folder = this.#purged.find((one) => path.startsWith(`${one}/`));
      if (folder !== undefined && !this.#declared.has(path))
        this.problems.push(stepError('purged-before', { path, folder }, context));
      this.#declared.add(path);
    }
  }

  #handle<R extends TaskResult>(number: number, id: string, parse: (raw: TaskResult) => R): Handle<R> {
    const condition = (op: 'changed' | 'failed'): Condition =>
      this.#conditions.make({ op, task: number }, `${id}.${op}`, this.#place(), this);
    const result = async (): Promise<R> => {
      this.#awaited.add(number);
      await this.flush();
      return this.#resultOf(number, id, parse);
    };
    return {
      id,
      get changed() {
        return condition('changed');
      },
      get failed() {
        return condition('failed');
      },
      result,
    };
  }

  /** What a task that has been sent came to. */
  #resultOf<R extends TaskResult>(number: number, id: string, parse: (raw: TaskResult) => R): Promise<R> {
    const outcome = this.#outcomes.get(number);
    if (outcome?.unresolved === true) {
      this.#stop(id);
      return new Promise<R>(() => {});
    }
    return Promise.resolve(
      parse({
        changed: outcome?.status === 'changed',
        failed: outcome?.status === 'failed',
        skipped: outcome === undefined || outcome.status === 'skipped',
        stdout: outcome?.stdout ?? '',
        stderr: outcome?.stderr ?? '',
        rc: outcome?.rc,
      }),
    );
  }
}
