import type { PresentStep } from './present.ts';
import type { ValueStep } from './value.ts';

/**
 * A destructive step: addresses, routes of all tables, slaves and state of the device, and of what stands on it,
 * are captured before it and restored after it, and after its undo.
 */
export function around<S extends PresentStep | ValueStep>(device: string, step: S): S {
  return { ...step, around: device };
}
