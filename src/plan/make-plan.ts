import type { TsplayEvent } from '../events.ts';
import type { Loaded } from '../playbook/playbook.ts';
import type { RunOptions } from '../runner/options.ts';
import type { Supervisor } from '../runner/supervisor.ts';
import { concealing } from '../secrets/conceal-events.ts';
import { hostDigest } from './digest.ts';
import { Findings } from './findings.ts';
import type { HostPlan, PlanEnd } from './host-plan.ts';
import { Planner, type Notes } from './planner.ts';

/** What planning has come to. */
export interface Made {
  readonly hosts: Readonly<Record<string, HostPlan>>;
  /** Those of them that have no play of their own: tasks of others run there. */
  readonly beside: readonly string[];
  readonly unreachable: readonly string[];
  /** Where the check did not come to its end. */
  readonly failed: readonly string[];
}

/**
 * Checks a playbook and notes what a run would do on each host.
 *
 * @param open - opens the connection to a host
 */
export async function makePlan(
  loaded: Loaded,
  options: Omit<RunOptions, 'playbook' | 'mode' | 'diff' | 'supervisor'>,
  { open, salt }: { readonly open: Supervisor['connect']; readonly salt: string },
): Promise<Made> {
  const findings = new Findings();
  const planner = new Planner(open, findings, salt);
  let names: readonly string[] = [];
  const note = concealing((event) => findings.add(event));
  const emit = (event: TsplayEvent): void => {
    if (event.type === 'run') names = event.hosts;
    note(event);
    options.emit(event);
  };
  const { runPlays } = await import('../runner/run.ts');
  await runPlays(loaded, { ...options, mode: 'check', diff: true, supervisor: planner, emit });
  const beside = [...planner.notes.keys()].filter((name) => !names.includes(name));
  const hosts = [...names, ...beside].map((name): [string, HostPlan] => {
    const host = loaded.inventory.hosts.get(name);
    const notes = planner.notes.get(name);
    const found = findings.of(name);
    const identity = notes?.identity ?? { boot: '', machine: '', name: '' };
    const ends = endOf(notes, found);
    const vars = host === undefined ? '' : hostDigest(host);
    return [name, { identity, vars, programs: notes?.programs ?? [], ...(ends && { ends }), found }];
  });
  const failed = hosts.filter(([, { found }]) =>
    found.some(({ status, caught }) => status === 'failed' && caught !== true),
  );
  return {
    hosts: Object.fromEntries(hosts),
    beside,
    unreachable: [...findings.unreachable],
    failed: failed.map(([name]) => name),
  };
}

/** Where what a body does depends on what a check has not run, that is told as a task of its play. */
function endOf(notes: Notes | undefined, found: HostPlan['found']): PlanEnd | undefined {
  if (notes?.ends !== undefined) return notes.ends;
  const beyond = found.find(({ task, status }) => status === 'unknown' && /^play\[.*\]$/s.test(task));
  return (
    beyond && {
      play: beyond.task.slice('play['.length, -1),
      why: beyond.reason ?? 'a check cannot know more',
    }
  );
}
