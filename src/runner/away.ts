import { TsplayError } from '../errors/tsplay-error.ts';
import { runnerError } from '../errors/runner.ts';
import type { TsplayEvent } from '../events.ts';
import type { ProgramTask } from '../steps/program.ts';

/** Milliseconds for which a host is tried again where a job goes on. */
const jobPatience = 600_000;

/** A host that cannot be reached while a task of it goes on. */
export interface Away {
  readonly task: ProgramTask;
  /** Seconds within which the task says that it is back; undefined: the task goes on there all the time. */
  readonly returns: number | undefined;
  /** Until when it is tried, as a date. */
  readonly until: number;
}

/** What is to be done where the connection is lost during this task; undefined: nothing, it is lost. */
export function awayIn(task: ProgramTask): Away | undefined {
  for (const step of task.steps) {
    if (step.kind === 'reboot') return { task, returns: step.limit, until: Date.now() + step.limit * 1000 };
    if (step.kind === 'action' && step.survives)
      return { task, returns: undefined, until: Date.now() + jobPatience };
  }
  return undefined;
}

/** Milliseconds between two tries, at most. */
export function longestPause({ returns }: Away): number {
  return returns === undefined ? 30_000 : 5_000;
}

/** What a person is told of it. */
export function awayEvent({ task: { id }, returns }: Away, host: string): TsplayEvent {
  return returns === undefined
    ? {
        type: 'warning',
        host,
        task: id,
        message:
          'the connection was lost; the job goes on, and is followed when the host can be reached again',
      }
    : { type: 'message', host, task: id, message: 'the host goes down, and is waited for' };
}

/** It was to be back by now. */
export function notBack(
  { task: { id, where }, returns = 0 }: Away,
  host: string,
  cause: unknown,
): TsplayError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return runnerError('not-back', { host, seconds: returns, why }, { host, task: id, where, cause });
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof TsplayError && error.exit === 3;
}

/** The connection is gone, as far as can be seen from here. */
export function isLost(error: unknown): boolean {
  return error instanceof TsplayError && error.code === 'connection-lost';
}
