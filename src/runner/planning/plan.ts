import { runnerError } from '../../errors/runner.ts';
import { TsplayError, TsplayErrors, type Place } from '../../errors/tsplay-error.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import type { Vars } from '../../inventory/shape.ts';
import { factsError } from '../../errors/facts.ts';
import { near } from '../../errors/near.ts';
import { isFactSource, type FactSource } from '../../facts/source.ts';
import type { Batch } from '../schedule/batch.ts';
import { checkVars } from './check-vars.ts';
import type { Chosen } from './choose-hosts.ts';
import type { Asking, BeyondBody } from '../schedule/beyond-host.ts';
import type { Wish } from '../facts/facts-of.ts';
import type { Selection } from './selection.ts';
import { factSourcesOf, factsProblems, gatherFacts, unknownFacts } from '../../playbook/gather-facts.ts';
import type { Counters, Send } from '../../playbook/barriers.ts';
import { HostBuild } from '../../playbook/host-build.ts';
import { callerPlace, placeOfError } from '../../playbook/place.ts';
import type { Choice } from '../../playbook/choice.ts';
import type { Play } from '../../playbook/play.ts';
import { openDeclared, openSecrets } from '../../secrets/sealed.ts';
import { loginsOf } from './logins.ts';

/** One play on one host: its body has been run as far as its first barrier. */
export interface PlannedPlay {
  readonly play: Play;
  readonly host: Host;
  /** There is more behind a barrier. */
  readonly open: boolean;
  /** Settles when the body has ended and all its tasks have run; gives the task that a check could not go beyond. */
  readonly done: Promise<string | undefined>;
}

/** How what is planned reaches the hosts. */
export interface Means {
  /** Gives the function that sends the programs of one play to one host. */
  readonly sendFor: (batch: Batch, host: Host) => Send;
  /** Gives facts of one host to the body of another. */
  readonly factsOf: (wish: Wish & { readonly batch: Batch }) => Promise<unknown>;
  /** What numbers are taken in a host's session. */
  readonly countersOf: (host: string) => Counters;
  /** What is run. */
  readonly selection: Selection;
  /** Makes what a body can do beyond its host. */
  readonly beyondHost: (asking: Asking) => BeyondBody;
  /** Settles when it is this host's turn; rejects where the run has been ended. */
  readonly mayGo: (batch: Batch, host: Host) => Promise<void>;
}

/** Counts for each host of a run. */
export function countersByHost(): (host: string) => Counters {
  const counters = new Map<string, Counters>();
  return (host) => {
    const count = counters.get(host) ?? { task: 0, step: 0, scope: 0 };
    counters.set(host, count);
    return count;
  };
}

/**
 * Builds every play for every host up to its first barrier, before any connection. Throws all that is wrong at
 * once; then nothing has run anywhere.
 */
export async function planPlays(
  chosen: Chosen,
  extraVars: Vars,
  { sendFor, factsOf, countersOf, selection, beyondHost, mayGo }: Means,
): Promise<Plan> {
  const hosts = chosen.plays.flatMap((one) => one.hosts);
  const needed = hosts.map(({ vars, becomePassword, password }) => [vars, becomePassword, password]);
  const problems = [...chosen.problems, ...(await openSecrets([needed, extraVars]))];
  await openDeclared();
  const logins = await loginsOf(hosts, problems);
  const planned: PlannedPlay[] = [];
  for (const { play, batches } of chosen.plays) {
    const wrong = factsProblems(play);
    problems.push(...wrong);
    if (wrong.length > 0) continue;
    for (const { host, batch } of batches.flatMap((one) => one.hosts.map((host) => ({ host, batch: one })))) {
      const vars = await checkVars(play, host, extraVars, problems);
      const login = logins.get(host.name);
      if (vars === undefined || login === undefined) continue;
      const given = { login, all: { ...host.vars, ...extraVars }, checked: vars.value };
      const asks = (name: string, source: FactSource, where: Place | undefined): Promise<unknown> =>
        factsOf({ batch, play, asking: host, name, source, where });
      const ways = {
        inventory: chosen.inventory,
        send: sendFor(batch, host),
        asks,
        choiceOn: (name: string) => selection.choiceFor(play, host, name),
        beyondHost,
        mayGo: () => mayGo(batch, host),
      };
      const one = await buildUpToBarrier(batch, host, given, countersOf(host.name), ways, problems);
      planned.push(one);
    }
  }
  const missing = selection.missing(chosen.plays.map(({ play }) => play));
  // What is not there may be behind a barrier, where nobody has looked yet.
  if (!planned.some((one) => one.open)) problems.push(...missing);
  if (problems.length > 0) throw new TsplayErrors(problems);
  const behind = 'before the first barrier of each host; what is behind one is not known yet';
  return { planned, warnings: missing.map(({ message }) => `${message} (${behind})`) };
}

