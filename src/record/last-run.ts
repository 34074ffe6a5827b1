import { recordError } from '../errors/record.ts';
import type { TsplayEvent } from '../events.ts';
import { recordedRuns } from './folder.ts';
import { readHead, readRecord } from './read.ts';

/** Hosts of a former run: where a task failed, those that could not be reached, those that it did not come to. */
export type Outcome = 'failed' | 'unreachable' | 'left';

/** The last run of a playbook on an inventory. */
export interface LastRun {
  readonly name: string;
  readonly events: readonly TsplayEvent[];
}

/**
 * Finds it among the records of a project.
 *
 * @throws TsplayError `no-run`, `rolled-back`
 */
export function lastRun(project: string, playbook: string, inventory: string): LastRun {
  for (const name of recordedRuns(project).toReversed()) {
    const { run } = readHead(project, name);
    if (run.inventory !== inventory) continue;
    if (run.mode === 'rollback') throw recordError('rolled-back', { run: name });
    if (run.mode === 'run' && run.playbook === playbook) return { name, events: readRecord(project, name) };
  }
  throw recordError('no-run', { playbook, inventory });
}

/** The hosts that the run came to this on. */
export function hostsWith({ events }: LastRun, outcome: Outcome): readonly string[] {
  const hosts = new Set<string>();
  for (const event of events) {
    if (outcome === 'failed' && isFailure(event)) hosts.add(event.for ?? event.host);
    if (outcome === 'unreachable' && event.type === 'unreachable') hosts.add(event.host);
    if (outcome === 'left' && event.type === 'left') for (const host of event.hosts) hosts.add(host);
  }
  return [...hosts];
}

/** Did all of it end well? */
export function isWhole({ events }: LastRun): boolean {
  return (
    events.some(({ type }) => type === 'summary') &&
    !events.some((event) => isFailure(event) || event.type === 'unreachable' || event.type === 'left')
  );
}

/** Tells whether a task has been done in this run, or in one that it has gone on with itself. */
export function doneIn({ events }: LastRun): (host: string, play: string, digest: string) => boolean {
  const done = new Set<string>();
  const key = (host: string, play: string, digest: string): string => JSON.stringify([host, play, digest]);
  let play = '';
  for (const event of events) {
    if (event.type === 'play') ({ play } = event);
    if (event.type === 'task' && event.done !== undefined && event.for === undefined)
      done.add(key(event.host, play, event.done));
  }
  return (host, name, digest) => done.has(key(host, name, digest));
}

/** A task that has failed, and nobody expected it. */
function isFailure(event: TsplayEvent): event is Extract<TsplayEvent, { type: 'task' }> {
  return event.type === 'task' && event.status === 'failed' && event.caught !== true;
}
