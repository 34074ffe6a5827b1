import type { TsplayError } from '../errors/tsplay-error.ts';
import type { TaskStatus } from '../events.ts';
import type { Program, ProgramSweep, ProgramTask } from '../steps/program.ts';
import { purgedBy } from '../steps/declared-paths.ts';
import type { Choice } from './choice.ts';
import type { Claims } from './claims.ts';
import { withMarks, type Between, type Draft } from './marks.ts';
import { attemptsBefore, caught, splitBehindEach, splitBehindJudged, verdictOf } from './program-parts.ts';

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

/** What the barriers of one play on one host have in common. */
export interface BarrierOptions {
  readonly play: string;
  readonly send: Send;
  readonly counters: Counters;
  readonly choice: Choice;
  readonly claims: Claims;
  /** All tasks that were registered. */
  readonly tasks: ReadonlyMap<number, { readonly id: string; readonly user: string | undefined }>;
}

/** The barriers of a play on one host: what was registered is sent at each, and what its tasks came to is known behind it. */
export class Barriers {
  readonly #options: BarrierOptions;
  readonly #outcomes = new Map<number, TaskOutcome>();
  /** Tasks that are not run, by what was asked for. */
  readonly left = new Set<number>();
  /** Tasks whose result the body waits for. */
  readonly awaited = new Set<number>();

  constructor(options: BarrierOptions) {
    this.#options = options;
  }

  /** What a task came to; undefined if it was not sent. */
  outcomeOf(number: number): TaskOutcome | undefined {
    return this.#outcomes.get(number);
  }

  /**
   * Sends what was registered since the barrier before. Rejects with the first failure that nobody caught.
   *
   * @param last - nothing follows in this play
   */
  async pass(registered: readonly (Draft | Between)[], last: boolean): Promise<void> {
    const { counters, choice, claims, send } = this.#options;
    const items = this.#chosen(this.#marked(registered));
    if (!items.some(({ kind }) => kind === 'task' || kind === 'recall')) return;
    const parts = choice.asks === undefined ? splitBehindJudged(items) : splitBehindEach(items);
    const flow = parts.length > 1 ? (counters.scope += 1) : undefined;
    let after: Program['after'];
    let before: Program['items'] | undefined;
    let failure: TsplayError | undefined;
    for (const [index, whole] of parts.entries()) {
      const part = await this.#agreed(whole);
      if (part.length === 0) continue;
      const program: Program = {
        items: [...this.#unmarking(before, after), ...part],
        final: last && index === parts.length - 1,
        after,
        flow,
        declared: claims.declared,
        attempts: attemptsBefore(parts.slice(0, index).flat()),
      };
      for (const item of part) if (item.kind === 'task') claims.purge(purgedBy(item));
      const outcomes = await send(program);
      for (const [number, outcome] of outcomes) {
        this.#outcomes.set(number, outcome);
        failure ??= caught(items, number) ? undefined : outcome.error;
      }
      after = { judged: verdictOf(part, outcomes) };
      before = part;
    }
    if (failure !== undefined) throw failure;
  }

  #marked(registered: readonly (Draft | Between)[]): Program['items'] {
    const { play, counters, tasks } = this.#options;
    return withMarks(registered, {
      play,
      idOf: (task) => tasks.get(task)?.id ?? '',
      userOf: (task) => tasks.get(task)?.user,
      nextNumber: () => (counters.task += 1),
    });
  }

  /** Marks are named before this: who waits for a task that runs, and is left out himself, acts in a later run. */
  #chosen(items: Program['items']): Program['items'] {
    const tasks = items.filter((item) => item.kind === 'task' && !this.left.has(item.number));
    const omitted = this.#options.choice.omits(tasks as ProgramTask[], this.awaited);
    return items.filter(
      (item) => item.kind !== 'task' || (!this.left.has(item.number) && !omitted.has(item.number)),
    );
  }

  /** What of a part with one task is run: somebody may be asked. */
  async #agreed(part: Program['items']): Promise<Program['items']> {
    const { asks } = this.#options.choice;
    const task = part.find((item) => item.kind === 'task');
    if (asks === undefined || task === undefined || task.gathers !== undefined || (await asks(task)))
      return part;
    return part.filter((item) => item !== task);
  }

  /** A task that was judged to have changed nothing has left marks for those who wait; they go first. */
  #unmarking(before: Program['items'] | undefined, after: Program['after']): readonly ProgramSweep[] {
    const last = before?.at(-1);
    if (last?.kind !== 'task' || last.marks.length === 0 || after?.judged?.status !== 'ok') return [];
    const number = (this.#options.counters.task += 1);
    return [{ kind: 'sweep', number, user: last.user, marks: last.marks }];
  }
}
