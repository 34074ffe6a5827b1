import type { TsplayEvent } from '../../src/events.ts';
import { HostBuild } from '../../src/playbook/host-build.ts';
import { callerPlace } from '../../src/playbook/place.ts';
import { runIn, type Shell } from './shells.ts';

/** What a play came to in a shell of this machine. */
export interface PlayRun {
  /** `id status`, one for each task, in order. */
  readonly tasks: readonly string[];
  readonly events: readonly TsplayEvent[];
  /** What its body threw, or was told to have failed. */
  readonly error: unknown;
}

/**
 * Runs the body of a play, as one host would that keeps its state in `home`. Without barriers: each program would have a
 * shell of its own.
 */
export async function playIn(
  shell: Shell,
  home: string,
  body: () => unknown,
  mode: 'apply' | 'check' = 'apply',
): Promise<PlayRun> {
  const events: TsplayEvent[] = [];
  const counters = { task: 0, step: 0, scope: 0 };
  const build = new HostBuild('Test', 'local', counters, callerPlace, async (program) => {
    const run = await runIn(shell, program, { home, mode });
    events.push(...run.events);
    return run.outcomes;
  });
  let error: unknown;
  try {
    await build.run(body);
  } catch (caught) {
    error = caught;
  }
  const tasks = events.flatMap((event) =>
    event.type === 'task' ? [`${event.task} ${event.caught === true ? 'caught' : event.status}`] : [],
  );
  return { tasks, events, error };
}
