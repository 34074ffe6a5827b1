import { findProject } from '../playbook/load/project.ts';
import type { TsplayEvent } from '../events.ts';
import { exitStatus, noOutcome, withEvent } from '../report/exit-status.ts';
import { concealing } from '../secrets/conceal-events.ts';
import type { Quietly } from './asking.ts';
import { warn } from './command.ts';
import { EventStream } from './event-stream.ts';
import type { RunFlags } from './flags.ts';
import { Interruption } from './interruption.ts';
import { openReports, type Reports } from './reports.ts';

/** What the engine is given to tell what happens, and to learn that it has to stop. */
export interface Reporting {
  readonly emit: (event: TsplayEvent) => void;
  readonly signal: AbortSignal;
  /** Shows nothing while a person is asked. */
  readonly quietly: Quietly;
}

/** How the events of an engine are taken. */
export interface Reported {
  /** Tasks that a check cannot predict count as drift. */
  readonly strict: boolean;
  /** A file of the project that keeps the record. */
  readonly within: string;
  /** All that is told, in place of what the flags ask for. */
  readonly only?: Reports;
}

/** Shows what the engine does and gives the exit status that its events lead to. */
export async function reported(
  flags: RunFlags,
  { strict, within, only }: Reported,
  engine: (reporting: Reporting) => Promise<void>,
): Promise<number> {
  const project = findProject(within);
  const reports = only ?? (await openReports(flags, project, warn));
  const interruption = new Interruption((text) => process.stderr.write(text));
  const { signal } = interruption;
  let written = true;
  let outcome = noOutcome;
  const stream = new EventStream(
    concealing((event) => reports.event(event)),
    async () => (await import('./origin.ts')).originOf(project, reports.record),
  );
  const emit = (event: TsplayEvent): void => {
    outcome = withEvent(outcome, event);
    stream.event(event);
  };
  const quietly: Quietly = async (question) => {
    const resume = reports.pause();
    try {
      return await question();
    } finally {
      resume();
    }
  };
  // Whatever ends this process: what is known by then is written down.
  const close = (): void => void reports.close();
  process.once('exit', close);
  try {
    await engine({ emit, signal, quietly });
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
  } finally {
    await stream.end();
    process.off('exit', close);
    written = reports.close();
    interruption.dispose();
  }
  // Somebody waits for the report that is not there.
  return interruption.status ?? (exitStatus(outcome, { strict }) || (written ? 0 : 1));
}
