import type { TaskOutcome } from '../../playbook/barriers.ts';
import type { Program, ProgramTask } from '../../steps/program.ts';

const tasksOf = ({ items }: Program): readonly ProgramTask[] => items.filter((item) => item.kind === 'task');

/**
 * What the programs of a check would have left on a host. A check changes nothing, so a later program that wants something
 * else there (a server back in the pool that an earlier one would have taken out) finds what a run would not find.
 */
export class Foreseen {
  readonly #values = new Map<string, string>();

  /** The tasks that are about what an earlier program would have made into something else than they want. */
  doubtful(program: Program): ReadonlySet<number> {
    const differs = ({ resource, value }: ProgramTask['claims'][number]): boolean => {
      const foreseen = this.#values.get(resource);
      return foreseen !== undefined && foreseen !== value;
    };
    return new Set(tasksOf(program).flatMap(({ number, claims }) => (claims.some(differs) ? [number] : [])));
  }

  /** Notes what the tasks of a program would have changed. */
  learn(program: Program, outcomes: ReadonlyMap<number, TaskOutcome>): void {
    for (const { number, claims } of tasksOf(program)) {
      const status = outcomes.get(number)?.status;
      if (status !== 'changed' && status !== 'unknown') continue;
      for (const { resource, value } of claims) this.#values.set(resource, value);
    }
  }
}
