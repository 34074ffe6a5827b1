import type { TsplayEvent } from '../events.ts';
import { wantsColor } from '../report/color.ts';
import { exitStatus, noOutcome, withEvent } from '../report/exit-status.ts';
import type { Report } from '../report/report.ts';
import { concealing } from '../secrets/conceal-events.ts';
import type { Quietly } from './asking.ts';
import type { RunFlags } from './flags.ts';
import { Interruption } from './interruption.ts';

/** What the engine is given to tell what happens, and to learn that it has to stop. */
export interface Reporting {
  readonly emit: (event: TsplayEvent) => void;
  readonly signal: AbortSignal;
  /** Shows nothing while a person is asked. */
  readonly quietly: Quietly;
}

/** Shows what the engine does and gives the exit status that its events lead to. */
export async function reported(
  flags: RunFlags,
  { strict, report: given }: { readonly strict: boolean; readonly report?: Report },
  engine: (reporting: Reporting) => Promise<void>,
): Promise<number> {
  const report = given ?? (await openReport(flags));
  const interruption = new Interruption((text) => process.stderr.write(text));
  const { signal } = interruption;
  let outcome = noOutcome;
  const tell = concealing((event) => report.event(event));
  const emit = (event: TsplayEvent): void => {
    outcome = withEvent(outcome, event);
    tell(event);
  };
  const quietly: Quietly = async (question) => {
    const resume = report.pause?.();
    try {
      return await question();
    } finally {
      resume?.();
    }
  };
  try {
    await engine({ emit, signal, quietly });
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
  } finally {
    report.close();
    interruption.dispose();
  }
  return interruption.status ?? exitStatus(outcome, { strict });
}

async function openReport({ output, diff, verbose: verbosity = 0 }: RunFlags): Promise<Report> {
  const out = process.stdout;
  const cwd = process.cwd();
  switch (output ?? (out.isTTY && process.env['TERM'] !== 'dumb' ? 'tty' : 'plain')) {
    case 'json':
      return (await import('../report/json.ts')).jsonReport(out);
    case 'plain':
      return (await import('../report/plain.ts')).plainReport(out, { diff, verbosity, cwd });
    case 'tty': {
      const { ttyReport } = await import('../report/tty.ts');
      return ttyReport(out, { diff, verbosity, cwd, color: wantsColor(out, process.env) });
    }
  }
}
