import { findProject } from '../../playbook/load/project.ts';
import { recordError } from '../../errors/record.ts';
import type { TsplayEvent } from '../../events.ts';
import { findRun } from '../../record/folder.ts';
import { readRecord } from '../../record/read.ts';
import { compareAudits } from '../../report/compare.ts';
import { comparisonLines } from '../../report/compare-lines.ts';
import { EventLines } from '../../report/event-lines.ts';
import { jsonReport } from '../../report/json.ts';
import { lineTools } from '../../report/plain.ts';
import { Summary } from '../../runner/summary.ts';
import { openReportFile, wantedReports } from '../report-files.ts';
import { print, printJson } from '../inventory/print.ts';

/** What is shown of a recorded run, and how. */
export interface ShowOptions {
  readonly output: 'plain' | 'json' | undefined;
  readonly diff: boolean;
  readonly verbosity: number;
  /** Reports to be written instead, or as well where an output is named. */
  readonly reports: readonly string[];
}

/** The folder whose records the user means. */
export function projectHere(): string {
  return findProject(`${process.cwd()}/any`);
}

/** Shows a recorded run, as it was shown when it ran. */
export async function showRun(wanted: string, options: ShowOptions): Promise<void> {
  const { output, diff, verbosity, reports } = options;
  const project = projectHere();
  const events = toItsEnd(readRecord(project, findRun(project, wanted)));
  if (reports.length > 0) await writeReports(events, options);
  if (reports.length > 0 && output === undefined) return;
  if (output === 'json') {
    const report = jsonReport(process.stdout);
    for (const event of events) report.event(event);
    return;
  }
  const cwd = process.cwd();
  const format = new EventLines({ verbosity, cwd, past: true }, await lineTools({ diff }));
  // Where it comes from is told before what it did, however late it was known.
  const isOrigin = ({ type }: TsplayEvent): boolean => type === 'origin';
  const ordered = [
    ...events.slice(0, 1),
    ...events.filter(isOrigin),
    ...events.slice(1).filter((event) => !isOrigin(event)),
  ];
  print(ordered.flatMap((event) => format.lines(event)));
}

/** Shows what one audit found other than another one before it. */
export async function showAgainst(
  wanted: string,
  against: string,
  { output, diff }: ShowOptions,
): Promise<void> {
  const project = projectHere();
  const [newer, older] = [wanted, against].map((name) => audit(project, findRun(project, name)));
  const comparison = compareAudits(older ?? [], newer ?? []);
  if (output === 'json') printJson(comparison);
  else print(comparisonLines(comparison, (await lineTools({ diff })).differ));
}

async function writeReports(
  events: readonly TsplayEvent[],
  { output, diff, verbosity, reports }: ShowOptions,
): Promise<void> {
  const cwd = process.cwd();
  const log = output === 'json' ? process.stderr : process.stdout;
  for (const wanted of wantedReports(reports, cwd)) {
    const file = await openReportFile(wanted, { diff, verbosity, cwd }, (text) => {
      log.write(text);
    });
    for (const event of events) file.rendering.event(event);
    file.write();
  }
}

function audit(project: string, run: string): readonly TsplayEvent[] {
  const events = readRecord(project, run);
  const [first] = events;
  if (first?.type === 'run' && first.mode !== 'check') {
    throw recordError('not-audits', { run, mode: first.mode });
  }
  return events;
}

/** A run that was cut off has no summary; what its record has of each host is one. */
function toItsEnd(events: readonly TsplayEvent[]): readonly TsplayEvent[] {
  if (events.at(-1)?.type === 'summary') return events;
  const summary = new Summary(events.flatMap((event) => (event.type === 'run' ? event.hosts : [])));
  for (const event of events) summary.add(event);
  const message = 'the record ends here: the run was cut off, or still goes on';
  return [...events, { type: 'warning', message }, summary.event()];
}
