import type { TsplayError } from '../errors/tsplay-error.ts';
import type { TsplayEvent } from '../events.ts';
import type { Program } from '../steps/program.ts';
import { taskDigest } from './planning/done.ts';

type Emit = (event: TsplayEvent) => void;

/** Whether a host was stopped by somebody here. */
export function isInterrupted({ code }: TsplayError): boolean {
  return code === 'interrupted' || code === 'interrupted-before';
}

/** Tells of tasks for which host they are done. */
export function emitFor(asking: string, emit: Emit): Emit {
  return (event) =>
    emit(
      event.type === 'task-start' || event.type === 'task' || event.type === 'unreachable'
        ? { ...event, for: asking }
        : event,
    );
}

/** Tells of tasks that have ended well what they were, so that a later run can go on from there. */
export function emitDone({ items }: Program, emit: Emit): Emit {
  const tasks = new Map(items.flatMap((item) => (item.kind === 'task' ? [[item.id, item]] : [])));
  return (event) => {
    const isDone = event.type === 'task' && (event.status === 'ok' || event.status === 'changed');
    const task = isDone ? tasks.get(event.task) : undefined;
    const done = task === undefined ? undefined : taskDigest(task);
    emit(isDone && done !== undefined ? { ...event, done } : event);
  };
}

/** The ids of the tasks of a program that have not ended. */
export function tasksLeft(
  { items }: Program,
  ended: ReadonlyMap<number, unknown> = new Map(),
): readonly string[] {
  return items.flatMap((item) =>
    item.kind === 'task' && item.gathers === undefined && !ended.has(item.number) ? [item.id] : [],
  );
}
