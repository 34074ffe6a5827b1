import type { TsplayEvent } from '../events.ts';

/** Something that shows a run: to a person, or to a program. */
export interface Report {
  event(event: TsplayEvent): void;
  /** Writes nothing until what it gives is called: a person is asked something. */
  pause?(): () => void;
  /** Nothing follows. Puts the terminal back as it was. */
  close(): void;
}

/** Where a report is written. */
export interface ReportOut {
  write(text: string): unknown;
}

/** How a report for people looks. */
export interface ReportOptions {
  /** Show what stood on a host and what comes in its place. */
  readonly diff: boolean;
  /** 0: what changed or failed. 1: every task, live output, traffic. 2: every step and connection too. */
  readonly verbosity: number;
  /** Colours, where the report has any. */
  readonly color: boolean;
  /** Places below this folder are shown relative to it. */
  readonly cwd: string;
}
