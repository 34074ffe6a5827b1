import type { Finding, StepFinding } from './findings.ts';
import type { HostPlan } from './host-plan.ts';
import { identityDifferences } from './identity.ts';

/** Most differences of one host that are told. */
const most = 8;

/** In what a host differs from what a plan has of it, in words; nothing where it is as it was. */
export function differences(planned: HostPlan, now: HostPlan): readonly string[] {
  const all = [
    ...identityDifferences(planned.identity, now.identity),
    ...findingDifferences(planned.found, now.found),
    ...programDifferences(planned, now),
  ];
  const more = all.length - most;
  return more <= 0 ? all : [...all.slice(0, most), `and ${more} more`];
}

/** Tasks that a plan had nothing to change for, and that a run has changed something for. */
export function unplannedChanges(planned: readonly Finding[], done: readonly Finding[]): readonly string[] {
  return pairs(planned, done, (one) => one.task).flatMap(([task, then, is]) =>
    then?.status === 'ok' && is?.status === 'changed' ? [task] : [],
  );
}

function findingDifferences(planned: readonly Finding[], now: readonly Finding[]): readonly string[] {
  return pairs(planned, now, (one) => one.task).flatMap(([task, then, is]) => {
    if (then === undefined) return [`${task} was not there, and is ${is?.status}`];
    if (is === undefined) return [`${task} was ${then.status}, and is not reached any more`];
    if (then.status !== is.status) return [`${task} was ${statusText(then)}, and is ${statusText(is)}`];
    return stepDifferences(then.steps, is.steps).map((text) => `${task}: ${text}`);
  });
}

function stepDifferences(planned: readonly StepFinding[], now: readonly StepFinding[]): readonly string[] {
  return pairs(planned, now, (one) => one.what).flatMap(([what, then, is]) => {
    if (then === undefined || is === undefined)
      return [`${what} was ${then?.status ?? 'not looked at'}, and is ${is?.status ?? 'not looked at'}`];
    if (then.status !== is.status) return [`${what} was ${then.status}, and is ${is.status}`];
    if (then.before !== is.before) return [`${what} was ${shown(then.before)}, and is ${shown(is.before)}`];
    if (then.after !== is.after)
      return [`${what} was to be ${shown(then.after)}, and is to be ${shown(is.after)}`];
    return then.reason === is.reason
      ? []
      : [`${what} was unknown since ${then.reason}, and is since ${is.reason}`];
  });
}

function programDifferences({ programs, ends }: HostPlan, now: HostPlan): readonly string[] {
  const both = pairs(programs, now.programs, (program) => program.digest);
  const [, changed] = both.find(([, then, is]) => then !== undefined && is === undefined) ?? [];
  const [, , more] = both.find(([, then]) => then === undefined) ?? [];
  if (changed !== undefined) return [`the program is another one (${changed.tasks.join(', ')})`];
  if (more !== undefined) return [`there is more to do than was planned (${more.tasks.join(', ')})`];
  return ends?.why === now.ends?.why ? [] : ['the plan would end elsewhere'];
}

/** What has the same name in both, the n-th with the n-th, in the order of the first. */
function pairs<T>(
  planned: readonly T[],
  now: readonly T[],
  nameOf: (one: T) => string,
): readonly (readonly [name: string, then: T | undefined, is: T | undefined])[] {
  const left = [...now];
  const both = planned.map((then) => {
    const index = left.findIndex((one) => nameOf(one) === nameOf(then));
    const [is] = index < 0 ? [] : left.splice(index, 1);
    return [nameOf(then), then, is] as const;
  });
  return [...both, ...left.map((is) => [nameOf(is), undefined, is] as const)];
}

const statusText = ({ status }: Finding): string => (status === 'changed' ? 'to be changed' : status);

/** The beginning of a value on one line. */
function shown(value: string | undefined): string {
  if (value === undefined) return 'absent';
  const line = value.replaceAll('\n', ' ⏎ ');
  return `'${line.length > 120 ? `${line.slice(0, 120)}…` : line}'`;
}
