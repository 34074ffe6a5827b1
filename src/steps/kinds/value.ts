import { Secret } from '../../secrets/secret.ts';
import { statusesOf, yesNo, type StepWriter } from '../compile/step-writer.ts';
import { quote, type Sh } from '../sh.ts';
import type { Read } from './read.ts';
import type { Resource, StepOptions } from './step-options.ts';

/** Who needs a value of the host that others may need too. */
export interface Shared {
  /** The value, as claims name it: `sysctl:net/ipv4/ip_forward`. */
  readonly resource: Resource;
  /** Whoever needs it, the same from run to run: `ipvs:-t_192.0.2.1:80`. */
  readonly owner: string;
}

export interface ValueStep extends StepOptions {
  readonly kind: 'value';
  readonly what: string;
  readonly read: Read;
  readonly want: string | Secret;
  /** Sets the value `$1`. */
  readonly write: Sh;
  readonly around: string | undefined;
  /** What it was before our first change is kept, until nobody of ours needs it any more; see {@link release}. */
  readonly shared?: Shared | undefined;
}

export interface ReleaseStep extends StepOptions {
  readonly kind: 'release';
  readonly what: string;
  readonly read: Read;
  readonly write: Sh;
  readonly shared: Shared;
}

/** A value that is read, compared and written with `$1`. A secret one stands in no file and is not shown. */
export function value(
  what: string,
  step: StepOptions & { read: Read; want: string | Secret; write: Sh; shared?: Shared },
): ValueStep {
  return {
    kind: 'value',
    what,
    around: undefined,
    ...(step.want instanceof Secret ? { secret: true } : {}),
    ...step,
  };
}

/**
 * The owner of a shared value needs it no more. The last one puts back what was found before our first change;
 * where others need it, or somebody else has changed it since, it is left and that is said.
 */
export function release(
  what: string,
  step: StepOptions & { read: Read; write: Sh; shared: Shared },
): ReleaseStep {
  return { kind: 'release', what, ...step };
}

export function compileValue(step: ValueStep, to: StepWriter): void {
  const statuses = compileRead(step, to);
  to.call('ts_value', to.word(step.want), statuses);
}

export function compileRelease(step: ReleaseStep, to: StepWriter): void {
  const statuses = compileRead(step, to);
  to.call('ts_release', yesNo(to.needs(step.shared.resource)), statuses);
}

/** Both halves; gives how the reading one is run. */
function compileRead({ what, read, write }: ValueStep | ReleaseStep, to: StepWriter): string {
  const statuses = read.kind === 'line' ? 'line' : statusesOf(read.command, read.absent);
  to.absent(statuses);
  const reading = read.kind === 'line' ? `TS_PATH=${quote(read.path)}` : read.command.text;
  to.function('r', `read ${what}`, reading);
  if (read.kind === 'line' && /^\/proc\/sys\/[^\s:]+$/.test(read.path)) to.part.parameters.add(read.path);
  to.half('w', 'set', write);
  return statuses;
}
