import { dirname } from 'node:path';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { runnerError } from '../errors/runner.ts';
import { TsplayError, TsplayErrors, type Place } from '../errors/tsplay-error.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { placeOfVariable } from '../inventory/layers.ts';
import { selectHosts } from '../inventory/pattern.ts';
import type { Vars } from '../inventory/shape.ts';
import { factsError } from '../errors/facts.ts';
import { near } from '../errors/near.ts';
import { isFactSource, type FactSource } from '../facts/source.ts';
import type { Wish } from './facts-of.ts';
import { factSourcesOf, factsProblems, gatherFacts, unknownFacts } from '../playbook/gather-facts.ts';
import { HostBuild, type Counters, type Send } from '../playbook/host-build.ts';
import { callerPlace, placeOfError } from '../playbook/place.ts';
import type { Play } from '../playbook/play.ts';
import { openDeclared, openSecrets } from '../secrets/sealed.ts';
import { Secret } from '../secrets/secret.ts';

/** One play on one host: its body has been run as far as its first barrier. */
export interface PlannedPlay {
  readonly play: Play;
  readonly host: Host;
  /** Settles when the body has ended and all its tasks have run; gives the task that a check could not go beyond. */
  readonly done: Promise<string | undefined>;
}

/** How what is planned reaches the hosts. */
export interface Means {
  /** Gives the function that sends the programs of one play to one host. */
  readonly sendFor: (play: Play, host: Host) => Send;
  /** Gives facts of one host to the body of another. */
  readonly factsOf: (wish: Wish) => Promise<unknown>;
  /** What numbers are taken in a host's session. */
  readonly countersOf: (host: string) => Counters;
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

/** The plays of a playbook with their hosts, and what is wrong with the patterns that name these. */
export interface Chosen {
  readonly plays: readonly { readonly play: Play; readonly hosts: readonly Host[] }[];
  readonly problems: readonly TsplayError[];
  readonly inventory: Inventory;
}

/**
 * Finds the hosts of each play, within the limit; where that is wrong, there are none.
 *
 * @param cwd - what files in the limit are relative to; those in a play are relative to its own file
 */
export function chooseHosts(
  plays: readonly Play[],
  inventory: Inventory,
  limit: string | undefined,
  cwd: string,
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
    const hosts = select(play.options.hosts, play.where);
    return { play, hosts: hosts.filter(({ name }) => within === undefined || within.has(name)) };
  });
  return { plays: chosen, problems, inventory };
}

/**
 * Builds every play for every host up to its first barrier, before any connection. Throws all that is wrong at
 * once; then nothing has run anywhere.
 */
export async function planPlays(
  chosen: Chosen,
  extraVars: Vars,
  { sendFor, factsOf, countersOf }: Means,
): Promise<readonly PlannedPlay[]> {
  const hosts = chosen.plays.flatMap((one) => one.hosts);
  const needed = hosts.map(({ vars, becomePassword, password }) => [vars, becomePassword, password]);
  const problems = [...chosen.problems, ...(await openSecrets([needed, extraVars]))];
  await openDeclared();
  // What reads ssh_config is imported where hosts are planned, and not by whatever imports this.
  const { loginsOf } = await import('./logins.ts');
  const logins = await loginsOf(hosts, problems);
  const planned: PlannedPlay[] = [];
  for (const { play, hosts } of chosen.plays) {
    const wrong = factsProblems(play);
    problems.push(...wrong);
    if (wrong.length > 0) continue;
    for (const host of hosts) {
      const vars = await checkVars(play, host, extraVars, problems);
      const login = logins.get(host.name);
      if (vars === undefined || login === undefined) continue;
      const given = { login, all: { ...host.vars, ...extraVars }, checked: vars.value };
      const asks = (name: string, source: FactSource, where: Place | undefined): Promise<unknown> =>
        factsOf({ play, asking: host, name, source, where });
      const ways = { inventory: chosen.inventory, send: sendFor(play, host), asks };
      const one = await buildUpToBarrier(play, host, given, countersOf(host.name), ways, problems);
      planned.push(one);
    }
  }
  if (problems.length > 0) throw new TsplayErrors(problems);
  return planned;
}

interface Ways {
  readonly inventory: Inventory;
  readonly send: Send;
  readonly asks: (name: string, source: FactSource, where: Place | undefined) => Promise<unknown>;
}

async function buildUpToBarrier(
  play: Play,
  host: Host,
  given: { readonly login: string; readonly all: Vars; readonly checked: unknown },
  counters: Counters,
  ways: Ways,
  problems: TsplayError[],
): Promise<PlannedPlay> {
  let reached: () => void = () => {};
  const barrier = new Promise<'barrier'>((resolve) => {
    reached = () => resolve('barrier');
  });
  const users = { login: given.login, become: play.options.become ?? false };
  const sending: Send = (program) => {
    reached();
    return ways.send(program);
  };
  const build = new HostBuild(play.name, host.name, counters, callerPlace, sending, users);
  const view = { name: host.name, address: host.address, groups: host.groups, vars: given.all };
  const sources = factSourcesOf(play);
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
  const done = build.run(async () => {
    const facts =
      sources.length > 0 ? { facts: await gatherFacts(build, sources, host.name, play.where) } : {};
    await play.body({ host: view, vars: given.checked, factsOf, ...facts });
  });
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
    problems.push(bodyProblem(play, host, outcome.error));
  return { play, host, done };
}

/** What the body of a play threw, as an error with its place. */
export function bodyProblem(play: Play, host: Host, error: unknown): TsplayError {
  if (error instanceof TsplayError) return error.within({ host: host.name, where: placeOfError(error) });
  const problem = error instanceof Error ? error.message : String(error);
  return runnerError(
    'body-failed',
    { host: host.name, play: play.name, problem },
    { host: host.name, where: placeOfError(error), cause: error },
  );
}

async function checkVars(
  play: Play,
  host: Host,
  extraVars: Vars,
  problems: TsplayError[],
): Promise<{ readonly value: unknown } | undefined> {
  const vars = { ...host.vars, ...extraVars };
  const schema: StandardSchemaV1 | undefined = play.options.vars;
  if (schema === undefined) return { value: vars };
  const result = await schema['~standard'].validate(vars);
  if (result.issues === undefined) return { value: result.value };
  for (const issue of result.issues) {
    const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
    const [name = ''] = path;
    const isExtra = Object.hasOwn(extraVars, name);
    const isSet = path.length === 0 || Object.hasOwn(vars, name);
    const problem = `${isSet ? `${issue.message}${hintOnSecret(path, vars)}` : 'it is not set'}${isExtra ? ' (from -e)' : ''}`;
    // What is missing is missing for the host as a whole.
    const where = isExtra ? undefined : (placeOfVariable(host, path) ?? host.where?.());
    problems.push(
      runnerError(
        'bad-variable',
        { host: host.name, play: play.name, path: path.length === 0 ? '(all)' : path.join('.'), problem },
        { host: host.name, where },
      ),
    );
  }
  return undefined;
}

/** A schema that wants a text refuses a secret, which has one. */
function hintOnSecret(path: readonly string[], vars: unknown): string {
  let value = vars;
  for (const key of path) {
    value = typeof value === 'object' && value !== null ? (value as Vars)[key] : undefined;
  }
  return value instanceof Secret ? '; it is a secret, for which the schema says v.instance(Secret)' : '';
}
