import type { TaskOutcome } from '../playbook/host-build.ts';
import type { Program, ProgramTask } from '../steps/program.ts';

type Outcomes = ReadonlyMap<number, TaskOutcome>;

const tasksOf = (program: Program): readonly ProgramTask[] =>
  program.items.filter((item) => item.kind === 'task');

/** What has been gathered on one host, for as long as nothing there has changed it. */
export class KnownFacts {
  readonly #known = new Map<string, TaskOutcome>();
  readonly #mode: 'check' | 'apply';
  /** A check has predicted changes that a run would have made by now. */
  #foreseen = false;

  constructor(mode: 'check' | 'apply') {
    this.#mode = mode;
  }

  /** What the tasks of a program come to, if all of them gather what is known. */
  answer(program: Program): Outcomes | undefined {
    const tasks = tasksOf(program);
    if (tasks.length === 0) return undefined;
    const outcomes = new Map<number, TaskOutcome>();
    for (const { number, id, gathers } of tasks) {
      const outcome = gathers === undefined ? undefined : this.#known.get(id);
      if (outcome === undefined) return undefined;
      outcomes.set(number, outcome);
    }
    return outcomes;
  }

  /** This program gathers what a run might find otherwise, because of predicted changes. */
  isOutdated(program: Program): boolean {
    return this.#foreseen && tasksOf(program).some(({ gathers }) => gathers !== undefined);
  }

  /** Keeps what a program has gathered; forgets all if it may have changed the host. A failed task may, too. */
  learn(program: Program, outcomes: Outcomes): void {
    for (const { number, id, gathers } of tasksOf(program)) {
      const outcome = outcomes.get(number);
      if (gathers !== undefined) {
        if (outcome?.status === 'ok') this.#known.set(id, outcome);
      } else if (outcome !== undefined && outcome.status !== 'ok' && outcome.status !== 'skipped') {
        if (this.#mode === 'apply') this.#known.clear();
        else this.#foreseen = true;
      }
    }
  }
}
