import type { Place } from './errors/tsplay-error.ts';

/** What a task came to. In check mode `changed` means "would change". */
export type TaskStatus = 'ok' | 'changed' | 'failed' | 'skipped' | 'unknown';

/** What one step came to. */
export type StepStatus = 'ok' | 'changed' | 'failed' | 'unknown';

/** A failure as a report shows it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly where?: Place | undefined;
  /** What the command printed on standard error, as far as it is kept. */
  readonly stderr?: string | undefined;
}

/** Counts of one host, as the summary gives them. */
export interface HostSummary {
  readonly ok: number;
  readonly changed: number;
  /** Without those that were caught. */
  readonly failed: number;
  /** Failures within an `attempt`, or with `ignoreErrors`; not there if there are none. */
  readonly caught?: number;
  readonly skipped: number;
  readonly unknown: number;
  readonly unreachable: boolean;
}

/** The state of the files that a run was made from. */
export interface Commit {
  /** The commit that is checked out. */
  readonly id: string;
  readonly branch?: string | undefined;
  /** Something in the project differs from that commit. */
  readonly dirty: boolean;
}

/**
 * Everything that happens in a run, in order. Every report is a function of these. `--output json` prints one
 * a line; `docs/events.md` describes them. Version 1.
 */
export type TsplayEvent = Happening & {
  /** Milliseconds since the run began. */
  readonly at?: number;
};

type Happening =
  | {
      readonly type: 'run';
      readonly version: 1;
      /** The run's name: that of its journal on the hosts and of its record here. */
      readonly run?: string;
      readonly mode: 'run' | 'check' | 'rollback';
      readonly playbook?: string;
      readonly inventory: string;
      readonly hosts: readonly string[];
      /** ISO 8601, UTC. */
      readonly time: string;
    }
  | {
      readonly type: 'origin';
      readonly user: string;
      /** Who logged in, where that one became `user` by sudo or doas. */
      readonly login?: string | undefined;
      /** The name of the machine that it runs from. */
      readonly controller: string;
      /** The version of tsplay. */
      readonly tsplay: string;
      readonly commit?: Commit | undefined;
      /** The file that keeps these events. */
      readonly record?: string | undefined;
    }
  | { readonly type: 'play'; readonly play: string; readonly hosts: readonly string[] }
  | {
      readonly type: 'batch';
      readonly play: string;
      /** Counted from 1. */
      readonly number: number;
      /** How many batches the play has. */
      readonly of: number;
      readonly hosts: readonly string[];
    }
  | {
      readonly type: 'left';
      readonly play: string;
      readonly hosts: readonly string[];
      /** Tasks that have not begun; absent where nothing of the play has. */
      readonly tasks?: readonly string[];
      /** Why the run has not come to them. */
      readonly reason: string;
    }
  | { readonly type: 'host'; readonly host: string; readonly state: 'connecting' | 'connected' | 'done' }
  | {
      readonly type: 'unreachable';
      readonly host: string;
      /** The host whose play has delegated a task to this one. */
      readonly for?: string;
      readonly error: Failure;
    }
  | {
      readonly type: 'task-start';
      readonly host: string;
      /** The task's id, unique within the play on this host, such as `bond[bond0]`. */
      readonly task: string;
      /** The host whose play has delegated it to this one. */
      readonly for?: string;
      readonly where?: Place | undefined;
    }
  | {
      readonly type: 'output';
      readonly host: string;
      readonly task: string;
      readonly stream: 'stdout' | 'stderr';
      readonly text: string;
    }
  | {
      readonly type: 'step';
      readonly host: string;
      readonly task: string;
      /** What the step is about, in words: `mtu of bond0`. */
      readonly what: string;
      readonly status: StepStatus;
      /** What stood there; absent where nothing did. */
      readonly before?: string;
      /** What is, or should be, there now; absent where nothing is. */
      readonly after?: string;
      /** Why a step is unknown. */
      readonly reason?: string;
    }
  | {
      readonly type: 'progress';
      readonly host: string;
      readonly task: string;
      /** The step that takes long, as its `step` event will name it. */
      readonly what: string;
      /** Bytes that have gone so far. */
      readonly bytes: number;
      /** Of how many. */
      readonly of: number;
    }
  | {
      readonly type: 'retry';
      readonly host: string;
      readonly task: string;
      /** How often it will be tried yet, the coming try included. */
      readonly left: number;
      /** Seconds until then. */
      readonly delay: number;
      /** Why the last try has failed. */
      readonly reason: string;
    }
  | {
      readonly type: 'task';
      readonly host: string;
      readonly task: string;
      readonly status: TaskStatus;
      /** The host whose play has delegated it to this one. */
      readonly for?: string;
      /** What the task was, as a digest, where it is done: by this run or by the one that this one goes on with. */
      readonly done?: string;
      /** Milliseconds between the task's first and last frame, as seen here. */
      readonly ms: number;
      readonly reason?: string | undefined;
      /** It was skipped because something before it had failed: nobody has looked at it. */
      readonly left?: true;
      readonly error?: Failure | undefined;
      /** It has failed within an `attempt`, or with `ignoreErrors`: for the run that is no failure. */
      readonly caught?: true | undefined;
    }
  | { readonly type: 'message'; readonly host: string; readonly task: string; readonly message: string }
  | { readonly type: 'warning'; readonly host?: string; readonly task?: string; readonly message: string }
  | {
      readonly type: 'session';
      readonly host: string;
      readonly roundTrips: number;
      readonly bytesSent: number;
      readonly bytesReceived: number;
    }
  | { readonly type: 'summary'; readonly hosts: Readonly<Record<string, HostSummary>> };
