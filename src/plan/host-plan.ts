import type { Finding } from './findings.ts';
import type { Identity } from './identity.ts';

/** A program that a plan has for a host. */
export interface PlannedProgram {
  readonly play: string;
  /** The tasks in it. */
  readonly tasks: readonly string[];
  /** Tells whether another program is the same, its secrets too. */
  readonly digest: string;
  /** Its text, for people. */
  readonly text: string;
}

/** Where a plan for a host ends although its plays do not. */
export interface PlanEnd {
  readonly play: string;
  readonly why: string;
}

/** What a plan has of one host. */
export interface HostPlan {
  readonly identity: Identity;
  /** Tells whether what the inventory says of it is the same. */
  readonly vars: string;
  readonly programs: readonly PlannedProgram[];
  readonly ends?: PlanEnd | undefined;
  readonly found: readonly Finding[];
}
