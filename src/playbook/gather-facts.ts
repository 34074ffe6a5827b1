import { factsError } from '../errors/facts.ts';
import { near } from '../errors/near.ts';
import type { Place, TsplayError } from '../errors/tsplay-error.ts';
import { factGroupNames } from '../facts/names.ts';
import { groupsOf, isFactSource, nameOf, type FactSource, type NamedGroup } from '../facts/source.ts';
import { timeLimited, tookTooLong } from '../facts/time-limit.ts';
import type { BuildContext } from '../steps/build-context.ts';
import type { Handle, TaskResult } from '../steps/module.ts';
import { noControl } from '../steps/control.ts';
import { action } from '../steps/kinds/action.ts';
import type { Play } from './play.ts';

/** Seconds that a group may take which says nothing of its own. */
const defaultLimit = 10;

/** Facts of one host by group. One that could not be gathered is not its own property, and throws when it is read. */
export type GatheredFacts = Readonly<Record<string, unknown>>;

/** What a play reads, each once. Without types, one may be given without a list. */
export function factSourcesOf({ options }: Play): readonly FactSource[] {
  const sources = [options.facts ?? []].flat().filter(isFactSource);
  return [...new Map(sources.map((source) => [nameOf(source), source])).values()];
}

/** What is wrong with the facts that a play reads, and its types have not kept out. */
export function factsProblems(play: Play): readonly TsplayError[] {
  const { name, where, options } = play;
  const read = new Map<string, FactSource>();
  return [options.facts ?? []].flat().flatMap((source: unknown) => {
    if (!isFactSource(source)) return unknownFacts(source, play, where);
    const group = nameOf(source);
    const other = read.get(group);
    read.set(group, source);
    return other === undefined || isSame(other, source)
      ? []
      : factsError('facts-twice', { play: name, group }, { where });
  });
}

function isSame(one: FactSource, other: FactSource): boolean {
  return typeof one === 'string' || typeof other === 'string'
    ? one === other
    : one.probe.text === other.probe.text;
}

/** That there are no such facts. */
export function unknownFacts(source: unknown, { name }: Play, where: Place | undefined): TsplayError {
  const group = typeof source === 'string' ? source : JSON.stringify(source);
  return factsError('unknown-facts', { play: name, group, near: near(group, factGroupNames) }, { where });
}

interface Answer extends TaskResult {
  readonly facts: unknown;
}

/** Asks the host, in one program, for groups of facts: the first barrier of a play. */
export async function gatherFacts(
  build: BuildContext,
  sources: readonly FactSource[],
  host: string,
  where: Place | undefined,
): Promise<GatheredFacts> {
  const asked: { readonly group: NamedGroup; readonly handle: Handle<Answer> }[] = [];
  for (const group of await groupsOf(sources)) {
    const { name, limit = defaultLimit, probe, parse, privileged = false } = group;
    // One that fails does not keep the next one from being asked.
    build.attempt(() => {
      const handle = build.register<Answer>({
        module: 'facts',
        name,
        network: false,
        steps: [action(`${name} facts`, { run: timeLimited(limit, probe), guard: { kind: 'reads' } })],
        claims: [],
        problems: [],
        when: undefined,
        ...noControl,
        become: privileged ? undefined : false,
        parse: (raw) => ({ ...raw, facts: raw.failed ? undefined : parse(raw.stdout) }),
        judge: undefined,
        gathers: (printed, rc) => uselessness(group, printed, rc),
        where,
      });
      asked.push({ group, handle });
    });
  }
  const missing = {};
  const facts = Object.create(missing) as Record<string, unknown>;
  for (const { group, handle } of asked) {
    const answer = await handle.result();
    if (!answer.failed && !answer.skipped) facts[group.name] = answer.facts;
    else {
      const why = whyMissing(group, answer);
      const get = (): never => {
        throw factsError('facts-missing', { host, group: group.name, why }, { host });
      };
      Object.defineProperty(missing, group.name, { get });
    }
  }
  return facts;
}

function whyMissing(group: NamedGroup, { rc, stdout, stderr }: TaskResult): string {
  const said = stderr.trim().split('\n').at(-1) ?? '';
  if (rc === undefined) return said === '' ? 'it could not be asked' : said;
  const why = uselessness(group, stdout, rc) ?? `its probe ended with status ${rc}`;
  return said === '' ? why : `${why} (${said})`;
}

function uselessness(
  { limit = defaultLimit, parse }: NamedGroup,
  printed: string,
  rc: number,
): string | undefined {
  if (rc === tookTooLong) return `it took longer than ${limit} s and was ended`;
  if (rc !== 0) return undefined;
  try {
    parse(printed);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
