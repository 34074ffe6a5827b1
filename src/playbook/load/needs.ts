import { isDeclarationFile } from '../declaration-files.ts';
import { isSource } from './emitted.ts';
import type { Manifest } from './manifest.ts';
import type { Surroundings } from './surroundings.ts';
import type { Diagnostic, TscOutput } from './tsc-output.ts';

/** Types that take longer to check than most playbooks. They are there for those that need them. */
export interface Needs {
  /** The global types of Node. */
  readonly node: boolean;
  /** `v` of tsplay, which is all of valibot. */
  readonly v: boolean;
}

/** What files are believed to need, from their last check. */
export function firstNeeds(last: Manifest | undefined, surroundings: Surroundings): Needs {
  return {
    node: last?.needs?.node === true && mayHaveNode(surroundings),
    v: surroundings.withoutV === undefined || last?.needs?.v === true,
  };
}

/** What a check without some of these types shows to be needed as well; undefined where that is nothing. */
export function moreNeeds(found: TscOutput, needs: Needs, surroundings: Surroundings): Needs | undefined {
  const node = needs.node || (mayHaveNode(surroundings) && found.diagnostics.some(asksForNode));
  const v = needs.v || found.diagnostics.some(asksForV) || isUsedUnchecked(found);
  return node === needs.node && v === needs.v ? undefined : { node, v };
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
function isUsedUnchecked({ resolutions }: TscOutput): boolean {
  return resolutions.some(
    ({ specifier, importer }) =>
      specifier === 'tsplay' && !isSource(importer) && !isDeclarationFile(importer),
  );
}
