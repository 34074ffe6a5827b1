import { runnerError } from '../errors/runner.ts';
import { loadPlaybook } from '../playbook/playbook.ts';
import { compile } from '../steps/compile.ts';
import type { RunOptions } from './options.ts';
import { hostsOf, planPlays } from './plan.ts';

/** The shell program of one host, up to the first barrier of each play. Connects to nothing. */
export async function compileForHost(
  options: Pick<RunOptions, 'playbook' | 'inventory' | 'limit' | 'extraVars' | 'cwd'>,
): Promise<string> {
  const { plays, inventory } = await loadPlaybook(options.playbook, options.inventory, options.cwd);
  const chosen = plays.map((play) => ({ play, hosts: hostsOf(play, inventory, options.limit) }));
  const names = [...new Set(chosen.flatMap(({ hosts }) => hosts.map((host) => host.name)))];
  if (names.length !== 1) throw runnerError('one-host-only', { hosts: names });
  const parts: string[] = [];
  await planPlays(chosen, options.extraVars, (play) => (program) => {
    parts.push(`# ==== play: ${play.name.replaceAll(/[^\x20-\x7e]/g, '?')}\n${compile(program).body}`);
    // What follows the barrier depends on what the host says.
    return new Promise(() => {});
  });
  return parts.join('\n');
}
