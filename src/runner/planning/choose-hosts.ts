import { dirname } from 'node:path';
import { runnerError } from '../../errors/runner.ts';
import { TsplayError, type Place } from '../../errors/tsplay-error.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { selectHosts } from '../../inventory/pattern.ts';
import type { Play } from '../../playbook/play.ts';
import { inOrder, rollingProblems } from '../../playbook/rolling.ts';
import { planBatches, type Batch } from '../schedule/batch.ts';

/** The plays of a playbook with their hosts, and what is wrong with the patterns that name these. */
export interface Chosen {
  readonly plays: readonly {
    readonly play: Play;
    /** In the order in which they are begun with. */
    readonly hosts: readonly Host[];
    readonly batches: readonly Batch[];
  }[];
  readonly problems: readonly TsplayError[];
  readonly inventory: Inventory;
}

/**
 * Finds the hosts of each play, within the limit; where that is wrong, there are none.
 *
 * @param cwd - what files in the limit are relative to; those in a play are relative to its own file
 * @param among - of these only; undefined: of all
 */
export function chooseHosts(
  plays: readonly Play[],
  inventory: Inventory,
  limit: string | undefined,
  cwd: string,
  among?: readonly string[],
): Chosen {
  const problems: TsplayError[] = [];
  const select = (pattern: string, where?: Place): readonly Host[] => {
    try {
      return selectHosts(inventory, pattern, where === undefined ? cwd : dirname(where.file));
    } catch (error) {
      if (!(error instanceof TsplayError)) throw error;
      problems.push(error.within({ where }));
      return [];
    }
  };
  const within = limit === undefined ? undefined : new Set(select(limit).map((host) => host.name));
  const chosen = plays.map((play) => {
    const all = select(play.options.hosts, play.where);
    const wrong = rollingProblems(play.options);
    problems.push(
      ...wrong.map((problem) => runnerError('bad-play', { play: play.name, problem }, { where: play.where })),
    );
    if (wrong.length > 0) return { play, hosts: all, batches: [] };
    const limited = all.filter(({ name }) => (within?.has(name) ?? true) && (among?.includes(name) ?? true));
    const hosts = inOrder(limited, play.options.order);
    return { play, hosts, batches: planBatches(play, hosts) };
  });
  return { plays: chosen, problems, inventory };
}
