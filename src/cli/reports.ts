import type { TsplayEvent } from '../events.ts';
import { recorder, type Recorder } from '../record/recorder.ts';
import { wantsColor } from '../report/color.ts';
import type { Report } from '../report/report.ts';
import type { RunFlags } from './flags.ts';

/** All that a run is told to. */
export interface Reports {
  event(event: TsplayEvent): void;
  /** Shows nothing until what it gives is called. */
  pause(): () => void;
  close(): void;
  /** The file that keeps the run, once it has begun. */
  readonly record: string | undefined;
}

/** Opens what the flags ask for, and the record of the run. */
export async function openReports(
  flags: RunFlags,
  project: string,
  warn: (message: string) => void,
): Promise<Reports> {
  const shown = await openOutput(flags);
  return recording(shown, flags.record ? recorder(project, warn) : undefined);
}

/** A report, and the record beside it. */
export function recording(shown: Report, record: Recorder | undefined): Reports {
  // The record first: a reader that has gone must not keep anything out of it.
  const all = [...(record === undefined ? [] : [record]), shown];
  return {
    event(event) {
      for (const report of all) report.event(event);
    },
    pause: () => shown.pause?.() ?? (() => {}),
    close() {
      for (const report of all) report.close();
    },
    get record() {
      return record?.file;
    },
  };
}

async function openOutput({ output, diff, verbose: verbosity = 0 }: RunFlags): Promise<Report> {
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
