import type { StepWriter } from '../compile/step-writer.ts';
import { quote, type Sh } from '../sh.ts';
import type { StepOptions } from './step-options.ts';

/** A program that must be on the host, with the package that has it on each distribution. */
export interface ToolStep extends StepOptions {
  readonly kind: 'tool';
  readonly what: string;
  /** The programs of which one suffices. */
  readonly tools: readonly string[];
  /** Whether this host needs it: status 0 says so, 1 that it does not. Left out, every host does. */
  readonly needed: Sh | undefined;
  /** os-release ID to package; the first one is told where the distribution is not listed. */
  readonly packages: Readonly<Record<string, string>>;
}

/**
 * A program that must be there, or one of several; the error of a missing one names its package. Where `needed` fails
 * with status 1 the host does without.
 */
export function tool(
  name: string | readonly string[],
  packages: Readonly<Record<string, string>>,
  options: StepOptions & { needed?: Sh } = {},
): ToolStep {
  const { needed, ...rest } = options;
  const tools = [name].flat();
  return { kind: 'tool', what: `the program ${tools.join(' or ')}`, tools, packages, needed, ...rest };
}

export function compileTool(step: ToolStep, to: StepWriter): void {
  const packages = Object.entries(step.packages).map(([id, name]) => `${id}=${name}`);
  to.half('r', 'is it needed:', step.needed);
  const needed = step.needed === undefined ? "''" : String(to.number);
  to.before(`ts_tool ${quote(packages.join(' '))} ${needed} ${step.tools.map(quote).join(' ')}`);
}
