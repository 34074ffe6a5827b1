import { isDeclarationFile } from '../declaration-files.ts';
import { isSource } from './emitted.ts';
import type { Manifest } from './manifest.ts';
import { modulesNamed } from './module-types.ts';
import type { Surroundings } from './surroundings.ts';
import type { Diagnostic, TscOutput } from './tsc-output.ts';

/** Types that take longer to check than most playbooks. They are there for those that need them. */
export interface Needs {
  /** The global types of Node. */
  readonly node: boolean;
  /** `v` of tsplay, which is all of valibot. */
  readonly v: boolean;
  /** The modules of tsplay that are named; undefined: all of them. */
  readonly modules?: readonly string[] | undefined;
}

/** What files are believed to need, from their last check and their own imports. */
export function firstNeeds(
  files: readonly string[],
  last: Manifest | undefined,
  surroundings: Surroundings,
): Needs {
  const { modules: index } = surroundings;
  // What other files named that these import.
  const before = last === undefined ? [] : last.needs.modules;
  const named = index === undefined || before === undefined ? undefined : modulesNamed(files, index);
  return {
    node: last?.needs?.node === true && mayHaveNode(surroundings),
    v: surroundings.withoutV === undefined || last?.needs?.v === true,
    modules: named === undefined ? undefined : [...new Set([...(before ?? []), ...named])],
  };
}

/** What a check without some of these types shows to be needed as well; undefined where that is nothing. */
export function moreNeeds(found: TscOutput, needs: Needs, surroundings: Surroundings): Needs | undefined {
  const node = needs.node || (mayHaveNode(surroundings) && found.diagnostics.some(asksForNode));
  const v = needs.v || found.diagnostics.some(asksForV) || isUsedUnchecked(found, 'tsplay');
  const modules = modulesNeeded(found, needs, surroundings);
  return node === needs.node && v === needs.v && modules === needs.modules ? undefined : { node, v, modules };
}

/** Only the first files are known before a check, and what they import after it. */
function modulesNeeded(found: TscOutput, { modules }: Needs, surroundings: Surroundings): Needs['modules'] {
  if (modules === undefined) return undefined;
  const named = allNamed(found, surroundings);
  return named?.every((name) => modules.includes(name)) === true ? modules : named;
}

function allNamed(found: TscOutput, { modules: index }: Surroundings): Needs['modules'] {
  return index === undefined || isUsedUnchecked(found, 'tsplay/modules')
    ? undefined
    : modulesNamed(found.files.filter(isSource), index);
}

/** What the next check of the same files is going to need, if they stay much as they are. */
export function nextNeeds(found: TscOutput, needs: Needs, surroundings: Surroundings): Needs {
  return { ...needs, modules: allNamed(found, surroundings) };
}

/** Where the user's tsconfig names the global types, they are his to choose. */
function mayHaveNode({ chain, nodeTypes }: Surroundings): boolean {
  return nodeTypes !== undefined && chain?.hasTypes !== true;
}

/** A name or module that is not known, or a property of `import.meta`: Node's types may know it. */
function asksForNode({ code, summary }: Diagnostic): boolean {
  return /^TS(?:2304|2307|2503|2552|2580|2584|2591|2882)$/.test(code) || summary.includes("'ImportMeta'");
}

function asksForV({ summary }: Diagnostic): boolean {
  return summary.includes("'v'");
}

/**
 * In declarations and JavaScript, a name that is missing is no error: what is made of it would pass for anything. Those
 * of inventories name secrets only.
 */
function isUsedUnchecked({ resolutions }: TscOutput, name: 'tsplay' | 'tsplay/modules'): boolean {
  return resolutions.some(
    ({ specifier, importer }) => specifier === name && !isSource(importer) && !isDeclarationFile(importer),
  );
}
