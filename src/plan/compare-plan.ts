import { relative } from 'node:path';
import { planError } from '../errors/plan.ts';
import type { TsplayError } from '../errors/tsplay-error.ts';
import { findProject } from '../playbook/load/project.ts';
import type { Loaded } from '../playbook/playbook.ts';
import { chooseHosts } from '../runner/planning/choose-hosts.ts';
import { wholeRuntime } from '../steps/runtime.ts';
import { hostDigest, sha256 } from './digest.ts';
import type { Plan } from './plan-file.ts';

/** What of a plan can be compared without a connection. */
export type Basis = Pick<Plan, 'tsplay' | 'runtime' | 'files'>;

/**
 * What a plan is made from.
 *
 * @param tsplay - the version that runs
 */
export async function basisOf(loaded: Loaded, tsplay: string): Promise<Basis> {
  const project = findProject(loaded.file);
  const files = Object.entries(await loaded.inputs()).map(([file, stamp]) => [
    relative(project, file),
    stamp,
  ]);
  return { tsplay, runtime: sha256(wholeRuntime()), files: Object.fromEntries(files) };
}

/** All that speaks against applying a plan before anything connects. */
export function basisProblems(plan: Plan, now: Basis, loaded: Loaded, cwd: string): readonly TsplayError[] {
  const problems: TsplayError[] = [];
  if (plan.tsplay !== now.tsplay || plan.runtime !== now.runtime) {
    problems.push(planError('plan-of-other-tsplay', { planned: plan.tsplay, running: now.tsplay }));
  }
  for (const file of new Set([...Object.keys(plan.files), ...Object.keys(now.files)])) {
    const then = plan.files[file];
    const is = now.files[file];
    const how = then === undefined ? 'new' : is === undefined ? 'gone' : 'changed';
    if (then !== is) problems.push(planError('plan-file-changed', { file, how }));
  }
  const { plays, inventory, problems: wrong } = chooseHosts(loaded.plays, loaded.inventory, plan.limit, cwd);
  problems.push(...wrong);
  const names = new Set(plays.flatMap(({ hosts }) => hosts.map(({ name }) => name)));
  const more = [...names].filter((name) => plan.hosts[name] === undefined);
  const gone = Object.keys(plan.hosts).filter((name) => !names.has(name) && !plan.beside.includes(name));
  if (more.length + gone.length > 0) problems.push(planError('plan-hosts-changed', { more, gone }));
  for (const [name, { vars }] of Object.entries(plan.hosts)) {
    const host = inventory.hosts.get(name);
    if (host !== undefined && hostDigest(host) !== vars) {
      problems.push(planError('plan-vars-changed', { host: name }, { host: name }));
    }
  }
  return problems;
}
