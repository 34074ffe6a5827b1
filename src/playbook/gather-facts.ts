import { near } from '../errors/near.ts';
import { runnerError } from '../errors/runner.ts';
import { stepError } from '../errors/steps.ts';
import type { Place, TsplayError } from '../errors/tsplay-error.ts';
import type { FactGroupDefinition } from '../facts/group.ts';
import { factGroups, type FactGroup, type Facts } from '../facts/index.ts';
import { timeLimited, tookTooLong } from '../facts/time-limit.ts';
import type { BuildContext } from '../steps/build-context.ts';
import type { Handle, TaskResult } from '../steps/module.ts';
import { action } from '../steps/step.ts';
import type { Play } from './play.ts';

/** Seconds that a group may take which says nothing of its own. */
const defaultLimit = 10;

interface Answer extends TaskResult {
  readonly facts: Facts[FactGroup] | undefined;
}

/** The groups that a play reads. Without types, one may be given without a list. */
export function factGroupsOf({ options }: Play): readonly FactGroup[] {
  return [options.facts ?? []].flat();
}

/** The groups of a play that do not exist, which its types have not kept out. */
export function factsProblems(play: Play): readonly TsplayError[] {
  const { name, where } = play;
  return factGroupsOf(play).flatMap((group: unknown) =>
    typeof group === 'string' && Object.hasOwn(factGroups, group)
      ? []
      : runnerError(
          'unknown-facts',
          { play: name, group: String(group), near: near(String(group), Object.keys(factGroups)) },
          { where },
        ),
  );
}

/**
 * Asks the host, in one program, for groups of facts: the first barrier of a play. Rejects if one of them cannot be
 * had; that has been told as the failure of its task.
 */
export async function gatherFacts(
  build: BuildContext,
  groups: readonly FactGroup[],
  where: Place | undefined,
): Promise<Partial<Facts>> {
  const asked: { readonly group: FactGroup; readonly handle: Handle<Answer> }[] = [];
  for (const group of new Set(groups)) {
    const definition: FactGroupDefinition<Facts[FactGroup]> = factGroups[group];
    const { limit = defaultLimit, probe, parse, privileged = false } = definition;
    // One that fails does not keep the next one from being asked.
    build.attempt(() => {
      const handle = build.register<Answer>({
        module: 'facts',
        name: group,
        network: false,
        steps: [action(`${group} facts`, { run: timeLimited(limit, probe), guard: { kind: 'reads' } })],
        claims: [],
        problems: [],
        when: undefined,
        become: privileged ? undefined : false,
        parse: (raw) => ({ ...raw, facts: raw.failed ? undefined : parse(raw.stdout) }),
        judge: undefined,
        gathers: (printed, rc) => uselessness(parse, limit, printed, rc),
        where,
      });
      asked.push({ group, handle });
    });
  }
  const facts: Partial<Record<FactGroup, unknown>> = {};
  for (const { group, handle } of asked) {
    const answer = await handle.result();
    if (answer.failed) {
      const problem = 'without these facts the play cannot be built';
      throw stepError('task-failed', { task: `facts[${group}]`, problem }, { where });
    }
    facts[group] = answer.facts;
  }
  return facts as Partial<Facts>;
}

function uselessness(
  parse: (printed: string) => unknown,
  limit: number,
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
