import { createHash } from 'node:crypto';
import type { Host } from '../../inventory/inventory.ts';
import type { TaskOutcome } from '../../playbook/barriers.ts';
import type { Program, ProgramTask } from '../../steps/program.ts';
import type { FactCache, Gathered } from './fact-cache.ts';

type Outcomes = ReadonlyMap<number, TaskOutcome>;

const tasksOf = (program: Program): readonly ProgramTask[] =>
  program.items.filter((item) => item.kind === 'task');

/** What a task asks, as whom: two plays may call different questions by one name. */
function questionOf({ id, user, steps }: ProgramTask): string {
  return createHash('sha256')
    .update(JSON.stringify([id, user, steps]))
    .digest('hex');
}

/** What has been gathered on one host, for as long as nothing there has changed it. */
export class KnownFacts {
  readonly #host: Host;
  readonly #mode: 'check' | 'apply';
  readonly #cache: FactCache;
  #known: Map<string, { readonly outcome: TaskOutcome; readonly at: number }> | undefined;
  /** A check has predicted changes that a run would have made by now. */
  #foreseen = false;

  constructor(host: Host, mode: 'check' | 'apply', cache: FactCache) {
    this.#host = host;
    this.#mode = mode;
    this.#cache = cache;
  }

  /** What the tasks of a program come to, if all of them gather what is known. */
  answer(program: Program): Outcomes | undefined {
    const tasks = tasksOf(program);
    if (tasks.length === 0 || tasks.some(({ momentary }) => momentary === true)) return undefined;
    const outcomes = new Map<number, TaskOutcome>();
    for (const task of tasks) {
      const outcome = task.gathers && this.#all().get(questionOf(task))?.outcome;
      // What a former version of a parser understood, this one may not.
      if (outcome === undefined || (outcome.rc === 0 && task.gathers?.(outcome.stdout, 0) !== undefined))
        return undefined;
      outcomes.set(task.number, outcome);
    }
    return outcomes;
  }

  /** This program gathers what a run might find otherwise, because of predicted changes. */
  isOutdated(program: Program): boolean {
    return (
      this.#foreseen &&
      tasksOf(program).some(({ gathers, momentary }) => gathers !== undefined && momentary !== true)
    );
  }

  /** A program is about to be sent. While it runs, nobody knows what is so. */
  suspend(program: Program): void {
    if (this.#mode === 'apply' && mayChange(program)) this.#cache.drop(this.#host);
  }

  /** Keeps what a program has gathered; forgets all if it may have changed the host. A failed task may, too. */
  learn(program: Program, outcomes: Outcomes): void {
    const known = this.#all();
    for (const task of tasksOf(program)) {
      const outcome = outcomes.get(task.number);
      if (outcome === undefined || task.momentary === true) continue;
      if (task.gathers !== undefined) known.set(questionOf(task), { outcome, at: Date.now() });
      else if (outcome.status !== 'ok' && outcome.status !== 'skipped') {
        if (this.#mode === 'apply') known.clear();
        else this.#foreseen = true;
      }
    }
    const kept = new Map<string, Gathered>();
    for (const [question, { outcome, at }] of known) {
      if (outcome.status === 'ok') kept.set(question, { printed: outcome.stdout, at });
    }
    this.#cache.keep(this.#host, kept);
  }

  #all(): Map<string, { readonly outcome: TaskOutcome; readonly at: number }> {
    this.#known ??= new Map(
      [...this.#cache.read(this.#host)].map(([question, { printed, at }]) => [
        question,
        { outcome: gathered(printed), at },
      ]),
    );
    return this.#known;
  }
}

function mayChange(program: Program): boolean {
  return program.items.some(
    (item) => item.kind === 'sweep' || (item.kind === 'task' && item.gathers === undefined),
  );
}

function gathered(stdout: string): TaskOutcome {
  return { status: 'ok', stdout, stderr: '', rc: 0, error: undefined, unresolved: false };
}
