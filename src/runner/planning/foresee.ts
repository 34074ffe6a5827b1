import type { TsplayError } from '../../errors/tsplay-error.ts';
import { factsProblems } from '../../playbook/gather-facts.ts';
import type { Foresee } from '../../playbook/playbook.ts';
import type { RunOptions } from '../options.ts';
import { checkVars } from './check-vars.ts';
import { chooseHosts } from './choose-hosts.ts';
import { loginsOf } from './logins.ts';

/**
 * Finds what is wrong with plays and hosts without a body being run or a secret being opened: patterns, logins, variables.
 * It is what can be told beside wrong types.
 */
export function foreseeing({
  limit,
  cwd,
  among,
  extraVars,
}: Pick<RunOptions, 'limit' | 'cwd' | 'among' | 'extraVars'>): Foresee {
  return async (plays, inventory) => {
    const chosen = chooseHosts(plays, inventory, limit, cwd, among);
    const problems: TsplayError[] = [...chosen.problems];
    await loginsOf(
      chosen.plays.flatMap(({ hosts }) => hosts),
      problems,
    );
    for (const { play, hosts } of chosen.plays) {
      problems.push(...factsProblems(play));
      for (const host of hosts) await checkVars(play, host, extraVars, problems);
    }
    return problems;
  };
}
