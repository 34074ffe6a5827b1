import type { BuildContext } from '../steps/build-context.ts';
import type { Condition } from '../steps/condition.ts';
import type { Handle, TaskResult } from '../steps/module.ts';
import type { Barriers } from './barriers.ts';
import type { Conditions } from './conditions.ts';

/** What a body gets of its tasks: a handle of each, and behind a barrier what it came to. */
export class Results {
  readonly #barriers: Barriers;
  readonly #conditions: Conditions;
  readonly #build: BuildContext;
  #stop: (task: string) => void = () => {};
  /** Gives the task whose result the body waits for and a check cannot know: there the body ends. */
  readonly stopped = new Promise<string>((resolve) => {
    this.#stop = resolve;
  });

  constructor(barriers: Barriers, conditions: Conditions, build: BuildContext) {
    this.#barriers = barriers;
    this.#conditions = conditions;
    this.#build = build;
  }

  /** The handle of a task that was registered. */
  handle<R extends TaskResult>(number: number, id: string, parse: (raw: TaskResult) => R): Handle<R> {
    const condition = (op: 'changed' | 'failed'): Condition =>
      this.#conditions.make({ op, task: number }, `${id}.${op}`, this.#build.where(), this.#build);
    const result = async (): Promise<R> => {
      this.#barriers.awaited.add(number);
      await this.#build.flush();
      return this.of(number, id, parse);
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
  of<R extends TaskResult>(number: number, id: string, parse: (raw: TaskResult) => R): Promise<R> {
    const outcome = this.#barriers.outcomeOf(number);
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
