import type { Sh } from '../steps/sh.ts';

/** A group of facts: how the host is asked, and what its answer means. */
export interface FactGroupDefinition<T> {
  /**
   * Prints what `parse` reads, in POSIX sh with no tool that a small host may lack. It runs in a subshell, as the
   * user of the connection, and must change nothing. It has failed if its status is not 0.
   */
  readonly probe: Sh;
  /** Seconds after which the probe is ended. @defaultValue 10 */
  readonly limit?: number;
  /** Throws if what was printed makes no sense. */
  readonly parse: (printed: string) => T;
}
