import { loadPlaybook } from '../../playbook/playbook.ts';
import type { Place } from '../../errors/tsplay-error.ts';
import { foreseeing } from './foresee.ts';
import { nothingRuns } from './nothing-runs.ts';
import type { RunOptions } from '../options.ts';
import { chooseHosts } from './choose-hosts.ts';
import { planPlays } from './plan.ts';

/** One task of a play, on all hosts that have it. */
export interface TaskInList {
  readonly id: string;
  readonly tags: readonly string[];
  readonly where: Place | undefined;
  /** Where it runs, which may be a host that it is delegated to. */
  readonly hosts: readonly string[];
}

/** One play, as far as it is known before anything has been connected to. */
export interface PlayInList {
  readonly play: string;
  readonly tags: readonly string[];
  /** In the order in which they are begun with, batch by batch. */
  readonly batches: readonly (readonly string[])[];
  /** The tasks that would run, in their order; a task behind the first barrier of a host is not among them. */
  readonly tasks: readonly TaskInList[];
  /** Hosts where there is more behind a barrier. */
  readonly open: readonly string[];
}

/** What a playbook would run. Connects to nothing. */
export async function listPlays(
  options: Pick<RunOptions, 'playbook' | 'inventory' | 'limit' | 'among' | 'extraVars' | 'cwd' | 'wished'>,
): Promise<{ readonly plays: readonly PlayInList[]; readonly warnings: readonly string[] }> {
  const { playbook, cwd } = options;
  const { plays, inventory } = await loadPlaybook(playbook, options.inventory, cwd, foreseeing(options));
  const chosen = chooseHosts(plays, inventory, options.limit, options.cwd, options.among);
  const means = nothingRuns(inventory, options.wished);
  const { planned, warnings } = await planPlays(chosen, options.extraVars, means);
  const listed = chosen.plays.map(({ play, batches }) => ({
    play: play.name,
    tags: play.options.tags ?? [],
    batches: batches.map((batch) => batch.hosts.map(({ name }) => name)),
    tasks: tasksOf(means.selection.runs(play)),
    open: planned.filter((one) => one.play === play && one.open).map(({ host }) => host.name),
  }));
  return { plays: listed, warnings };
}

/** The same task on several hosts is one line of the list. */
function tasksOf(
  tasks: readonly (Pick<TaskInList, 'id' | 'tags' | 'where'> & { readonly host: string })[],
): readonly TaskInList[] {
  const found = new Map<string, Omit<TaskInList, 'hosts'> & { readonly hosts: string[] }>();
  for (const { id, tags, where, host } of tasks) {
    const key = JSON.stringify([id, tags, where]);
    const one = found.get(key) ?? { id, tags, where, hosts: [] };
    if (!one.hosts.includes(host)) one.hosts.push(host);
    found.set(key, one);
  }
  return [...found.values()];
}
