import { resolve } from 'node:path';
import { planError } from '../../errors/plan.ts';
import { TsplayErrors } from '../../errors/tsplay-error.ts';
import type { TsplayEvent } from '../../events.ts';
import { basisOf, basisProblems } from '../../plan/compare-plan.ts';
import { differences, unplannedChanges } from '../../plan/differences.ts';
import { Findings } from '../../plan/findings.ts';
import { KeptConnections } from '../../runner/session/kept-connections.ts';
import { Keeper } from '../../plan/keeper.ts';
import { makePlan, type Made } from '../../plan/make-plan.ts';
import { readPlan, writePlan, type Plan } from '../../plan/plan-file.ts';
import { loadPlaybook, type Loaded } from '../../playbook/playbook.ts';
import { plainReport } from '../../report/plain.ts';
import type { RunOptions } from '../../runner/options.ts';
import { runPlays } from '../../runner/run.ts';
import { passwordsOf } from '../adhoc/run-play.ts';
import { askingWith, type Quietly } from '../asking.ts';
import type { Flags } from '../commands/apply.ts';
import { showError, warn } from '../command.ts';
import { parseExtraVars } from '../extra-vars.ts';
import { reported } from '../reported.ts';
import type { Reports } from '../reports.ts';
import { version } from '../version.ts';

/** What both the check and the run need. */
interface Work {
  readonly plan: Plan;
  readonly loaded: Loaded;
  readonly connections: KeptConnections;
  readonly options: (
    quietly: Quietly,
    signal: AbortSignal,
  ) => Omit<RunOptions, 'playbook' | 'mode' | 'emit' | 'signal'>;
}

/** Checks the hosts of a plan again and does what it says; gives the exit status. */
export async function applyPlan(flags: Flags, name: string): Promise<number> {
  const cwd = process.cwd();
  const file = resolve(cwd, name);
  const plan = await readPlan(file);
  const last = plan.applied.at(-1);
  if (last !== undefined && !flags.again) throw planError('plan-applied', { file: name, time: last.time });
  const extraVars = await parseExtraVars(plan.extraVars, cwd);
  const loaded = await loadPlaybook(plan.playbook, plan.inventory, cwd);
  const problems = basisProblems(plan, await basisOf(loaded, version()), loaded, cwd);
  if (problems.length > 0) throw new TsplayErrors(problems);
  const passwords = await passwordsOf(flags);
  const { inventory, limit, tags, skipTags, startAt } = plan;
  const { forks, diff, transport, factCache: factAge } = flags;
  const work: Work = {
    plan,
    loaded,
    connections: new KeptConnections(),
    options: (quietly, signal) => ({
      inventory,
      limit,
      forks,
      diff,
      extraVars,
      transport,
      factAge,
      wished: { only: tags, skip: skipTags, startAt },
      cwd,
      becomePassword: passwords.become,
      asking: askingWith(passwords.login, quietly, signal),
    }),
  };
  try {
    return await compareAndRun(flags, file, work);
  } finally {
    await work.connections.close();
  }
}

async function compareAndRun(flags: Flags, file: string, work: Work): Promise<number> {
  const { plan } = work;
  const checked = await checkAgain(flags, work);
  if (checked.made === undefined) return checked.status;
  const { hosts, unreachable } = checked.made;
  const refused = Object.entries(plan.hosts).flatMap(([host, planned]) => {
    const now = hosts[host];
    if (unreachable.includes(host)) return [];
    const found = now === undefined ? ['nothing is to be done there any more'] : differences(planned, now);
    return found.length === 0 ? [] : [planError('plan-host-differs', { host, differences: found }, { host })];
  });
  for (const error of refused) await showError(error);
  const others = new Set([...unreachable, ...refused.map(({ host }) => host)]);
  const fit = Object.keys(plan.hosts).filter((host) => !others.has(host) && !plan.beside.includes(host));
  // Tasks of any host may have to run there.
  const none = fit.length === 0 || plan.beside.some((host) => others.has(host));
  const left = unreachable.length > 0 ? 3 : refused.length > 0 ? 2 : 0;
  if (left !== 0 && (!flags.partial || none)) {
    process.stderr.write('nothing was changed on any host\n');
    return left;
  }
  // Noted first: whatever becomes of this process, the plan has been begun.
  await writePlan(file, { ...plan, applied: [...plan.applied, { time: new Date().toISOString() }] });
  const status = await run(flags, work, left === 0 ? plan.limit : fit.join(','));
  return status === 0 ? left : status;
}

/** What a plan that is made now has. What is found is told by comparison, so only what stands in the way is shown. */
async function checkAgain(
  flags: Flags,
  { plan, loaded, connections, options }: Work,
): Promise<{ readonly status: number; readonly made: Made | undefined }> {
  let made: Made | undefined;
  const status = await reported(
    { ...flags, record: false },
    { strict: false, within: loaded.file, only: await obstacles() },
    async ({ emit, signal, quietly }) => {
      const open = connections.connect.bind(connections);
      made = await makePlan(loaded, { ...options(quietly, signal), emit, signal }, { open, salt: plan.salt });
    },
  );
  // Somebody has interrupted it.
  return { status, made: status > 3 ? undefined : made };
}

async function run(
  flags: Flags,
  { plan, loaded, connections, options }: Work,
  limit: string | undefined,
): Promise<number> {
  const supervisor = new Keeper(connections.connect.bind(connections), plan.hosts, plan.salt);
  const findings = new Findings();
  const status = await reported(
    flags,
    { strict: false, within: loaded.file },
    async ({ emit, signal, quietly }) =>
      runPlays(loaded, {
        ...options(quietly, signal),
        mode: 'run',
        limit,
        supervisor,
        emit(event) {
          findings.add(event);
          emit(event);
        },
        signal,
      }),
  );
  for (const [host, { found }] of Object.entries(plan.hosts)) {
    for (const task of unplannedChanges(found, findings.of(host))) {
      warn(`${host}: ${task} was changed, which the plan did not have: the host has changed in between`);
    }
  }
  return status;
}

/** A report of what keeps a check from being made. */
async function obstacles(): Promise<Reports> {
  const report = await plainReport(process.stderr, { diff: false, verbosity: 0, cwd: process.cwd() });
  return {
    event(event: TsplayEvent) {
      if (event.type === 'unreachable') report.event(event);
    },
    pause: () => () => {},
    close: () => true,
    record: undefined,
  };
}
