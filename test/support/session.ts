import type { TsplayEvent } from '../../src/events.ts';
import type { TaskOutcome } from '../../src/playbook/barriers.ts';
import { OutcomeReader } from '../../src/runner/session/outcomes.ts';
import type { Parameters } from '../../src/runner/session/prologue.ts';
import { Session } from '../../src/runner/session/session.ts';
import { compile } from '../../src/steps/compile.ts';
import type { Program } from '../../src/steps/program.ts';
import { transportNamed, type TransportName } from '../../src/transport/index.ts';
import type { Connection, Target } from '../../src/transport/transport.ts';

/** How a session of a test differs from an apply without passwords. */
export interface SessionRun {
  readonly mode?: 'check' | 'apply';
  readonly name?: string;
  readonly become?: Parameters['become'];
  /** Gets each event when it comes. */
  readonly onEvent?: (event: TsplayEvent) => void;
  /** Stands between the session and its connection. */
  readonly over?: (connection: Connection) => Connection;
  /** @defaultValue 'ssh2' */
  readonly transport?: TransportName;
  /** Milliseconds until the shell must have said hello. @defaultValue 20 s */
  readonly helloTimeout?: number;
}

export interface SessionResult {
  readonly statuses: readonly string[];
  readonly events: readonly TsplayEvent[];
  /** What tasks came to, by number. */
  readonly outcomes: ReadonlyMap<number, TaskOutcome>;
  readonly roundTrips: number;
}

/** Runs programs one after the other in one session over SSH. Rejects as a session does. */
export async function runOver(
  target: Target,
  programs: readonly Program[],
  {
    mode = 'apply',
    name = 'run1',
    become,
    onEvent,
    over,
    helloTimeout = 20_000,
    transport = 'ssh2',
  }: SessionRun = {},
): Promise<SessionResult> {
  const connection = await (await transportNamed(transport)).open(target);
  const events: TsplayEvent[] = [];
  const outcomes = new Map<number, TaskOutcome>();
  const emit = (event: TsplayEvent): void => {
    events.push(event);
    onEvent?.(event);
  };
  try {
    const options = { host: 'web1', mode, run: name, diff: true, become, helloTimeout };
    const session = new Session(over?.(connection) ?? connection, options);
    for (const one of programs) {
      const reader = new OutcomeReader('web1', one, emit, mode);
      await session.run(compile(one), reader);
      for (const [number, outcome] of reader.outcomes) outcomes.set(number, outcome);
    }
    await session.close();
    const statuses = events.flatMap((event) => (event.type === 'task' ? [event.status] : []));
    return { statuses, events, outcomes, roundTrips: session.roundTrips };
  } finally {
    await connection.close();
  }
}
