import { factsError } from '../errors/facts.ts';
import { near } from '../errors/near.ts';
import type { Place, TsplayError } from '../errors/tsplay-error.ts';
import { factGroups } from '../facts/index.ts';
import { groupOf, type NamedGroup } from '../facts/source.ts';
import { timeLimited, tookTooLong } from '../facts/time-limit.ts';
import type { BuildContext } from '../steps/build-context.ts';
import type { Handle, TaskResult } from '../steps/module.ts';
import { action } from '../steps/step.ts';
import type { Play } from './play.ts';

/** Seconds that a group may take which says nothing of its own. */
const defaultLimit = 10;

/** Facts of one host by group. One that could not be gathered is not its own property, and throws when it is read. */
export type GatheredFacts = Readonly<Record<string, unknown>>;

/** The groups that a play reads. Without types, one may be given without a list. */
export function factGroupsOf({ options }: Play): readonly NamedGroup[] {
  const groups = new Map<string, NamedGroup>();
  for (const source of [options.facts ?? []].flat()) {
    const group = groupOf(source);
    if (group !== undefined) groups.set(group.name, group);
  }
  return [...groups.values()];
}

/** What is wrong with the groups of a play, and its types have not kept out. */
export function factsProblems(play: Play): readonly TsplayError[] {
  const { name, where, options } = play;
  const groups = new Map<string, NamedGroup>();
  return [options.facts ?? []].flat().flatMap((source: unknown) => {
    const group = groupOf(source);
    if (group === undefined) return unknownFacts(source, play, where);
    const other = groups.get(group.name);
    groups.set(group.name, group);
    return other === undefined || other.probe.text === group.probe.text
      ? []
      : factsError('facts-twice', { play: name, group: group.name }, { where });
  });
}

/** The group that a source names, or an error that says that there is none. */
export function groupFor(source: unknown, play: Play, where: Place | undefined): NamedGroup {
  const group = groupOf(source);
  if (group === undefined) throw unknownFacts(source, play, where);
  return group;
}

function unknownFacts(source: unknown, { name }: Play, where: Place | undefined): TsplayError {
  const text = typeof source === 'string' ? source : JSON.stringify(source);
  const suggested = near(text, Object.keys(factGroups));
  return factsError('unknown-facts', { play: name, group: text, near: suggested }, { where });
}

interface Answer extends TaskResult {
  readonly facts: unknown;
}

/** Asks the host, in one program, for groups of facts: the first barrier of a play. */
export async function gatherFacts(
  build: BuildContext,
  groups: readonly NamedGroup[],
  host: string,
  where: Place | undefined,
): Promise<GatheredFacts> {
  const asked: { readonly group: NamedGroup; readonly handle: Handle<Answer> }[] = [];
  for (const group of groups) {
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
