import {
  procFile,
  release,
  sh,
  value,
  type Claim,
  type Read,
  type Resource,
  type Sh,
  type Step,
} from '../../src/steps/index.ts';

/** A kernel parameter as a file below /proc/sys, such as `net/ipv4/ip_forward`. */
export interface KernelParameter {
  readonly key: string;
  readonly want: string;
  readonly inside?: Resource;
  /** What it is in a kernel, module or link that is new. */
  readonly fresh?: string;
}

/** The step that sets a kernel parameter until the next boot, for whoever `owner` names. */
export function parameterStep({ key, want, inside, fresh }: KernelParameter, owner: string): Step {
  return value(`sysctl ${key}`, {
    ...halves(key),
    want,
    inside,
    fresh: fresh === undefined ? undefined : { value: fresh },
    shared: { resource: `sysctl:${key}`, owner },
  });
}

/** The step of an owner who goes: the last one of all puts back what was there before. */
export function parameterRelease(key: string, owner: string): Step {
  return release(`sysctl ${key}`, { ...halves(key), shared: { resource: `sysctl:${key}`, owner } });
}

function halves(key: string): { readonly read: Read; readonly write: Sh } {
  const path = `/proc/sys/${key}` as const;
  return { read: procFile(path), write: sh`printf '%s\n' "$1" >${path}` };
}

/** The claim to a kernel parameter: those who agree share it. */
export function parameterClaim({ key, want }: KernelParameter): Claim {
  return { resource: `sysctl:${key}`, value: want };
}
