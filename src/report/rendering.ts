import type { TsplayEvent } from '../events.ts';

/** A report that is written as one, when nothing follows. */
export interface Rendering {
  event(event: TsplayEvent): void;
  /** All of it, as far as events have come. */
  text(): string;
}
