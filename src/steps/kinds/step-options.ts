import type { Claim } from '../module.ts';
import type { Library, Query } from './query.ts';

/** Something on the host that steps stand inside of or make: `link:bond0`, `module:ip_vs`. No white space. */
export type Resource = `${string}:${string}`;

/** What all kinds of step can say. */
export interface StepOptions {
  /**
   * Lists that its reading half looks at, of which one that cannot be read makes the step unreadable; and functions that
   * its halves call.
   */
  readonly uses?: readonly (Query | Library)[] | undefined;
  /** The step is about something inside this resource; see `fresh`. */
  readonly inside?: Resource | undefined;
  /**
   * What the step finds when `inside` has just been made: `'set'` when making it sets the wanted value, or the
   * value that a new one has. `own`: making it sets the wanted value, but only where this very task makes it, or one before that
   * has the same word here; of what another one makes, that is not known. Left out, check mode says unknown.
   */
  readonly fresh?: 'set' | { readonly value: string } | { readonly own: string } | undefined;
  /** The resource that this step makes, or takes away where it is `absent`. */
  readonly provides?: Resource | undefined;
  /** What its task claims by it, where only its steps show that. */
  readonly claims?: readonly Claim[] | undefined;
  /** Whether the change is gone after a reboot. @defaultValue 'runtime' */
  readonly lifetime?: 'runtime' | 'disk' | undefined;
  /** Never show what was read and wanted. */
  readonly secret?: boolean | undefined;
  /** As the user has said it of the task, see {@link TaskOptions}. */
  readonly diff?: boolean | undefined;
}
