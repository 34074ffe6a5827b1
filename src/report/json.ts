import type { Report, Write } from './report.ts';

/** One event a line, as JSON. The last line is the summary. */
export function jsonReport(write: Write): Report {
  return { event: (event) => write(`${JSON.stringify(event)}\n`) };
}
