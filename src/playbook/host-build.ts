import { existsSync } from 'node:fs';
import { TsplayError, TsplayErrors, type ErrorContext, type Place } from '../errors/tsplay-error.ts';
import { stepError } from '../errors/steps.ts';
import type { BuildContext, NotPromise, TaskDraft } from '../steps/build-context.ts';
import { withBuild } from '../steps/build-context.ts';
import {
  conditionState,
  makeCondition,
  type Condition,
  type ConditionExpression,
} from '../steps/condition.ts';
import type { LocalFile } from '../steps/content.ts';
import { declaredBy } from '../steps/declared-paths.ts';
import { makeHandler, type Handler } from '../steps/handler.ts';
import type { Handle, Judge, TaskResult } from '../steps/module.ts';
import { nameProblems } from '../steps/option.ts';
import type { SourceEntry } from '../steps/source-entry.ts';
import { unsound } from '../steps/unsound.ts';
import { Barriers, type Counters, type Send } from './barriers.ts';
import { everything, type Choice } from './choice.ts';
import { Claims } from './claims.ts';
import { Conditions } from './conditions.ts';
import { Handlers } from './handlers.ts';
import { Keys } from './keys.ts';
import { localFile, sourceEntries } from './local-files.ts';
import type { Between, Draft } from './marks.ts';
import { Results } from './results.ts';
import { Scopes } from './scopes.ts';
import { besidePlaybook, readSource, readSourceText, sourcePath } from './source.ts';
import { userFor, userProblems, type Users } from './users.ts';

/** Builds a play for one host: registers what the body calls, and sends it at each barrier. */
export class HostBuild implements BuildContext {
  ended = false;
  readonly problems: TsplayError[] = [];
  readonly #host: string;
  readonly #users: Users;
  readonly #place: () => Place | undefined;
  readonly #counters: Counters;
  readonly #names = new Map<string, number>();
  readonly #keys = new Keys();
  readonly #tasks = new Map<number, { readonly id: string; readonly user: string | undefined }>();
  readonly #claims = new Claims();
  readonly #barriers: Barriers;
  readonly #conditions: Conditions;
  readonly #choice: Choice;
  #final = false;
  readonly #handlers: Handlers;
  /** The body of a handler is being called. */
  #handling = false;
  readonly #scopes: Scopes;
  readonly #results: Results;
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
    this.#handlers = new Handlers(play);
    this.#host = host;
    this.#conditions = new Conditions(host);
    this.#counters = counters;
    this.#place = place;
    const [claims, tasks] = [this.#claims, this.#tasks];
    this.#barriers = new Barriers({ play, send, counters, choice, claims, tasks });
    this.#scopes = new Scopes(host, counters, {
      add: (item) => this.#items.push(item),
      problem: (problem) => this.problems.push(problem),
    });
    this.#results = new Results(this.#barriers, this.#conditions, this);
  }

  /**
   * Runs the body and sends what is left at its end. Rejects with the failure that nobody caught. Gives the task
   * whose result the body would need to go on, where a check cannot know it.
   */
  async run(body: () => unknown): Promise<string | undefined> {
    try {
      const ending = withBuild(this, async () => body());
      const stopped = await Promise.race([ending.then(() => undefined), this.#results.stopped]);
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
    if (draft.gathers === undefined && !this.#choice.takes(registered)) this.#barriers.left.add(number);
    else for (const claim of draft.claims) this.problems.push(...this.#claims.claim(claim, id, context));
    this.problems.push(...this.#claims.declare(declaredBy(draft), context));
    const own = draft.when === undefined ? undefined : this.#ownExpression(draft.when, context);
    const when = this.#scopes.conditionWith(own);
    const user = userFor(draft.become, this.#users);
    const notifies = this.#notified(draft.notify, number, user, context);
    this.problems.push(...userProblems(user, context));
    this.#tasks.set(number, { id, user });
    const firstStep = this.#counters.step + 1;
    this.#counters.step += draft.steps.length;
    const scope = draft.ignoreErrors ? this.#scopes.begin('attempt') : undefined;
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
    return this.#results.handle(number, id, draft.parse);
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
    return this.#results.of(number, id, draft.parse);
  }

  attempt(body: () => unknown): { readonly failed: Condition } {
    const where = this.#place();
    const scope = this.#scopes.run('attempt', body, where);
    const failed = makeCondition({ op: 'scope', scope }, 'attempt().failed', where, this);
    return { failed };
  }

  always(body: () => unknown): void {
    this.#scopes.run('always', body, this.#place());
  }

  each<T, R>(list: Iterable<T>, key: (item: T) => string | number, body: (item: T) => R): R[] {
    const context = { where: this.#place(), host: this.#host };
    return this.#keys.each(
      list,
      key,
      (item) => this.#scopes.atOnce('each', () => body(item), context.where),
      (code, args) => this.problems.push(stepError(code, args, context)),
    );
  }

  when(condition: Condition, body: () => unknown): void {
    const where = this.#place();
    const expression = this.#ownExpression(condition, { where, host: this.#host });
    if (expression !== undefined) this.#scopes.only(expression, 'when', body, where);
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
    const user = userFor(undefined, this.#users);
    this.#items.push({ kind: 'recall', number: (this.#counters.task += 1), user, mark: declared.mark });
    declared.users.add(user);
    return declared.token;
  }

  flushHandlers(): void {
    this.#handlers.flush(({ name, body, where, mark, users }, expression) => {
      this.#handling = true;
      this.#keys.within(name, () => this.#scopes.only(expression, 'handler', body, where));
      this.#handling = false;
      this.#items.push({ kind: 'settle', mark });
      for (const user of users) {
        this.#items.push({ kind: 'sweep', number: (this.#counters.task += 1), user, marks: [mark] });
      }
    });
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

  /** Barriers of one host run one after the other, even if the body awaits several at once. */
  flush(): Promise<void> {
    const next = this.#sending.then(() => this.#flushNow());
    this.#sending = next.catch(() => {});
    return next;
  }

  async #flushNow(): Promise<void> {
    if (this.problems.length > 0) throw new TsplayErrors(this.problems);
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    await this.#barriers.pass(items, this.#final);
  }

  #id(module: string, name: string): string {
    const plain = `${module}[${name}]${this.#keys.suffix}`;
    const count = (this.#names.get(plain) ?? 0) + 1;
    this.#names.set(plain, count);
    return count === 1 ? plain : `${plain}#${count}`;
  }
}