/** What is planned, and what a person should know of it. */
export interface Plan {
  readonly planned: readonly PlannedPlay[];
  readonly warnings: readonly string[];
}

interface Ways {
  readonly inventory: Inventory;
  readonly send: Send;
  readonly asks: (name: string, source: FactSource, where: Place | undefined) => Promise<unknown>;
  readonly choiceOn: (host: string) => Choice;
  readonly beyondHost: Means['beyondHost'];
  readonly mayGo: () => Promise<void>;
}

async function buildUpToBarrier(
  batch: Batch,
  host: Host,
  given: { readonly login: string; readonly all: Vars; readonly checked: unknown },
  counters: Counters,
  ways: Ways,
  problems: TsplayError[],
): Promise<PlannedPlay> {
  const { play } = batch;
  let come: (how: 'barrier' | 'end') => void = () => {};
  const barrier = new Promise<'barrier' | 'end'>((resolve) => {
    come = resolve;
  });
  let stop: (task: string) => void = () => {};
  const stopped = new Promise<string>((resolve) => {
    stop = resolve;
  });
  const users = { login: given.login, become: play.options.become ?? false };
  const sending: Send = (program) => {
    come(build.ended ? 'end' : 'barrier');
    return ways.send(program);
  };
  const choiceOn = (name: string): Choice => {
    const choice = ways.choiceOn(name);
    const { asks } = choice;
    if (asks === undefined) return choice;
    return {
      ...choice,
      async asks(task) {
        come(build.ended ? 'end' : 'barrier');
        await ways.mayGo();
        const agreed = await asks(task);
        await ways.mayGo();
        return agreed;
      },
    };
  };
  const build = new HostBuild(
    play.name,
    host.name,
    counters,
    callerPlace,
    sending,
    users,
    choiceOn(host.name),
  );
  const view = { name: host.name, address: host.address, groups: host.groups, vars: given.all };
  const sources = factSourcesOf(play);
  const reached = (): void => come('barrier');
  const factsOf = async (name: string, source: unknown): Promise<unknown> => {
    const where = callerPlace();
    if (!isFactSource(source)) throw unknownFacts(source, play, where);
    if (!ways.inventory.hosts.has(name)) {
      const context = { host: host.name, where };
      throw factsError(
        'facts-of-nobody',
        { host: name, near: near(name, ways.inventory.hosts.keys()) },
        context,
      );
    }
    reached();
    return ways.asks(name, source, where);
  };
  const { open, ...beyond } = ways.beyondHost({ host, batch, choiceOn, reached, stop });
  const built = build.run(async () => {
    const facts =
      sources.length > 0 ? { facts: await gatherFacts(build, sources, host.name, play.where) } : {};
    await play.body({ host: view, vars: given.checked, factsOf, ...beyond, ...facts });
    for (const { what, where } of open)
      throw runnerError('not-awaited', { what }, { host: host.name, where });
  });
  // Another host may have come to what a check cannot know, on behalf of this one.
  const done = Promise.race([built, stopped]);
  const settled = done.then(
    () => undefined,
    // A barrier throws what is known already.
    (error: unknown) =>
      error instanceof TsplayErrors && error.errors === build.problems ? undefined : { error },
  );
  const outcome = await Promise.race([barrier, settled]);
  problems.push(...build.problems);
  // That a secret cannot be opened has been told where that is not the body's own.
  if (typeof outcome === 'object' && !problems.includes(outcome.error as TsplayError))
    problems.push(...problemsIn(play, host, outcome.error));
  return { play, host, open: outcome === 'barrier', done };
}

/** What a body threw, as errors with their places; some of them are those of another host. */
export function problemsIn(play: Play, host: Host, error: unknown): readonly TsplayError[] {
  if (error instanceof TsplayErrors) return error.errors;
  return [bodyProblem(play, host, error)];
}

/** What the body of a play threw, as an error with its place. */
function bodyProblem(play: Play, host: Host, error: unknown): TsplayError {
  if (error instanceof TsplayError) return error.within({ host: host.name, where: placeOfError(error) });
  const problem = error instanceof Error ? error.message : String(error);
  return runnerError(
    'body-failed',
    { host: host.name, play: play.name, problem },
    { host: host.name, where: placeOfError(error) ?? play.where, cause: error },
  );
}
