import type { TsplayEvent } from '../events.ts';
import { recorder, type Recorder } from '../record/recorder.ts';
import { wantsColor } from '../report/color.ts';
import type { Report, ReportOptions } from '../report/report.ts';
import type { RunFlags } from './flags.ts';
import type { ReportFile } from './report-files.ts';

/** All that a run is told to. */
export interface Reports {
  event(event: TsplayEvent): void;
  /** Shows nothing until what it gives is called. */
  pause(): () => void;
  /** Writes all that was not written yet; false where some could not be written. */
  close(): boolean;
  /** The file that keeps the run, once it has begun. */
  readonly record: string | undefined;
}

/** Opens what the flags ask for, and the record of the run. */
export async function openReports(
  flags: RunFlags,
  project: string,
  warn: (message: string) => void,
): Promise<Reports> {
  const cwd = process.cwd();
  const { output, diff, verbose: verbosity = 0, report: texts = [] } = flags;
  const log = output === 'json' ? process.stderr : process.stdout;
  const files =
    texts.length === 0
      ? []
      : await openFiles(texts, { diff, verbosity, cwd }, (text) => void log.write(text));
  const shown = await openOutput(flags);
  return recording(shown, flags.record ? recorder(project, warn) : undefined, files, warn);
}

/** A report, and the record and files beside it. */
export function recording(
  shown: Report,
  record: Recorder | undefined,
  files: readonly ReportFile[] = [],
  warn: (message: string) => void = () => {},
): Reports {
  // The record first: a reader that has gone must not keep anything out of it.
  const all = [...(record === undefined ? [] : [record]), ...files.map(({ rendering }) => rendering), shown];
  let begun = false;
  let closed = false;
  return {
    event(event) {
      begun = true;
      for (const report of all) report.event(event);
    },
    pause: () => shown.pause?.() ?? (() => {}),
    close() {
      if (closed) return true;
      closed = true;
      record?.close();
      shown.close();
      return !begun || writeAll(files, warn);
    },
    get record() {
      return record?.file;
    },
  };
}

async function openFiles(
  texts: readonly string[],
  options: Omit<ReportOptions, 'color'>,
  log: (text: string) => void,
): Promise<readonly ReportFile[]> {
  const { openReportFile, wantedReports } = await import('./report-files.ts');
  return Promise.all(wantedReports(texts, options.cwd).map((one) => openReportFile(one, options, log)));
}

/** One that cannot be written keeps none of the others from it. */
function writeAll(files: readonly ReportFile[], warn: (message: string) => void): boolean {
  const problems = files.flatMap((file) => {
    try {
      file.write();
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
  for (const problem of problems) warn(`a report could not be written: ${problem}`);
  return problems.length === 0;
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
