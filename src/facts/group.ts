import type { Sh } from '../steps/sh.ts';

/** A group of facts: how the host is asked, and what its answer means. */
export interface FactGroupDefinition<T> {
  /**
   * Prints what `parse` reads, in POSIX sh with no tool that a small host may lack. It runs in a subshell and
   * must change nothing. It has failed if its status is not 0.
   */
  readonly probe: Sh;
  /**
   * Asked as the user that the play becomes, since others do not see it all; else as the user of the connection.
   *
   * @defaultValue false
   */
  readonly privileged?: boolean;
  /** Seconds after which the probe is ended. @defaultValue 10 */
  readonly limit?: number;
  /** Throws if what was printed makes no sense. */
  readonly parse: (printed: string) => T;
}
