import { factsError } from '../errors/facts.ts';
import { Sh } from '../steps/sh.ts';
import type { FactGroupDefinition } from './group.ts';
import type { FactGroup, Facts } from './index.ts';
import { isFactGroup } from './names.ts';

/** A group of facts of a playbook's own; {@link customFacts} makes it. */
export interface CustomFacts<N extends string = string, T = unknown> extends FactGroupDefinition<T> {
  readonly kind: 'tsplay.facts';
  readonly name: N;
}

/** What a play may read: a group by its name, or one of its own. */
export type FactSource = FactGroup | CustomFacts;

/** The facts of these sources, by name. */
export type FactsOf<S extends FactSource> = Pick<Facts, Extract<S, FactGroup>> & {
  readonly [C in Extract<S, CustomFacts> as C['name']]: C extends CustomFacts<string, infer T> ? T : never;
};

/**
 * Makes a group of facts: a probe that asks the host, and what its answer means. It runs with the other groups of the
 * play, in the same program, and is on the type of `facts` under its name.
 *
 * @param name - a name as of a variable, of no group that exists
 * @example
 * const raid = customFacts('raid', {
 *   probe: sh`cat /proc/mdstat`,
 *   parse: (printed) => printed.split('\n').filter((line) => line.startsWith('md')).length,
 * });
 * export default play('Storage', { hosts: 'all', facts: [raid] }, ({ facts }) => {
 *   if (facts.raid > 0) …
 * });
 */
export function customFacts<const N extends string, T>(
  name: N,
  definition: FactGroupDefinition<T>,
): CustomFacts<N, T> {
  const problem = problemOf(name, definition);
  if (problem !== undefined) throw factsError('bad-facts', { name, problem });
  return { ...definition, kind: 'tsplay.facts', name };
}

function problemOf(name: unknown, definition: unknown): string | undefined {
  if (typeof name !== 'string' || !/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name))
    return 'the name is not one of letters, digits and _, beginning with a letter';
  if (isFactGroup(name)) return 'there is a group of this name already';
  if (typeof definition !== 'object' || definition === null) return 'it says nothing of how to ask';
  const {
    probe,
    parse,
    limit = 1,
  } = definition as Partial<Record<keyof FactGroupDefinition<unknown>, unknown>>;
  if (!(probe instanceof Sh)) return 'its probe is no shell text: write it as sh`…`';
  if (typeof parse !== 'function') return 'its parse is no function';
  if (typeof limit !== 'number' || !(limit >= 1 && limit <= 3600))
    return 'its limit is not 1 to 3600 seconds';
  return undefined;
}

/** Is this a group of a playbook's own, also one made by another copy of tsplay? */
function isCustom(source: unknown): source is CustomFacts {
  return (
    typeof source === 'object' && source !== null && (source as { kind?: unknown }).kind === 'tsplay.facts'
  );
}

/** A group with its name. */
export type NamedGroup = FactGroupDefinition<unknown> & { readonly name: string };

/** Is this something that a play can read? Types keep out what is not. */
export function isFactSource(source: unknown): source is FactSource {
  return isCustom(source) || isFactGroup(source);
}

/** What facts of a source are called. */
export function nameOf(source: FactSource): string {
  return typeof source === 'string' ? source : source.name;
}

/** How the facts of these sources are gathered. */
export async function groupsOf(sources: readonly FactSource[]): Promise<readonly NamedGroup[]> {
  const ours = sources.some((source) => typeof source === 'string');
  const { factGroups } = ours ? await import('./index.ts') : { factGroups: undefined };
  return sources.flatMap((source) => {
    if (typeof source !== 'string') return source;
    const group: FactGroupDefinition<unknown> | undefined = factGroups?.[source];
    return group === undefined ? [] : { ...group, name: source };
  });
}
