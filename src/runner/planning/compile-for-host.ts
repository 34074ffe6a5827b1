import { runnerError } from '../../errors/runner.ts';
import { warningTexts } from '../../inventory/inventory.ts';
import { loadPlaybook } from '../../playbook/playbook.ts';
import { compile, type Compiled } from '../../steps/compile.ts';
import type { RunOptions } from '../options.ts';
import { foreseeing } from './foresee.ts';
import { nothingRuns } from './nothing-runs.ts';
import { chooseHosts } from './choose-hosts.ts';
import { planPlays } from './plan.ts';

/**
 * The shell program of one host, up to the first barrier of each play. Connects to nothing.
 *
 * @param warn - called with each thing that a user should know of his inventory
 */
export async function compileForHost(
  options: Pick<RunOptions, 'playbook' | 'inventory' | 'limit' | 'extraVars' | 'cwd'>,
  warn: (message: string) => void,
): Promise<string> {
  const { playbook, cwd } = options;
  const { plays, inventory } = await loadPlaybook(playbook, options.inventory, cwd, foreseeing(options));
  for (const message of warningTexts(inventory, options.cwd)) warn(message);
  const chosen = chooseHosts(plays, inventory, options.limit, options.cwd);
  const names = [...new Set(chosen.plays.flatMap(({ hosts }) => hosts.map((host) => host.name)))];
  if (names.length !== 1 && chosen.problems.length === 0)
    throw runnerError('one-host-only', { hosts: names });
  const parts: string[] = [];
  // What follows a barrier depends on what hosts say.
  const never = new Promise<never>(() => {});
  await planPlays(chosen, options.extraVars, {
    ...nothingRuns(inventory),
    sendFor:
      ({ play }) =>
      (program) => {
        parts.push(`# ==== play: ${printable(play.name)}\n${printed(compile(program))}`);
        return never;
      },
  });
  return parts.join('\n');
}

/** The text of a program as it is sent, with what runs as other users below what calls it. */
export function printed({ body, segments }: Compiled): string {
  const others = segments.map(
    ({ number, user, body }) =>
      `\n# ---- ts_as ${number}: as ${printable(user)}\nts_segment_${number}() {\n${body}}\n`,
  );
  return `${body}${others.join('')}`;
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}
