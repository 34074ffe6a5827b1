import type { TsplayEvent } from '../events.ts';

/** A report is told every event, in order, and writes what it makes of it. */
export interface Report {
  event(event: TsplayEvent): void;
}

/** Where a report writes to. */
export type Write = (text: string) => void;

/** What to show. */
export interface ReportOptions {
  /** Show what stood there and what stands there now. */
  readonly diff: boolean;
  /** 0: changes and failures; 1: every task, output, round trips. */
  readonly verbosity: number;
}
