import { near } from '../../errors/near.ts';
import { runnerError } from '../../errors/runner.ts';
import type { TsplayError } from '../../errors/tsplay-error.ts';
import type { TsplayEvent } from '../../events.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { Choice, Registered } from '../../playbook/choice.ts';
import type { Play } from '../../playbook/play.ts';
import { isWished, kindsOfTasks, tagsWithMeaning, type TagWish } from '../../playbook/tags.ts';
import type { ProgramTask } from '../../steps/program.ts';
import { taskDigest } from './done.ts';

/** What of a playbook is to be run; left out: all of it. */
export interface Wished {
  readonly only?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
  /** The first task on each host: its id, or its name; `*` is anything. */
  readonly startAt?: string | undefined;
  /** Asked before each task. */
  readonly asks?: ((host: string, task: ProgramTask) => Promise<boolean>) | undefined;
  /** The run that is gone on with, and whether it has done a task, which is left out then. */
  readonly resumes?:
    | { readonly run: string; readonly isDone: (host: string, play: string, digest: string) => boolean }
    | undefined;
}

/** A task of one play on one host, and whether its tags let it run. */
export interface Listed extends Registered {
  /** Where it runs, which another host may have delegated it to. */
  readonly host: string;
  /** The host whose play it belongs to. */
  readonly for: string;
  readonly taken: boolean;
}

/** What of a playbook is run, and what there is to choose from, as far as bodies have been built. */
export class Selection {
  readonly #wished: Wished;
  readonly #tags: TagWish;
  readonly #listed = new Map<Play, Listed[]>();
  /** Hosts that have come to the task to start at. */
  readonly #started = new Set<string>();
  #isFound = false;
  /** What has been left out on each host because it is done, and has not been told yet. */
  readonly #done = new Map<string, readonly ProgramTask[]>();

  constructor(wished: Wished) {
    this.#wished = wished;
    this.#tags = { only: wished.only ?? [], skip: wished.skip ?? [] };
  }

  /** The tasks of a play that are known. */
  tasksOf(play: Play): readonly Listed[] {
    return this.#listed.get(play) ?? [];
  }

  /** What of a play is run on a host, or where it delegates tasks to. */
  choiceFor(play: Play, { name }: Host, on = name): Choice {
    const { asks, resumes, startAt } = this.#wished;
    const own = play.options.tags ?? [];
    const listed = this.#listed.get(play) ?? [];
    this.#listed.set(play, listed);
    return {
      takes: (task) => {
        const tags = new Set([...own, ...task.tags]);
        const taken = task.handles || isWished(tags, this.#tags);
        if (taken && startAt !== undefined && isCalled(startAt, task.id)) this.#isFound = true;
        listed.push({ ...task, tags: [...tags], host: on, for: name, taken });
        return taken;
      },
      omits: (tasks, awaited) => {
        const before = startAt === undefined ? [] : this.#beforeStart(name, startAt, tasks);
        // What another host has done for this one may have been undone for the next one.
        const done =
          resumes === undefined || on !== name
            ? []
            : finished(tasks, awaited, (task) => {
                const digest = taskDigest(task);
                return digest !== undefined && resumes.isDone(name, play.name, digest);
              });
        this.#done.set(name, [...(this.#done.get(name) ?? []), ...done]);
        return new Set([...before, ...done.map(({ number }) => number)]);
      },
      asks: asks === undefined ? undefined : (task) => asks(on, task),
    };
  }

  /** The tasks that are left out on a host because the run that is gone on with has done them; each is given once. */
  takeDone(host: string): readonly TsplayEvent[] {
    const tasks = this.#done.get(host) ?? [];
    this.#done.delete(host);
    const reason = `done by ${this.#wished.resumes?.run ?? ''}`;
    return tasks.flatMap((task): readonly TsplayEvent[] => [
      { type: 'task-start', host, task: task.id, where: task.where },
      { type: 'task', host, task: task.id, status: 'skipped', ms: 0, reason, done: taskDigest(task) ?? '' },
    ]);
  }

  /** Those of them that would run, as far as that can be told before a run. */
  runs(play: Play): readonly Listed[] {
    const { startAt } = this.#wished;
    const tasks = this.tasksOf(play);
    if (startAt === undefined) return tasks.filter(({ taken }) => taken);
    return tasks.filter(({ id, taken, for: asking }) => {
      if (taken && isCalled(startAt, id)) this.#started.add(asking);
      return taken && this.#started.has(asking);
    });
  }

  /** What was asked for and is not there, as far as that is known. */
  missing(plays: readonly Play[]): readonly TsplayError[] {
    const tags = new Set<string>([...kindsOfTasks, ...tagsWithMeaning]);
    for (const play of plays) {
      for (const tag of play.options.tags ?? []) tags.add(tag);
      for (const task of this.tasksOf(play)) for (const tag of task.tags) tags.add(tag);
    }
    const { startAt } = this.#wished;
    const unknown = [...new Set([...this.#tags.only, ...this.#tags.skip])].filter((tag) => !tags.has(tag));
    return [
      ...unknown.map((tag) => runnerError('unknown-tag', { tag, near: near(tag, tags) })),
      ...(startAt === undefined || this.#isFound
        ? []
        : [runnerError('unknown-task', { task: startAt, near: this.#near(startAt, plays) })]),
    ];
  }

  #near(startAt: string, plays: readonly Play[]): readonly string[] {
    const ids = plays.flatMap((play) => this.tasksOf(play).map(({ id }) => id));
    return near(startAt, [...ids, ...ids.map(nameIn)]);
  }

  #beforeStart(host: string, startAt: string, tasks: readonly ProgramTask[]): readonly number[] {
    const before: number[] = [];
    for (const { id, number, gathers } of tasks) {
      if (gathers !== undefined) continue;
      if (!this.#started.has(host) && isCalled(startAt, id)) this.#started.add(host);
      if (!this.#started.has(host)) before.push(number);
    }
    return before;
  }
}

/**
 * Those that need not be run again: done, with all that wait for their change, and with nobody who waits for their result.
 */
function finished(
  tasks: readonly ProgramTask[],
  awaited: ReadonlySet<number>,
  isDone: (task: ProgramTask) => boolean,
): readonly ProgramTask[] {
  const done: ProgramTask[] = [];
  /** Those whose change somebody waits for who is not done. */
  const needed = new Set<number>();
  for (const task of tasks.toReversed()) {
    const needless = !awaited.has(task.number) && !needed.has(task.number);
    if (task.gathers === undefined && needless && !isHandling(task.when) && isDone(task)) done.unshift(task);
    else for (const producer of task.awaited.keys()) needed.add(producer);
  }
  return done;
}

/** A task of a handler runs whenever one of its notifiers has changed something, whatever was done before. */
function isHandling(when: ProgramTask['when']): boolean {
  if (when === undefined) return false;
  if (when.op === 'and' || when.op === 'or') return isHandling(when.left) || isHandling(when.right);
  return when.op === 'notified';
}

/** Whether somebody means this task. */
function isCalled(pattern: string, id: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  const test = new RegExp(`^${parts.join('.*')}$`, 's');
  return test.test(id) || test.test(nameIn(id));
}

/** The name of a task in its id. */
function nameIn(id: string): string {
  return id.slice(id.indexOf('[') + 1, id.lastIndexOf(']'));
}
