import type { TsplayEvent } from '../../src/events.ts';
import { OutcomeReader } from '../../src/runner/outcomes.ts';
import type { Parameters } from '../../src/runner/prologue.ts';
import { Session } from '../../src/runner/session.ts';
import { compile } from '../../src/steps/compile.ts';
import type { Program } from '../../src/steps/program.ts';
import { ssh2Transport } from '../../src/transport/ssh2-transport.ts';
import type { Target } from '../../src/transport/transport.ts';

/** How a session of a test differs from an apply without passwords. */
export interface SessionRun {
  readonly mode?: 'check' | 'apply';
  readonly name?: string;
  readonly become?: Parameters['become'];
  /** Gets each event when it comes. */
  readonly onEvent?: (event: TsplayEvent) => void;
}

export interface SessionResult {
  readonly statuses: readonly string[];
  readonly events: readonly TsplayEvent[];
  readonly roundTrips: number;
}

/** Runs programs one after the other in one session over SSH. Rejects as a session does. */
export async function runOver(
  target: Target,
  programs: readonly Program[],
  { mode = 'apply', name = 'run1', become, onEvent = () => {} }: SessionRun = {},
): Promise<SessionResult> {
  const connection = await ssh2Transport.open(target);
  const events: TsplayEvent[] = [];
  const emit = (event: TsplayEvent): void => {
    events.push(event);
    onEvent(event);
  };
  try {
    const session = new Session(connection, {
      host: 'web1',
      mode,
      run: name,
      diff: true,
      become,
      helloTimeout: 20_000,
    });
    for (const one of programs) await session.run(compile(one), new OutcomeReader('web1', one, emit, mode));
    await session.close();
    const statuses = events.flatMap((event) => (event.type === 'task' ? [event.status] : []));
    return { statuses, events, roundTrips: session.roundTrips };
  } finally {
    await connection.close();
  }
}
