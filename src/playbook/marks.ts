import { createHash } from 'node:crypto';
import type { ConditionExpression } from '../steps/condition.ts';
import type { Program, ProgramTask } from '../steps/program.ts';

/** A task that was registered, before it is known who waits for it. */
export type Draft = Omit<ProgramTask, 'marks' | 'clears' | 'awaited'> & {
  /** Marks of the handlers that it notifies. */
  readonly notifies: readonly string[];
};

/** What stands between tasks. */
export type Between = Exclude<Program['items'][number], ProgramTask>;

/** What names the marks of a play, so that the next run knows them again. */
export interface MarkNames {
  readonly play: string;
  readonly idOf: (task: number) => string;
  readonly userOf: (task: number) => string | undefined;
  readonly nextNumber: () => number;
}

interface Awaited {
  readonly producer: number;
  readonly consumer: Draft;
  readonly mark: string;
}

/**
 * Names the mark of each change that a later task waits for: its producer leaves it, its consumer takes it away.
 * Where the two are different users, a sweep at the end does that.
 */
export function withMarks(items: readonly (Draft | Between)[], names: MarkNames): Program['items'] {
  const all = items.flatMap((item) => (item.kind === 'task' ? awaitedBy(item, names) : []));
  const foreign = all.filter(({ producer, consumer }) => names.userOf(producer) !== consumer.user);
  const marked = items.map((item) => {
    if (item.kind !== 'task') return item;
    const own = all.filter(({ consumer }) => consumer.number === item.number);
    const { notifies, ...task } = item;
    return {
      ...task,
      marks: [...notifies, ...all.filter(({ producer }) => producer === item.number).map(({ mark }) => mark)],
      clears: own.map((one) => (foreign.includes(one) ? `${one.mark}+` : one.mark)),
      awaited: new Map(own.map(({ producer, mark }) => [producer, mark])),
    };
  });
  const users = new Set(foreign.map(({ producer }) => names.userOf(producer)));
  const sweeps = [...users].map((user) => ({
    kind: 'sweep' as const,
    number: names.nextNumber(),
    user,
    marks: foreign.filter(({ producer }) => names.userOf(producer) === user).map(({ mark }) => mark),
  }));
  return [...marked, ...sweeps];
}

function awaitedBy(consumer: Draft, { play, idOf }: MarkNames): readonly Awaited[] {
  if (consumer.when === undefined) return [];
  return producers(consumer.when).map((producer) => {
    const words = JSON.stringify([play, idOf(producer), consumer.id]);
    const mark = createHash('sha256').update(words).digest('hex').slice(0, 24);
    return { producer, consumer, mark };
  });
}

/**
 * The tasks whose change a condition waits for. One that asks whether there was none waits for nothing: it would be held
 * back for ever by the mark that nobody takes away.
 */
function producers(expression: ConditionExpression, asked = true): readonly number[] {
  switch (expression.op) {
    case 'changed':
      return asked ? [expression.task] : [];
    case 'not':
      return producers(expression.of, !asked);
    case 'and':
    case 'or':
      return [...new Set([...producers(expression.left, asked), ...producers(expression.right, asked)])];
    default:
      return [];
  }
}
