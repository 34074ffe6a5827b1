import { TsplayError, TsplayErrors } from '../errors/tsplay-error.ts';
import type { TsplayEvent } from '../events.ts';
import { inventoryText } from '../inventory/find.ts';
import { warningTexts, type Host, type Inventory } from '../inventory/inventory.ts';
import { loadPlaybook } from '../playbook/playbook.ts';
import type { Play } from '../playbook/play.ts';
import { FactCache, factFolder } from './fact-cache.ts';
import { HostEnds } from './host-ends.ts';
import { HostRunner } from './host-runner.ts';
import type { RunOptions } from './options.ts';
import { Places, type Place } from './places.ts';
import { bodyProblem, chooseHosts, countersByHost, planPlays, type PlannedPlay } from './plan.ts';
import { runName } from './run-name.ts';
import { Summary } from './summary.ts';

/**
 * Runs or checks a playbook. Throws TsplayErrors, before any connection, for all that is wrong with it; what
 * happens on the hosts arrives as events.
 */
export async function runPlaybook(options: RunOptions): Promise<void> {
  return runPlays(await loadPlaybook(options.playbook, options.inventory, options.cwd), options);
}

/** Runs or checks plays that are there. See {@link runPlaybook}. */
export async function runPlays(
  {
    plays,
    inventory,
    file,
  }: { readonly plays: readonly Play[]; readonly inventory: Inventory; readonly file?: string },
  options: Omit<RunOptions, 'playbook'>,
): Promise<void> {
  const chosen = chooseHosts(plays, inventory, options.limit, options.cwd);
  const names = [...new Set(chosen.plays.flatMap(({ hosts }) => hosts.map((host) => host.name)))];
  const summary = new Summary(names);
  const emit = (event: TsplayEvent): void => {
    summary.add(event);
    options.emit(event);
  };
  const factCache = new FactCache(factFolder(inventory, options.cwd), options.factAge ?? 0, (message) =>
    emit({ type: 'warning', message }),
  );
  const run = runName();
  const context = {
    mode: options.mode === 'check' ? 'check' : 'apply',
    run,
    diff: options.diff,
    becomePassword: options.becomePassword,
    transport: options.transport,
    asking: options.asking,
    factCache,
    supervisor: options.supervisor,
    emit,
    signal: options.signal,
  } as const;
  const runners = new Map<string, HostRunner>();
  const gates = new Gates();

  const countersOf = countersByHost();
  const planned = await planPlays(chosen, options.extraVars, {
    sendFor: (play, host) => async (program) => {
      const place = await gates.of(play, host.name).opened;
      const runner = runners.get(host.name);
      if (runner === undefined) throw new Error(`${host.name}: a program was sent before the run began`);
      return runner.send(play, program, place);
    },
    async factsOf(wish) {
      const place = await gates.of(wish.play, wish.asking.name).opened;
      const { factsOfHost } = await import('./facts-of.ts');
      return place.leave(factsOfHost(wish, { inventory, runners, cache: factCache, countersOf }));
    },
    countersOf,
  });

  emit({
    type: 'run',
    version: 1,
    run,
    mode: options.mode,
    ...(file === undefined ? {} : { playbook: file }),
    inventory: inventoryText(options.inventory),
    hosts: names,
    time: new Date().toISOString(),
  });
  for (const message of warningTexts(inventory, options.cwd)) emit({ type: 'warning', message });
  const reachable =
    (await inventory.prepare?.(names, (message) => emit({ type: 'warning', message }))) ?? inventory.hosts;
  for (const name of names) {
    const host = reachable.get(name);
    if (host !== undefined)
      runners.set(name, new HostRunner(host, inventory.hosts.get(name) ?? host, context));
  }
  const interrupt = (): void => {
    for (const runner of runners.values()) runner.interrupt();
  };
  options.signal.addEventListener('abort', interrupt);
  const ends = new HostEnds(chosen.plays, emit);
  try {
    const failed = new Set<string>();
    for (const { play, hosts } of chosen.plays) {
      if (options.signal.aborted) break;
      const going = hosts.filter((host) => !failed.has(host.name));
      emit({ type: 'play', play: play.name, hosts: going.map((host) => host.name) });
      await runPlay(play, going, planned, gates, options.forks, failed, ends, emit, options.signal);
    }
  } finally {
    options.signal.removeEventListener('abort', interrupt);
    await Promise.all([...runners.values()].map((runner) => runner.close()));
    ends.tellRest();
    emit(summary.event());
  }
}

/** Waits for one play on all its hosts; those where it fails take no part in the next one. */
async function runPlay(
  play: Play,
  hosts: readonly Host[],
  planned: readonly PlannedPlay[],
  gates: Gates,
  forks: number,
  failed: Set<string>,
  ends: HostEnds,
  emit: (event: TsplayEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const places = new Places(forks);
  await Promise.all(
    hosts.map((host) =>
      places.run(async (place) => {
        if (signal.aborted) return;
        const one = planned.find((entry) => entry.play === play && entry.host.name === host.name);
        gates.of(play, host.name).open(place);
        try {
          const beyond = await one?.done;
          if (beyond !== undefined) tellUnknown(play, host, beyond, emit);
        } catch (error) {
          failed.add(host.name);
          tellBodyFailure(play, host, error, emit);
        }
        ends.playEnded(host.name, failed.has(host.name));
      }),
    ),
  );
}

/** What a body would do with a result that a check cannot know, nobody knows either. */
function tellUnknown(play: Play, host: Host, beyond: string, emit: (event: TsplayEvent) => void): void {
  const task = `play[${play.name}]`;
  const reason = `what follows depends on the result of ${beyond}, which a check does not run`;
  emit({ type: 'task-start', host: host.name, task });
  emit({ type: 'task', host: host.name, task, status: 'unknown', ms: 0, reason });
}

/** Tells what a body threw behind a barrier; the failures of tasks and of connections have been told already. */
function tellBodyFailure(play: Play, host: Host, error: unknown, emit: (event: TsplayEvent) => void): void {
  if (error instanceof TsplayError && (error.code === 'task-failed' || error.exit === 3)) return;
  const problems = error instanceof TsplayErrors ? error.errors : [bodyProblem(play, host, error)];
  for (const { code, message, hint, where } of problems) {
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

/** Holds what has been built back until the run begins. */
class Gate {
  readonly opened: Promise<Place>;
  open: (place: Place) => void = () => {};

  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}

/** A gate for each play on each host. */
class Gates {
  readonly #gates = new Map<Play, Map<string, Gate>>();

  of(play: Play, host: string): Gate {
    const hosts = this.#gates.get(play) ?? new Map<string, Gate>();
    this.#gates.set(play, hosts);
    const gate = hosts.get(host) ?? new Gate();
    hosts.set(host, gate);
    return gate;
  }
}
