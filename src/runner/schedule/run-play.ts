import { runnerError } from '../../errors/runner.ts';
import { TsplayError } from '../../errors/tsplay-error.ts';
import type { TsplayEvent } from '../../events.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { Play } from '../../playbook/play.ts';
import type { Batch } from './batch.ts';
import type { Halt } from './halt.ts';
import type { HostEnds } from '../host-ends.ts';
import { isInterrupted } from '../telling.ts';
import { Beyond } from './once.ts';
import { Places } from './places.ts';
import { problemsIn, type PlannedPlay } from '../planning/plan.ts';
import type { Runners } from '../runners.ts';
import type { Turns } from './turns.ts';

/** What the plays of a run share. */
export interface RunningPlays {
  readonly planned: readonly PlannedPlay[];
  readonly runners: Runners;
  readonly turns: Turns;
  readonly forks: number;
  /** Hosts that take part no more. */
  readonly failed: Set<string>;
  /** Those of them that would have gone on, had the run not been ended. */
  readonly stopped: Set<string>;
  readonly halt: Halt;
  readonly ends: HostEnds;
  /** Tells what is left out on a host because it is done. */
  readonly tellDone: (host: string) => void;
  readonly emit: (event: TsplayEvent) => void;
}

/** Goes through the batches of one play; hosts where it fails take no part in the next one. */
export async function runPlay(play: Play, batches: readonly Batch[], run: RunningPlays): Promise<void> {
  const { failed, halt, emit } = run;
  const going = batches.flatMap(({ hosts }) => names(hosts)).filter((host) => !failed.has(host));
  emit({ type: 'play', play: play.name, hosts: going });
  const left: string[] = [];
  for (const batch of batches) {
    const hosts = batch.hosts.filter(({ name }) => !failed.has(name));
    if (halt.reason === undefined) {
      const { number, of } = batch;
      if (of > 1 && hosts.length > 0)
        emit({ type: 'batch', play: play.name, number, of, hosts: names(hosts) });
      left.push(...(await runBatch(batch, hosts, run)));
      if (of > 1 && number < of && hosts.length > 0 && hosts.every(({ name }) => failed.has(name)))
        halt.now(`all hosts of batch ${number} of ${of} failed`);
    } else left.push(...names(hosts));
  }
  tellLeft(play, left, run);
}

/** That nothing of a play has begun on hosts that could have taken part. */
export function tellLeft(play: Play, hosts: readonly string[], run: RunningPlays): void {
  const { failed, stopped, halt, emit } = run;
  const left = hosts.filter((host) => !failed.has(host) || stopped.has(host));
  if (halt.reason !== undefined && left.length > 0)
    emit({ type: 'left', play: play.name, hosts: left, reason: halt.reason });
}

/** Gives the names of the hosts that it did not begin with. */
async function runBatch(batch: Batch, hosts: readonly Host[], run: RunningPlays): Promise<readonly string[]> {
  const { planned, runners, turns, forks, failed, stopped, halt, ends, tellDone, emit } = run;
  const { play } = batch;
  const places = new Places(forks);
  const left: string[] = [];
  const taking = new Set(names(hosts));
  batch.drop(names(batch.hosts).filter((host) => !taking.has(host)));
  await Promise.all(
    hosts.map((host) =>
      places.run(async (place) => {
        const { name } = host;
        if (halt.reason !== undefined) {
          left.push(name);
          batch.drop([name]);
          return;
        }
        const one = planned.find((entry) => entry.play === play && entry.host.name === name);
        batch.begin(name, place);
        try {
          const beyond = await one?.done;
          batch.once.ended(name, new Beyond(beyond ?? play.name));
          if (beyond === undefined) return;
          await runners.quiet(name);
          tellUnknown(play, host, beyond, run);
        } catch (error) {
          failed.add(name);
          if (isStopped(error)) stopped.add(name);
          // Of what it would have done behind that, nothing is known.
          if (isStopped(error) && error.host !== name && halt.reason !== undefined)
            emit({ type: 'left', play: play.name, hosts: [name], tasks: [], reason: halt.reason });
          batch.once.ended(name, { error });
          const isFirst = halt.reason === undefined;
          halt.now(reasonToEnd(play, hosts, name, failed));
          if (isFirst && halt.reason !== undefined && play.options.anyErrorsFatal === true)
            runners.interrupt(name);
          await runners.quiet(name);
          tellBodyFailure(play, host, error, run);
        } finally {
          turns.end(name);
          batch.lockstep?.end(name);
          await runners.quiet(name);
          tellDone(name);
          ends.playEnded(name, failed.has(name));
        }
      }),
    ),
  );
  return left;
}

/** Why the run has to end now that one more host has failed; undefined: it goes on. */
function reasonToEnd(
  play: Play,
  hosts: readonly Host[],
  host: string,
  failed: ReadonlySet<string>,
): string | undefined {
  const { anyErrorsFatal, maxFailPercentage } = play.options;
  if (anyErrorsFatal === true) return `it failed on ${host}, and anyErrorsFatal is set`;
  if (maxFailPercentage === undefined) return undefined;
  const count = hosts.filter(({ name }) => failed.has(name)).length;
  if ((count * 100) / hosts.length <= maxFailPercentage) return undefined;
  return `it failed on ${count} of ${hosts.length} hosts, which is more than ${maxFailPercentage} %`;
}

/** What a body would do with a result that a check cannot know, nobody knows either. */
function tellUnknown(play: Play, host: Host, beyond: string, { emit }: RunningPlays): void {
  const task = `play[${play.name}]`;
  const reason = `what follows depends on the result of ${beyond}, which a check does not run`;
  emit({ type: 'task-start', host: host.name, task });
  emit({ type: 'task', host: host.name, task, status: 'unknown', ms: 0, reason });
}

/** Tells what a body threw behind a barrier; what has been told already, where it happened, is not told again. */
function tellBodyFailure(play: Play, host: Host, error: unknown, { emit }: RunningPlays): void {
  for (const problem of problemsIn(play, host, failureOf(host, error))) {
    const { code, message, hint, where, exit } = problem;
    if (code === 'task-failed' || isStopped(problem) || exit === 3) continue;
    const task = `play[${play.name}]`;
    emit({ type: 'task-start', host: host.name, task, where });
    emit({
      type: 'task',
      host: host.name,
      task,
      status: 'failed',
      ms: 0,
      error: { code, message, hint, where },
    });
  }
}

/** Somebody has ended the run before this host had come to its end. */
function isStopped(error: unknown): error is TsplayError {
  return error instanceof TsplayError && (error.code === 'stopped' || isInterrupted(error));
}

/** What has failed on another host has been told there, but not that this one goes no further because of it. */
function failureOf({ name }: Host, error: unknown): unknown {
  if (!(error instanceof TsplayError) || error.host === undefined || error.host === name) return error;
  if (error.code !== 'task-failed' && (error.exit !== 3 || isStopped(error))) return error;
  const { host, message: problem, where } = error;
  return runnerError('delegated-failed', { host, problem }, { host: name, where });
}

function names(hosts: readonly Host[]): readonly string[] {
  return hosts.map(({ name }) => name);
}
