import type { Place } from '../errors/tsplay-error.ts';
import type { TaskStatus } from '../events.ts';
import type { ConditionExpression } from './condition.ts';
import type { Tries } from './control.ts';
import type { Claim, Judge } from './module.ts';
import type { Step } from './step.ts';

/** Says why what a task printed is of no use, if it is not. */
export type Gathers = (printed: string, rc: number) => string | undefined;

/** A task as the compiler gets it. Numbers are unique within a host's session. */
export interface ProgramTask {
  readonly kind: 'task';
  readonly number: number;
  readonly id: string;
  readonly where: Place | undefined;
  readonly network: boolean;
  /** Whom it runs as; undefined is the user of the connection. */
  readonly user: string | undefined;
  /** Number of its first step. */
  readonly firstStep: number;
  readonly steps: readonly Step[];
  readonly when: ConditionExpression | undefined;
  /** What it manages, and the value that it wants there. */
  readonly claims: readonly Claim[];
  /** Decides here what it came to; then it is the last task of its program. */
  readonly judge: Judge | undefined;
  /** Told if it changes something, or would. */
  readonly cautions?: readonly string[] | undefined;
  /** Told where it runs and has not failed. */
  readonly says?: string | undefined;
  /** It only asks the host what its play needs to know: reports are silent about it unless it fails. */
  readonly gathers?: Gathers | undefined;
  /** What it gathers is of this moment: it is kept for nobody, and its failure is the body's, which waits for it. */
  readonly momentary?: boolean | undefined;
  /** How often and how long it is tried; undefined: once, as long as it takes. */
  readonly tries: Tries | undefined;
  /** Marks that its first change leaves on the host for those who wait for it. */
  readonly marks: readonly string[];
  /** Marks that its success clears. */
  readonly clears: readonly string[];
  /** Mark of each awaited task: number of the producer to the mark's name. */
  readonly awaited: ReadonlyMap<number, string>;
}

/** Begin or end of an `attempt` or `always` scope. */
export interface ProgramScope {
  readonly kind: 'attempt' | 'attempt-end' | 'always' | 'always-end';
  readonly scope: number;
}

/** What a former run has left for a handler is looked for, before anything of this one can leave it too. */
export interface ProgramRecall {
  readonly kind: 'recall';
  readonly number: number;
  readonly user: string | undefined;
  readonly mark: string;
}

/** A handler has run: unless something has failed, nobody waits for its mark any more. */
export interface ProgramSettle {
  readonly kind: 'settle';
  readonly mark: string;
}

/** Takes marks of one user away after another user's tasks have dealt with them. */
export interface ProgramSweep {
  readonly kind: 'sweep';
  readonly number: number;
  readonly user: string | undefined;
  readonly marks: readonly string[];
}

/** What a task came to after it was judged here. */
export interface Verdict {
  readonly task: number;
  readonly status: 'ok' | 'changed' | 'failed';
  /** What it has left for those who wait for its change. */
  readonly marks: readonly string[];
}

/** The tasks of one host up to a barrier, in order. */
export interface Program {
  readonly items: readonly (ProgramTask | ProgramScope | ProgramRecall | ProgramSettle | ProgramSweep)[];
  /** Paths that tasks of the play declare, those of earlier programs and those that are left out among them. */
  readonly declared?: readonly string[] | undefined;
  /** Nothing follows in this play, so nobody asks later what its tasks came to. */
  readonly final: boolean;
  /** It goes on from the program before, whose last task was judged here; undefined if it begins anew. */
  readonly after?: { readonly judged: Verdict | undefined } | undefined;
  /**
   * Names the tasks that several programs make together: what another host delegates may come between two of them, and
   * its failures are not theirs. Undefined for a program that is all of it.
   */
  readonly flow?: number | undefined;
  /** How many attempts of the program before are open. @defaultValue 0 */
  readonly attempts?: number | undefined;
  /** It was cut off while this task ran, and goes on there in a new session; what those before came to is known. */
  readonly resumed?:
    | { readonly from: number; readonly statuses: ReadonlyMap<number, TaskStatus> }
    | undefined;
}
