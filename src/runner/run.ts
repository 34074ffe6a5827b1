import { randomBytes } from 'node:crypto';
import type { TsplayEvent } from '../events.ts';
import type { Host } from '../inventory/inventory.ts';
import { loadPlaybook } from '../playbook/playbook.ts';
import type { Play } from '../playbook/play.ts';
import { Limit } from '../transport/limit.ts';
import { HostRunner } from './host-runner.ts';
import type { RunOptions } from './options.ts';
import { hostsOf, planPlays, type PlannedPlay } from './plan.ts';
import { Summary } from './summary.ts';

/**
 * Runs or checks a playbook. Throws TsplayErrors, before any connection, for all that is wrong with it; what
 * happens on the hosts arrives as events.
 */
export async function runPlaybook(options: RunOptions): Promise<void> {
  const { plays, inventory, file } = await loadPlaybook(options.playbook, options.inventory, options.cwd);
  const chosen = plays.map((play) => ({ play, hosts: hostsOf(play, inventory, options.limit) }));
  const names = [...new Set(chosen.flatMap(({ hosts }) => hosts.map((host) => host.name)))];
  const summary = new Summary(names);
  const emit = (event: TsplayEvent): void => {
    summary.add(event);
    options.emit(event);
  };
  const context = {
    mode: options.mode === 'check' ? 'check' : 'apply',
    run: runName(),
    diff: options.diff,
    emit,
  } as const;
  const runners = new Map<string, HostRunner>();
  const gates = new Gates();

  const planned = await planPlays(chosen, options.extraVars, (play, host) => async (program) => {
    await gates.of(play, host.name).opened;
    const runner = runners.get(host.name);
    if (runner === undefined) throw new Error(`${host.name}: a program was sent before the run began`);
    return runner.send(play, program);
  });

  emit({
    type: 'run',
    version: 1,
    mode: options.mode,
    playbook: file,
    inventory: options.inventory,
    hosts: names,
    time: new Date().toISOString(),
  });
  const reachable =
    (await inventory.prepare?.(names, (message) => emit({ type: 'warning', message }))) ?? inventory.hosts;
  for (const name of names) {
    const host = reachable.get(name);
    if (host !== undefined) runners.set(name, new HostRunner(host, context));
  }
  try {
    const failed = new Set<string>();
    for (const { play, hosts } of chosen) {
      const going = hosts.filter((host) => !failed.has(host.name));
      emit({ type: 'play', play: play.name, hosts: going.map((host) => host.name) });
      await runPlay(play, going, planned, gates, options.forks, failed);
    }
  } finally {
    await Promise.all([...runners.values()].map((runner) => runner.close()));
    for (const host of names) emit({ type: 'host', host, state: 'done' });
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
): Promise<void> {
  const limit = new Limit(forks);
  await Promise.all(
    hosts.map((host) =>
      limit.run(async () => {
        const one = planned.find((entry) => entry.play === play && entry.host.name === host.name);
        gates.of(play, host.name).open();
        try {
          await one?.done;
        } catch {
          // It has been told as the end of a task, or as an unreachable host.
          failed.add(host.name);
        }
      }),
    ),
  );
}

/** Holds what has been built back until the run begins. */
class Gate {
  readonly opened: Promise<void>;
  open: () => void = () => {};

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

// Sorts by time on the host, so that the last run is the last name.
function runName(): string {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${time}-${randomBytes(4).toString('hex')}`;
}
