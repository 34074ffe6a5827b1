import type { StepWriter } from '../compile/step-writer.ts';
import { plainPath } from '../path.ts';
import { quote } from '../sh.ts';
import { isOddName } from './file.ts';
import type { StepOptions } from './step-options.ts';

export interface FetchStep extends StepOptions {
  readonly kind: 'fetch';
  readonly what: string;
  readonly path: string;
  /** The file of the controller. */
  readonly to: string;
  /** The digest of what it has now; undefined if it is not there. */
  readonly sha256: string | undefined;
}

/** The controller has what stands in a file. `to` is absolute; `sha256` is that of what stands there now. */
export function fetched(
  path: string,
  step: StepOptions & { to: string; sha256: string | undefined },
): FetchStep {
  const plain = plainPath(path);
  return { kind: 'fetch', what: plain, path: plain, ...step };
}

export function compileFetch(step: FetchStep, to: StepWriter): void {
  to.part.fetches.set(to.number, step.to);
  if (step.sha256 !== undefined && !isOddName(step.path)) to.part.files.paths.add(step.path);
  to.call('ts_fetch', quote(step.path), quote(step.sha256 ?? ''));
}
