import type { TsplayEvent } from '../events.ts';
import { inventoryText } from '../inventory/find.ts';
import { warningTexts, type Inventory } from '../inventory/inventory.ts';
import { loadPlaybook } from '../playbook/playbook.ts';
import type { Play } from '../playbook/play.ts';
import type { Batch } from './schedule/batch.ts';
import { beyondHost } from './schedule/beyond-host.ts';
import { FactCache, factFolder } from './facts/fact-cache.ts';
import { Halt } from './schedule/halt.ts';
import { tasksLeft } from './telling.ts';
import { HostEnds } from './host-ends.ts';
import type { RunOptions } from './options.ts';
import { chooseHosts } from './planning/choose-hosts.ts';
import { foreseeing } from './planning/foresee.ts';
import { countersByHost, planPlays } from './planning/plan.ts';
import { runName } from './run-name.ts';
import { runPlay, tellLeft } from './schedule/run-play.ts';
import { Runners } from './runners.ts';
import { Selection } from './planning/selection.ts';
import { Summary } from './summary.ts';
import { Turns } from './schedule/turns.ts';

/**
 * Runs or checks a playbook. Throws TsplayErrors, before any connection, for all that is wrong with it; what
 * happens on the hosts arrives as events.
 */
export async function runPlaybook(options: RunOptions): Promise<void> {
  const { playbook, inventory, cwd } = options;
  return runPlays(await loadPlaybook(playbook, inventory, cwd, foreseeing(options)), options);
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
  const chosen = chooseHosts(plays, inventory, options.limit, options.cwd, options.among);
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
  const runners = new Runners(inventory, {
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
  });
  const selection = new Selection(options.wished ?? {});
  const halt = new Halt();
  const turns = new Turns();
  const countersOf = countersByHost();
  const tellDone = (host: string): void => {
    for (const event of selection.takeDone(host)) emit(event);
  };
  /** Where the run has been ended, that is told and thrown. */
  const mayGo = ({ play }: Batch, host: string, tasks: readonly string[]): void => {
    const { reason } = halt;
    if (reason !== undefined) emit({ type: 'left', play: play.name, hosts: [host], tasks, reason });
    halt.check(host);
  };
  const shared = {
    inventory,
    turns,
    countersOf,
    runnerOf: (host: string) => runners.of(host),
    mayGo,
  };

  const { planned, warnings } = await planPlays(chosen, options.extraVars, {
    sendFor:
      (batch, { name }) =>
      async (program) => {
        const { play, lockstep } = batch;
        const place = await batch.turnOf(name);
        if (lockstep !== undefined) await place.leave(lockstep.arrive(name));
        mayGo(batch, name, tasksLeft(program));
        const runner = await runners.of(name);
        await runner.quiet();
        tellDone(name);
        return runner.send(play, program, place);
      },
    async factsOf({ batch, ...wish }) {
      const place = await batch.turnOf(wish.asking.name);
      const { factsOfHost } = await import('./facts/facts-of.ts');
      const facts = factsOfHost(wish, { inventory, runners: runners.all, cache: factCache, countersOf });
      return place.leave(facts);
    },
    countersOf,
    selection,
    beyondHost: (asking) => beyondHost(asking, shared),
    async mayGo(batch, { name }) {
      await batch.turnOf(name);
      mayGo(batch, name, []);
    },
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
  for (const message of [...warningTexts(inventory, options.cwd), ...warnings])
    emit({ type: 'warning', message });
  const interrupt = (): void => {
    halt.now('interrupted');
    runners.interrupt();
  };
  await runners.prepare(names);
  if (options.signal.aborted) interrupt();
  options.signal.addEventListener('abort', interrupt);
  const ends = new HostEnds(chosen.plays, emit);
  try {
    const { forks } = options;
    const running = {
      planned,
      runners,
      turns,
      forks,
      failed: new Set<string>(),
      stopped: new Set<string>(),
      halt,
      tellDone,
      ends,
      emit,
    };
    for (const { play, hosts, batches } of chosen.plays) {
      if (halt.reason === undefined) await runPlay(play, batches, running);
      else {
        const left = hosts.map(({ name }) => name);
        tellLeft(play, left, running);
      }
    }
  } finally {
    options.signal.removeEventListener('abort', interrupt);
    await runners.close();
    factCache.write();
    ends.tellRest();
    for (const host of runners.all.keys())
      if (!names.includes(host)) emit({ type: 'host', host, state: 'done' });
    emit(summary.event());
  }
}
